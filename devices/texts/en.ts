/** Sentences for device codes in English. */
import type { DeviceTexts } from './sentences.ts';

const printerDown = 'The printer cannot be used right now. Please ask a member of staff.';
const perhapsNoPaper =
  'It is not certain that your ticket was printed. If no paper came out, remember the number on the screen and ask a member of staff.';

export const en: DeviceTexts = {
  DEV_READY: { technician: 'The device works.', citizen: null },
  DEV_OPENING: {
    technician: 'The device is being opened and has not answered yet.',
    citizen: null,
  },
  DEV_OPTIONS: {
    technician:
      'The options do not fit the driver: correct the machine profile as the message says.',
    citizen: null,
  },
  DEV_NO_SUCH_PORT: {
    technician:
      'The device file does not exist: check cable and power, then the port name in the profile.',
    citizen: null,
  },
  DEV_PORT_BUSY: { technician: 'Another program holds the port: close it first.', citizen: null },
  DEV_NO_PERMISSION: {
    technician:
      'This user may not open the port: add it to the group dialout (serial) or lp (USB printer); HID devices need a udev rule.',
    citizen: null,
  },
  DEV_LIBRARY_MISSING: {
    technician:
      'The library for this kind of wire is missing: run apt install libudev1 libusb-1.0-0, then npm ci.',
    citizen: null,
  },
  DEV_UNREACHABLE: {
    technician: 'The device cannot be reached: check power, network cable, address and port.',
    citizen: null,
  },
  DEV_CONNECT_DEADLINE: {
    technician: 'The device did not accept the connection in time: check power and network.',
    citizen: null,
  },
  DEV_ABORTED: { technician: 'Opening the device was given up by the program.', citizen: null },
  DEV_NO_ANSWER: {
    technician:
      'The wire is open but the device does not answer: check power, baud rate, flow control and the printer profile.',
    citizen: null,
  },
  DEV_WRITE_DEADLINE: {
    technician: 'The device does not take any data: check flow control and whether it hangs.',
    citizen: null,
  },
  DEV_WRITE_BUSY: {
    technician:
      'A fault of the program: a write began before the last one had ended. Please report it.',
    citizen: null,
  },
  DEV_CLOSED: { technician: 'The wire is gone; it will be opened again by itself.', citizen: null },
  PRN_PROFILE: {
    technician: 'The printer profile is missing or wrong: look into profiles/printers.',
    citizen: printerDown,
  },
  PRN_TEMPLATE: {
    technician:
      'The ticket template is missing or wrong, or a field it needs was not given: look into profiles/tickets.',
    citizen: printerDown,
  },
  PRN_DOCUMENT: {
    technician: 'The ticket is wrong or does not fit on paper of this width.',
    citizen: printerDown,
  },
  PRN_NO_STATUS: {
    technician: 'This printer cannot report: nobody can know whether a ticket came out.',
    citizen: null,
  },
  PRN_PAPER_LOW: {
    technician: 'The roll is nearly at its end: have a new one ready.',
    citizen: null,
  },
  PRN_PAPER_OUT: {
    technician: 'No paper: load a new roll, an unfinished ticket will go on printing.',
    citizen: 'The printer has no paper. Please ask a member of staff.',
  },
  PRN_COVER_OPEN: {
    technician: 'The cover is open: close it, and printing goes on.',
    citizen: printerDown,
  },
  PRN_CUTTER: {
    technician: 'The cutter is stuck: take the paper out, and the printer recovers by itself.',
    citizen: printerDown,
  },
  PRN_RECOVERABLE: {
    technician:
      'The mechanism or the print head has a passing fault (heat, paper jam); it recovers by itself.',
    citizen: printerDown,
  },
  PRN_UNRECOVERABLE: {
    technician: 'The printer has a lasting fault: switch it off and on, else have it repaired.',
    citizen: printerDown,
  },
  PRN_OFFLINE: {
    technician: 'The printer says it is offline and not why: look at its lamps.',
    citizen: printerDown,
  },
  PRN_BUSY: {
    technician: 'Too many jobs are waiting to be printed.',
    citizen: 'The printer is busy. Please try again in a moment.',
  },
  PRN_NOT_RECORDED: {
    technician:
      'The job could not be written to disk, so it was not printed: check the disk space.',
    citizen: printerDown,
  },
  PRN_NO_TOKEN: {
    technician:
      'The data was sent and the printer did not confirm it in time: see whether a ticket came out, reprint if not.',
    citizen: perhapsNoPaper,
  },
  PRN_LINK_LOST: {
    technician: 'The wire went away while printing: see whether a ticket came out, reprint if not.',
    citizen: perhapsNoPaper,
  },
};
