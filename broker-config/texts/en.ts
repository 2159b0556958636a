import type { ReasonCode } from '../reasons.ts';

/** Sentences for citizens and clerks: what happened, and what to do now. */
export const en: Record<ReasonCode, string> = {
  'bad-request':
    'The request was not understood ({detail}); nothing was done. Please tell the staff.',
  'request-unknown':
    'The hall does not know this request; nothing was done. Please have the program updated.',
  'unknown-machine': 'This machine is not on the list of the hall. Please have it registered.',
  'not-allowed': 'This machine may not do that.',
  'no-window': 'This machine belongs to no window. Please have the hall profile checked.',
  'key-reused':
    'The same press was sent with another content; nothing was done. Please press again.',
  'stale-hall':
    'The hall server holds older data than this machine has seen and has stopped. Please call a technician at once.',
  'storage-unavailable':
    'The hall server can not save anything at the moment; nothing was done. Please try again soon or ask the staff.',
  'hall-busy': 'The hall is busy; nothing was done. Please try again in a moment.',
  'hall-stopping': 'The hall server is stopping; nothing was done. Please try again soon.',
  'day-not-started': 'The hall is starting a new day. Please press again.',

  'service-unknown': 'There is no service "{service}". Please choose another or ask the staff.',
  'service-closed': 'No numbers for "{serviceEn}" now. It opens at {opens}.',
  'service-not-offered': 'No numbers for "{serviceEn}" at present. Please ask the staff.',
  'service-without-window': 'No window serves "{serviceEn}" at present. Please ask the staff.',
  'quota-reached':
    'All {quota} numbers of today for "{serviceEn}" are taken. Please come another day or book a time.',
  'person-required': '"{serviceEn}" needs your ID card. Please lay it on the reader.',
  'person-active':
    'You still hold number {number} (at most {limit} at a time). Please use that one first.',
  'person-day':
    'You have taken all your numbers of today ({limit}). Please come tomorrow or ask the staff.',
  'class-unknown': 'There is no priority class "{class}". Please ask the staff.',
  'class-not-here': '"{classEn}" can not be chosen here. Please go to the information desk.',
  'numbers-exhausted':
    'All numbers of today are used up (the last is {last}). Please ask the staff.',

  'ticket-unknown': 'There is no number {ticket}. Please check it and try again.',
  'ticket-of-other-day':
    '{ticket} is not a number of today and no longer valid. Please take a new one.',
  'ticket-ended':
    'Number {number} is finished or void. If you still need help, please take a new one.',
  'ticket-at-window': 'Number {number} is at window {window}.',
  'not-your-ticket': 'Number {number} was not issued by this machine.',
  'still-printing': 'Number {number} is still being printed and can be called in a few seconds.',
  'paper-confirmed':
    'The paper of number {number} is confirmed, so it can not have failed. Cancel the number instead.',
  'already-called':
    'Number {number} was called already and can not be taken back as a failed print.',

  'window-closed': 'The window is closed. Open it first.',
  'window-paused': 'The window is paused. Resume it first.',
  'window-busy': 'Number {number} is still at the window. Finish, hold or miss it first.',
  'window-changed':
    'The window has changed (now: {number}); nobody was called. Look and press again.',
  'nobody-waiting': 'Nobody is waiting.',
  'only-bound-waiting': '{count} people wait, but for other windows they were sent to.',
  'only-printing': '{count} numbers are still being printed. Press again in a few seconds.',
  'not-served-here':
    'This window does not serve "{serviceEn}", so it can not call number {number}.',
  'may-not-choose': 'This window may not call a chosen number. Press "next".',
  'bound-elsewhere': 'Number {number} was sent to window {window} and waits for it.',
  'nobody-here': 'There is no number at the window. Call one first.',
  'already-serving': 'The service of number {number} has begun already.',
  'recall-limit': 'Called again {limit} times already. If nobody comes, mark the number as missed.',
  'recall-too-soon': 'It was called just now. Call again in {seconds} seconds.',
  'not-waiting': 'Number {number} is not waiting now and can not be called.',
  'not-missed': 'Number {number} was not missed.',
  'returns-by-itself': 'Number {number} comes back by itself after {left} more calls.',
  'not-held': 'Number {number} is not on hold.',
  'held-elsewhere': 'Number {number} is on hold at window {window} and can only go on there.',
  'day-ended': 'Number {number} is of the day before; it can only be finished or marked as missed.',

  'window-unknown': 'There is no window {window}.',
  'same-window': 'The number is at this window already. Choose another window.',
  'same-service': 'The number is for "{serviceEn}" already. Choose another service.',
  'target-closed': 'Window {window} is closed, nobody can be sent there. Choose another window.',
  'already-open': 'The window is open already.',
  'already-paused': 'The window is paused already.',
  'already-closed': 'The window is closed already.',
  'not-tidal': 'Only a tidal window may change its own services. Please ask the hall manager.',
  'service-twice': 'Service {service} stands twice in the list. Name each service once.',

  'nothing-finished': 'This window has no finished service to evaluate.',
  'no-pad': 'This window has no evaluation pad.',
  'not-finished': 'Number {number} is not finished yet and can not be evaluated.',
  'too-late': 'The time to evaluate number {number} is over. Thank you.',
  'already-evaluated':
    'Number {number} was evaluated already; each service has one evaluation. Thank you.',
  'not-your-window': 'Number {number} was not served at this window.',
  'no-follow-up': 'This hall takes no later additions to an evaluation.',
  'not-evaluated-yet': 'Number {number} has not been evaluated yet; please do that first.',
  'label-unknown': 'The label {label} does not belong to the chosen level.',

  'booking-exists': 'There is an appointment with the code {code} already.',
  'booking-slot':
    'The slot is not possible: its end must come after its start and it must not be past.',
  'bookings-full': 'No more than {limit} appointments can be kept. Please tell a technician.',
  'booking-unknown': 'No appointment of yours was found. Check the code, or take a number.',
  'booking-cancelled': 'This appointment was cancelled. Please take a number.',
  'booking-used': 'This appointment has its number already: {number}. Please wait with that one.',
  'booking-other-day': 'Your appointment is on {slot}, not today.',
  'booking-too-early': 'It is too early to check in. Please come back from {from}.',
  'booking-too-late': 'Your slot ({slot}) is over. Please take a number.',

  'rule-bound': 'sent to this window',
  'rule-returned': 'missed before, its turn has come again',
  'rule-head': 'transferred to the front',
  'rule-aged': 'has waited {minutes} min, so goes first',
  'rule-appointment': 'appointment in its slot',
  'rule-class': 'class goes first: {classEn}',
  'rule-turn': '{turn} turn: {classEn}',
  'rule-fifo': 'has waited longest',
  'rule-early-return': 'nobody else waits, so a missed number comes back early',
  'rule-chosen': 'chosen by the clerk',
  'rule-brought-back': 'missed before and now here, brought back by the clerk',
  'rule-resumed': 'goes on after a hold',

  'wait-ceiling':
    'People have waited more than {minutes} min for "{serviceEn}". Please open another window.',
  'pad-lost':
    'The evaluation pad of window {window} ({machine}) has not answered since {since}. Responsible: {owner}, {phone}.',
  'pad-out':
    'The evaluation pad of window {window} ({machine}) is out of order since {since} ({fault}). Responsible: {owner}, {phone}.',
  'clock-stepped-back':
    'The clock of the hall server was set back by {seconds} s. The queue is not affected; please check the time service.',
  'archive-failed':
    'Records of ended days can not be archived ({fault}). The queue is not affected, but data pile up; please check the disk of the hall server.',

  'missed-void': 'A missed number is void. Please take a new one.',
  'missed-tail': 'A missed number goes to the end of the queue by itself.',
  'missed-after': 'A missed number is called again by itself after {numbers} more numbers.',
  'missed-keep':
    'A missed number stays good for {minutes} min. Please speak to the clerk at the window.',
};
