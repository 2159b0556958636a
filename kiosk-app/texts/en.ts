/** English twin of zh-CN.ts: the same keys, the same placeholders. */
import type { TextKey } from './zh-CN.ts';

export const en: Readonly<Record<TextKey, string>> = {
  'queue.connecting.because': 'Connecting to the hall. Please wait a moment.',
  'queue.connecting.todo': 'If this takes long, please get a number at the information desk.',
  'queue.unreachable.because': 'This machine cannot reach the hall at the moment.',
  'queue.unreachable.todo':
    'Please get a number at the information desk. You can still be served today.',
  'queue.stopped.because':
    'The hall has stopped giving out numbers. Numbers already given stay valid.',
  'queue.stopped.todo': 'Please ask at the information desk, or try again later.',
  'queue.closed.because': 'No service is giving out numbers now.',
  'queue.closed.todo': 'Please look at the opening hours, or ask at the information desk.',
  'queue.noServices.because': 'No service is offered at this machine.',

  'printer.paper-out.because': 'This machine has run out of paper.',
  'printer.cover-open.because': 'The printer cover of this machine is open.',
  'printer.cutter.because': 'The paper cutter of this machine is jammed.',
  'printer.offline.because': 'The printer of this machine is not connected.',
  'printer.error.because': 'The printer of this machine has a fault.',
  'printer.unknown.because': 'Checking the printer. Please wait a moment.',
  'printer.todo': 'Please use the machine next to this one, or ask a member of staff for a number.',
  'printer.low.notice': 'Paper is running low. Staff, please get a new roll ready.',
  'printer.attention.notice': 'The printer needs a check. Please tell a member of staff.',

  'take.noAnswer.because': 'The hall did not answer in time. You have not been given a number.',
  'take.noAnswer.todo': 'Please press once more. If it fails again, ask a member of staff.',
  'take.offline.because':
    'The connection to the hall has just been lost. You have not been given a number.',
  'take.offline.todo': 'Please wait and press once more, or ask at the information desk.',
  'take.refused.todo': 'You can choose another service, or ask a member of staff.',
  'take.notPrinted.because':
    '{cause} Your ticket was not printed. Its number has been cancelled: you have not been given a number.',
  'take.notPrinted.todo':
    'Please use the machine next to this one, or ask a member of staff for a number.',
  'take.personRequired.because':
    'This service needs your ID card, and this machine has no card reader.',

  'take.cardFirst.because': 'Please lay your ID card on the reader first.',
  'take.checkIn': 'Appointment',
  'scan.unknown.because': 'This code is not the code of an appointment.',
  'scan.unknown.todo':
    'Please open the code of your booking and scan it again, or choose a service here.',
  'fault.todo':
    'Please try again. If it fails again, choose a service here or ask a member of staff.',

  'done.uncertain.note':
    'Your ticket may not have been printed. Remember the number {number}: it is valid. Staff can print it again for you.',
  'done.reprint.offered.note':
    'Your ticket may not have been printed. Number {number} is valid. If no paper came out, print it again here.',
  'done.reprint.printing.note': 'Ticket {number} is being printed again. Please wait.',
  'done.reprint.confirmed.note':
    'Ticket {number} was printed again. It says so on the paper; the number is the same.',
  'done.reprint.uncertain.note':
    'The second paper may not have been printed either. Please remember number {number}, it is valid; staff can give you paper.',
  'done.reprint.failed.note':
    'It could not be printed again. Please remember number {number}, it is valid; staff can give you paper.',
  'done.none.note': 'Remember your number {number}, or take a photo of it.',

  'ticket.manyWindows': '{labels} and others',

  'unknown.service': 'Service {id}',
  'unknown.class': 'Class {id}',
  'unknown.board': 'Reading the state of the queue.',

  'call.spoken': 'Number {number}, please go to window {label}.',
  'sign.called': '{number} to window {label}',
  'sign.serving': 'Serving {number}',
  'sign.waiting': 'Window {label}',
  'sign.paused': 'Closed for a while',
  'sign.closed': 'Closed',
  'sign.offline': 'Window {label}',

  'evaluate.spoken': 'Please evaluate the service you have just received.',
  'evaluate.notKept': 'This device could not record your evaluation.',
  'evaluate.todo':
    'You can evaluate by phone with the QR code, or tell the staff that the device is faulty.',

  'window.did.call-next': 'Called {number}',
  'window.did.call-ticket': 'Called {number}',
  'window.did.recall': 'Called {number} again',
  'window.did.start': 'Serving {number}',
  'window.did.finish': 'Finished {number}',
  'window.did.miss': '{number} marked as missed',
  'window.did.hold': '{number} put on hold',
  'window.did.resume': '{number} resumed',
  'window.did.return-missed': 'Missed number {number} brought back',
  'window.did.transfer': '{number} transferred',
  'window.did.void': '{number} cancelled',
  'window.did.open': 'Window open',
  'window.did.pause': 'Window paused',
  'window.did.close': 'Window closed',
  'window.did.serve': 'Services of this window changed',
  'window.did.invite': '{number} asked for an evaluation',
  'window.busy': 'The action before is still running. This key did nothing.',
  'window.tooQuick': 'A number has just been called. This key did nothing.',
  'window.noWindow': 'This machine belongs to no window yet. Nothing was done.',
  'window.offline': 'The connection to the hall is lost. Nothing was done.',
  'window.noAnswer':
    'The hall did not answer in time. It may not have been done: trust the current number shown here.',
};
