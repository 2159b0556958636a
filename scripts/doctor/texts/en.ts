/** The doctor's words in English. */
import type { Words } from './words.ts';

export const en: Words = {
  heading: { device: 'Device', port: 'Port', state: 'State', since: 'Since', todo: 'What to do' },
  kinds: {
    'ticket-printer': 'ticket printer',
    keypad: 'keypad',
    'id-card-reader': 'ID-card reader',
    scanner: 'scanner',
    voice: 'voice',
    'window-sign': 'window sign',
    caller: 'caller',
    evaluator: 'evaluator',
    locker: 'locker',
    'card-dispenser': 'card dispenser',
    'presence-radar': 'presence radar',
    'document-camera': 'document camera',
    'page-printer': 'A4 printer',
    watchdog: 'watchdog',
  },
  states: { ready: 'ready', attention: 'attention', out: 'OUT', unknown: 'unknown' },
  examined: (machine, owner, deep) =>
    `Machine ${machine}, owner ${owner}${deep ? ', deep self-test (prints, speaks, moves)' : ''}`,
  noDevices: 'The profile of this machine names no device.',
  running: (at) =>
    at === null
      ? 'The program of this machine is running and holds the ports, so no device was asked; it left no states either.'
      : `The program of this machine is running and holds the ports, so no device was asked. These are the states it noted at ${at}.`,
  heldBy: (command, pid) =>
    `Process ${pid} (${command}) is using the port; the device was not asked. If it is this machine's own program, add --data with its data directory to see what it noted; else stop it and ask again.`,
  stepOk: (text) => `self-test ${text}: passed`,
  stepFailed: (text, why) => `self-test ${text}: failed, ${why}`,
  worst: (state, count) =>
    state === 'ready'
      ? `All ${count} devices are ready.`
      : `${count} devices, the worst is: ${en.states[state]}.`,
  hall: {
    heading: { machine: 'Machine', place: 'Place', state: 'State', since: 'Since', owner: 'Owner' },
    links: {
      ready: 'connected, a device needs somebody',
      lost: 'LOST',
      absent: 'not seen since the hall started',
      disconnected: 'switched off',
    },
    title: (count, well) =>
      count === well
        ? `All ${count} machines of the hall are well.`
        : `${count} machines of the hall, ${well} are well, these are not:`,
    unknown: (why) =>
      `The machines of the hall could not be asked for: the hall server is not running, or has no page (${why}).`,
  },
  wrongOptions: 'Wrong options',
  help: `Examines every device of one machine by asking it on its wire. With the hall server's own profile,
while it runs: also every machine of the hall that is not well, and the alarms that stand.

  npm run doctor -- --profile profiles/machines/MACHINE.yaml [options]
  npm run doctor -- --list

  --profile FILE   machine profile
  --data DIR       data directory of the machine (default .data/MACHINE): tells whether it is running
  --deep           deep self-test: prints, speaks and moves; not while citizens are there
  --list           serial ports, HID devices, video devices and printers found, and the profile
                   lines that would use them
  --json           print JSON
  --lang zh-CN|en

Exit code: 0 all ready, 1 attention, 2 unknown, 3 out, 64 wrong options or profile.
`,
  list: {
    serial: 'Serial ports',
    hid: 'HID devices',
    video: 'Video devices',
    printers: 'Print queues (CUPS)',
    usbPrinters: 'USB printers',
    none: 'None found.',
    notPlugged: 'not plugged in',
    drivers: (names) => `drivers that can use it: ${names.join(', ')}`,
    stable: (path) => `name that survives replugging: ${path}`,
    used: (ids) => `used by ${ids.join(', ')} in the profile`,
    fingers: {
      keyboard: 'keyboard (number pad or wedge scanner)',
      'pos-scanner': 'HID POS scanner',
      other: 'HID',
    },
  },
};
