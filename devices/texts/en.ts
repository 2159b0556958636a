/** Sentences for device codes in English. */
import type { DeviceTexts } from './sentences.ts';

const printerDown = 'The printer cannot be used right now. Please ask a member of staff.';
const perhapsNoPaper =
  'It is not certain that your ticket was printed. If no paper came out, remember the number on the screen and ask a member of staff.';

export const en: DeviceTexts = {
  DEV_READY: { technician: 'The device works.', citizen: null },
  DEV_OPENING: {
    technician: 'The device is being opened and has not answered yet: wait a moment.',
    citizen: null,
  },
  DEV_NO_PAGE: {
    technician:
      'No browser has the page of this machine open: see whether the screen is lit, start the browser or the machine anew.',
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
      'This user may not open the port: add it to the group dialout (serial) or lp (USB printer); HID devices need a udev rule, which npm run udev makes.',
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
  DEV_ABORTED: { technician: 'Opening the device was given up: try again.', citizen: null },
  DEV_NO_ANSWER: {
    technician:
      'The wire is open but the device does not answer: check power, baud rate, flow control and the model in the profile.',
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
  DEV_CLOSED: {
    technician:
      'The wire is gone; it will be opened again by itself. If it stays away, check cable and power.',
    citizen: null,
  },
  DEV_PROGRAM_MISSING: {
    technician:
      'A program of the system is missing: install the package that the log names with apt.',
    citizen: null,
  },
  PRN_PROFILE: {
    technician: 'The printer profile is missing or wrong: look into profiles/printers.',
    citizen: printerDown,
  },
  PRN_TEMPLATE: {
    technician:
      'The ticket template is missing or wrong, or a field it needs was not given: look into profiles/tickets.',
    citizen: printerDown,
  },
  PRN_PICTURE: {
    technician:
      'A logo or a rare character could not be drawn; left out or printed as a box. Check the logo’s file and the fonts.',
    citizen: null,
  },
  PRN_DOCUMENT: {
    technician:
      'The ticket is wrong or does not fit on paper of this width: check its template and the width in the profile.',
    citizen: printerDown,
  },
  PRN_NO_STATUS: {
    technician: 'This printer cannot report: go and see whether a ticket came out.',
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
    technician:
      'The cutter is stuck: take the paper out; if it does not go on by itself, open and close the cover.',
    citizen: printerDown,
  },
  PRN_RECOVERABLE: {
    technician:
      'The mechanism has a fault that can be cleared: open the cover, take out jammed paper, close it.',
    citizen: printerDown,
  },
  PRN_HEAD_HOT: {
    technician:
      'The print head is too hot or its voltage is wrong: it goes on by itself; if it comes back, check ventilation and power supply.',
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
    technician:
      'Too many jobs are waiting to be printed: see whether the printer stands still (paper, cover, jam).',
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
  IDC_COMMAND_DAMAGED: {
    technician: 'The reader’s SAM receives damaged commands: check cable, speed and earthing.',
    citizen: null,
  },
  IDC_COMMAND_REFUSED: {
    technician: 'The SAM refuses a command: check that this reader holds a GA 467 SAM.',
    citizen: null,
  },
  IDC_CARD_REFUSED: {
    technician:
      'Card and SAM do not accept each other: a damaged card or none of its kind; if it is so with every card, have the reader repaired.',
    citizen: 'This card cannot be read. Please ask a member of staff.',
  },
  IDC_CARD_CHECK: {
    technician:
      'What is stored in the card does not pass its check: a damaged card; if it is so with every card, have the reader repaired.',
    citizen: 'This card cannot be read. Please ask a member of staff.',
  },
  IDC_CARD_UNKNOWN: {
    technician: 'No ID card, or one of a kind that is not known: ask for another card.',
    citizen: 'This card cannot be read. Please ask a member of staff.',
  },
  IDC_CARD_DATA: {
    technician:
      'The content of the card does not follow its layout (dates, check digit): look at the card by eye; if it is so with every card, check cable and reader.',
    citizen: 'This card cannot be read. Please ask a member of staff.',
  },
  IDC_READ_FAILED: {
    technician: 'Reading failed: the card was taken away too early, or metal is near the antenna.',
    citizen: 'The card was not read. Please lift it and put it down again.',
  },
  IDC_SELECT_FAILED: {
    technician:
      'The card could not be selected: several cards on the reader, or one that lies badly.',
    citizen: 'The card was not read. Please lift it and put it down again.',
  },
  IDC_NO_CONTENT: {
    technician:
      'The card does not hold what was asked for: look at the card by eye, or ask for less in `fields`.',
    citizen: 'This card cannot be read. Please ask a member of staff.',
  },
  IDC_SAM_FAULT: {
    technician:
      'The SAM found a fault in itself: switch the reader off and on, else have it repaired.',
    citizen: 'ID cards cannot be read just now. Please ask a member of staff.',
  },
  IDC_SAM_NOT_AUTHORISED: {
    technician: 'The SAM is not authorised (any more): ask the reader’s supplier.',
    citizen: 'ID cards cannot be read just now. Please ask a member of staff.',
  },
  IDC_STATUS_UNKNOWN: {
    technician: 'The SAM answered with a status that is in no table: please tell the developers.',
    citizen: null,
  },
  IDC_ANSWER_DAMAGED: {
    technician: 'Answers of the reader arrive damaged: check cable, speed and earthing.',
    citizen: null,
  },
  IDC_TOKEN_KEY: {
    technician:
      'The key of person tokens is missing or unfit, or this platform lacks the digest: check the key file and its permissions.',
    citizen: 'ID cards cannot be read just now. Please ask a member of staff.',
  },
  SCN_NOT_POS: {
    technician:
      'The scanner is not in HID POS mode: scan the code "HID POS" in its manual, then plug it in again.',
    citizen: 'Codes cannot be scanned just now. Please ask a member of staff.',
  },
  SCN_ENCODING: {
    technician:
      'The bytes of a code are no text in the encodings allowed: check `encoding` and the scanner’s own output setting.',
    citizen: 'This code cannot be read. Please ask a member of staff.',
  },
  SCN_DAMAGED: {
    technician:
      'A part of a code was lost on its way: check cable, speed and the terminator that is set.',
    citizen: 'The code was not read. Please scan it again.',
  },
  SCN_TOO_LONG: {
    technician: 'A code is longer than any code can be: check the terminator that is set.',
    citizen: 'The code was not read. Please scan it again.',
  },
  CLR_ADDRESS: {
    technician: 'No caller or evaluator has that address: check `addresses` in the profile.',
    citizen: null,
  },
  CLR_BUSY: {
    technician: 'Too many frames wait for the bus: see whether another device keeps it busy.',
    citizen: null,
  },
  CLR_SILENT: {
    technician:
      'Nothing heard from this address yet: press any key there, then check its address switch and the A/B wires.',
    citizen: null,
  },
  CLR_LOOK: {
    technician: 'The device was told to beep and show: go and see whether it does.',
    citizen: null,
  },
  EVL_NO_INVITE: {
    technician: 'This evaluator has no command to try: press its keys.',
    citizen: null,
  },
  LCK_NO_SUCH_BOX: {
    technician: 'The cabinet has no such box: check `boards` in the profile.',
    citizen: 'There is no such box. Please ask a member of staff.',
  },
  LCK_BUSY: {
    technician:
      'Too many boxes are waiting to be opened: try again in a moment, else see whether the boards answer.',
    citizen: 'The lockers are busy. Please try again in a moment.',
  },
  LCK_STUCK: {
    technician:
      'The board answered and the lock stayed shut: see whether the door is jammed, check the power and wire of the lock.',
    citizen: 'The door did not open. Please ask a member of staff.',
  },
  LCK_BOARD_SILENT: {
    technician:
      'One lock board does not answer: check its power, address switch and the A/B wires.',
    citizen: null,
  },
  LCK_SETTINGS: {
    technician:
      'The locks report otherwise than configured: put what the self-test found into the profile.',
    citizen: null,
  },
  LCK_NO_CHANGE: {
    technician:
      'Nothing changed after opening: shut that door and try again, then check the feedback wire of the lock.',
    citizen: null,
  },
  CRD_COMMAND: {
    technician: 'The card unit refuses the command: check the model, and report the log.',
    citizen: 'The card dispenser cannot be used right now. Please ask a member of staff.',
  },
  CRD_JAM: {
    technician: 'A card is stuck: open the path, take it out, then initialise the unit.',
    citizen: 'The card dispenser cannot be used right now. Please ask a member of staff.',
  },
  CRD_SENSOR: {
    technician: 'A sensor is faulty or covered: clean the sensors of the card path.',
    citizen: 'The card dispenser cannot be used right now. Please ask a member of staff.',
  },
  CRD_CARD_SIZE: {
    technician: 'The card is too long or too short: see whether two stick together or one is bent.',
    citizen: 'The card dispenser cannot be used right now. Please ask a member of staff.',
  },
  CRD_BY_HAND: {
    technician: 'The card was moved by hand: take it out, then initialise the unit.',
    citizen: 'Please do not pull the card, and ask a member of staff.',
  },
  CRD_MOTOR: {
    technician: 'The motor is blocked or broken: look for foreign objects, else have it repaired.',
    citizen: 'The card dispenser cannot be used right now. Please ask a member of staff.',
  },
  CRD_CHIP: {
    technician: 'The chip does not answer: clean the contacts and try another card.',
    citizen: 'This card cannot be read. Please ask a member of staff.',
  },
  CRD_COUNTER: {
    technician:
      'The counter is full: empty the bin, then clear the count of captured cards as the manual says.',
    citizen: null,
  },
  CRD_STACKER_LOW: {
    technician: 'The stacker is nearly empty: have new cards ready.',
    citizen: null,
  },
  CRD_STACKER_EMPTY: {
    technician: 'The stacker is empty: put in cards.',
    citizen: 'There are no cards left. Please ask a member of staff.',
  },
  CRD_BIN_FULL: { technician: 'The bin for bad cards is full: empty it.', citizen: null },
  CRD_NOT_RESET: {
    technician: 'The unit was not initialised: initialise it, or switch it off and on.',
    citizen: 'The card dispenser cannot be used right now. Please ask a member of staff.',
  },
  CRD_FAULT: {
    technician:
      'The unit reports a fault that its manual does not name: note the code in the log and have it repaired.',
    citizen: 'The card dispenser cannot be used right now. Please ask a member of staff.',
  },
  CRD_BUSY: {
    technician: 'Too many commands wait for the card unit: see whether it is jammed.',
    citizen: 'The card dispenser is busy. Please try again in a moment.',
  },
  CRD_UNPROVEN: {
    technician:
      'The command left, and nothing proves what became of the card: look at the gate and the card path.',
    citizen: 'It is not certain that your card was issued. Please ask a member of staff.',
  },
  CRD_NO_CARD: {
    technician: 'There is no card on the way that could be moved: issue one first.',
    citizen: null,
  },
  CRD_CARD_ON_WAY: {
    technician: 'A card is on the way already: eject or capture it first.',
    citizen: 'Please take the card from the slot first.',
  },
  VOC_TEXT: {
    technician:
      'The sentence is empty or too long, so it was not spoken: see whether a window’s name is too long.',
    citizen: null,
  },
  VOC_BUSY: {
    technician:
      'Too many sentences are waiting to be spoken: lower `times` or `languages`, or give each area its own voice.',
    citizen: null,
  },
  VOC_EXPIRED: {
    technician:
      'When its turn came the sentence was too old, so it was not spoken: normal in a rush; if it happens often, lower `times` or `languages`.',
    citizen: null,
  },
  VOC_REFUSED: {
    technician:
      'The speech module refused the sentence: check the model, the baud rate and the cable.',
    citizen: null,
  },
  VOC_RESTARTED: {
    technician: 'The speech module lost its power while it spoke: check its supply.',
    citizen: null,
  },
  VOC_STUCK: {
    technician: 'The speech module never stops speaking: switch it off and on.',
    citizen: null,
  },
  VOC_SYNTHESIS: {
    technician: 'The speech program failed: check that espeak-ng works.',
    citizen: null,
  },
  VOC_NO_SOUND: {
    technician:
      'The sound card cannot be used: check the card’s name and that this user is in the group audio.',
    citizen: null,
  },
  VOC_LISTEN: {
    technician: 'The voice was told to speak: somebody has to listen whether it does.',
    citizen: null,
  },
  SGN_CONTENT: {
    technician:
      'The content does not fit on this sign, so it was not shown: check the width, lines and font in the profile.',
    citizen: null,
  },
  SGN_REFUSED: {
    technician:
      'The sign refused the command: check the type of card, the area or the register map.',
    citizen: null,
  },
  SGN_NO_STATUS: {
    technician: 'This sign cannot report: go and see what it shows.',
    citizen: null,
  },
  SGN_LOOK: {
    technician: 'The sign was told to show a test: somebody has to look whether it does.',
    citizen: null,
  },
  PGP_JAM: {
    technician:
      'Paper is stuck in the A4 printer: take it out as its panel shows and close the doors.',
    citizen: printerDown,
  },
  PGP_COVER_OPEN: {
    technician: 'A cover or door of the A4 printer is open: close it.',
    citizen: printerDown,
  },
  PGP_PAPER_OUT: {
    technician: 'The A4 printer has no paper: load some, and the job goes on.',
    citizen: 'The printer has no paper. Please ask a member of staff.',
  },
  PGP_PAPER_LOW: {
    technician: 'The A4 printer will soon be out of paper: load some.',
    citizen: null,
  },
  PGP_TONER_OUT: {
    technician: 'The A4 printer has no toner or ink: replace it.',
    citizen: printerDown,
  },
  PGP_TONER_LOW: {
    technician: 'Toner or ink of the A4 printer will soon be used up: have a new one ready.',
    citizen: null,
  },
  PGP_OUTPUT_FULL: {
    technician: 'The output tray of the A4 printer is full: take the pages out.',
    citizen: printerDown,
  },
  PGP_OFFLINE: {
    technician:
      'The print queue cannot reach the A4 printer: check its power, network or USB cable.',
    citizen: printerDown,
  },
  PGP_PAUSED: {
    technician: 'The print queue is paused: run cupsenable QUEUE, or resume it on the CUPS page.',
    citizen: printerDown,
  },
  PGP_NOT_ACCEPTING: {
    technician: 'The print queue takes no jobs: run cupsaccept QUEUE.',
    citizen: printerDown,
  },
  PGP_STOPPED: {
    technician:
      'The A4 printer has stopped and does not say why: look at its panel and the CUPS log.',
    citizen: printerDown,
  },
  PGP_CANCELED: {
    technician: 'The page job was cancelled: see whether pages came out, print again if needed.',
    citizen: 'It is not certain that your pages were printed. Please ask a member of staff.',
  },
  PGP_ABORTED: {
    technician:
      'The printer gave the page job up: see whether pages came out, then look at the CUPS log.',
    citizen: 'It is not certain that your pages were printed. Please ask a member of staff.',
  },
  PGP_DOCUMENT: {
    technician:
      'The document is no PDF that this printer can print, or the job is wrong: try another document and look at the log.',
    citizen: printerDown,
  },
  PGP_NOT_CONFIRMED: {
    technician:
      'The job was sent and the printer did not confirm it in time: see whether pages came out.',
    citizen: 'It is not certain that your pages were printed. Please ask a member of staff.',
  },
  PGP_ERRORS: {
    technician: 'The printer completed the job with errors: check whether all pages are there.',
    citizen: 'It is not certain that your pages were printed. Please ask a member of staff.',
  },
  PGP_REFUSED: {
    technician:
      'The printer refused the request, its reason stands in brackets: check the queue name and what the printer can do.',
    citizen: printerDown,
  },
  PGP_NO_IPP: {
    technician: 'What answers at this address is no IPP printer: check the url in the profile.',
    citizen: printerDown,
  },
  PGP_NO_PDF: {
    technician: 'This printer does not accept PDF: use it through a CUPS queue.',
    citizen: printerDown,
  },
  PGP_BUSY: {
    technician: 'Too many page jobs are waiting: see whether the printer stands still.',
    citizen: 'The printer is busy. Please try again in a moment.',
  },
  CAM_NO_FORMAT: {
    technician:
      'The camera does not offer the format and size in the profile: v4l2-ctl --list-formats-ext shows what it has.',
    citizen: 'The picture could not be taken. Please try again or ask a member of staff.',
  },
  CAM_NO_FRAME: {
    technician:
      'No picture came from the camera in time: replug its USB cable, best without a hub.',
    citizen: 'The picture could not be taken. Please try again or ask a member of staff.',
  },
  CAM_DARK: {
    technician: 'The picture is all dark: switch the lamp on and see whether the lens is covered.',
    citizen: 'It is too dark. Please check the lamp of the camera.',
  },
  CAM_IMAGE: {
    technician:
      'The picture could not be worked on: take it again, and report it if that happens often.',
    citizen: 'The picture could not be taken. Please try again or ask a member of staff.',
  },
  CAM_BUSY: {
    technician: 'A picture is being taken already: wait a moment.',
    citizen: 'A picture is being taken. Please wait a moment.',
  },
  WDG_NO_SYSTEMD: {
    technician:
      'This program was not started by systemd with a watchdog, so nothing restarts it when it hangs: set WatchdogSec and NotifyAccess=all in its unit. A check of a machine whose program is stopped always says so: look again while it runs.',
    citizen: null,
  },
  WDG_LAST_RESET: {
    technician: 'The machine was last restarted by its watchdog: look at the log of that time.',
    citizen: null,
  },
  WDG_WITHHELD: {
    technician:
      'The program is not well and has stopped telling the watchdog otherwise; it will be restarted. Report the log of before the restart.',
    citizen: null,
  },
};
