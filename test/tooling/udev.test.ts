import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Properties, udevRules } from '../../scripts/udev/rules.ts';
import { ruleWords } from '../../scripts/udev/texts.ts';

const test = suite('udev rules from a machine profile');

const rules = (
  options: unknown,
  look: (path: string) => Properties | undefined = () => undefined,
) =>
  udevRules({
    ...{ machine: 'queue-1', group: 'xuhao', look, words: ruleWords.en },
    devices: [{ id: 'thing', driver: 'some-driver', options }],
  })
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
const serial = (path: string) => ({ link: { via: 'serial', path, baud: 9600, flow: 'none' } });
const rights = 'GROUP="xuhao", MODE="0660"';

test('a name by socket gives a rule for that socket, and for that port of an adapter with several', () => {
  assert.equal(rules(serial('/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port1')), [
    `SUBSYSTEM=="tty", ENV{ID_PATH}=="pci-0000:00:14.0-usb-0:2:1.0", ATTRS{port_number}=="1", ${rights}, SYMLINK+="xuhao/thing"`,
  ]);
});

test('a name by serial number gives a rule for that device, wherever it is plugged in', () => {
  assert.equal(rules(serial('/dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0')), [
    `SUBSYSTEM=="tty", ENV{ID_BUS}=="usb", ENV{ID_SERIAL}=="FTDI_FT232R_A50285BI", ENV{ID_USB_INTERFACE_NUM}=="00", ATTRS{port_number}=="0", ${rights}, SYMLINK+="xuhao/thing"`,
  ]);
});

test('a name that is not stable is looked up; without a serial number the socket counts', () => {
  const known = { ID_BUS: 'usb', ID_SERIAL: '1a86_USB_Serial', ID_PATH: 'pci-0-usb-0:3:1.0' };
  assert.equal(
    rules(serial('/dev/ttyUSB0'), () => known),
    [`SUBSYSTEM=="tty", ENV{ID_PATH}=="pci-0-usb-0:3:1.0", ${rights}, SYMLINK+="xuhao/thing"`],
  );
  const own = { ...known, ID_SERIAL_SHORT: 'A1', ID_SERIAL: '1a86_USB_Serial_A1' };
  assert.match(
    rules(serial('/dev/ttyUSB0'), () => own)[0] ?? '',
    /ID_SERIAL}=="1a86_USB_Serial_A1"/,
  );
  assert.equal(rules(serial('/dev/ttyUSB0')), [], 'not plugged in: no rule, a comment');
});

test('HID: the right to open it, and its keys kept from the focused window', () => {
  assert.equal(rules({ link: { via: 'hid', vendor: 0x0c2e, product: 0x0720 } }), [
    `KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ATTRS{idVendor}=="0c2e", ATTRS{idProduct}=="0720", ${rights}, SYMLINK+="xuhao/thing"`,
    'SUBSYSTEM=="input", ATTRS{idVendor}=="0c2e", ATTRS{idProduct}=="0720", ENV{LIBINPUT_IGNORE_DEVICE}="1"',
  ]);
});

test('a camera’s second node, which has no picture, is not taken for it', () => {
  const path = '/dev/v4l/by-id/usb-Eloam_S500_01-video-index0';
  assert.match(rules({ link: { via: 'uvc', path } })[0] ?? '', /video4linux.*ATTR{index}=="0"/);
});

test('what a device calls itself can not break out of its rule', () => {
  const evil = { ID_BUS: 'usb', ID_SERIAL_SHORT: 'x', ID_SERIAL: 'a", RUN+="/bin/sh' };
  const [line = ''] = rules(serial('/dev/ttyUSB0'), () => evil);
  assert.match(line, /ID_SERIAL}=="a\?, RUN\+=\?\/bin\/sh"/);
});

test('network devices and devices without a wire need none', () => {
  assert.equal(rules({ link: { via: 'tcp', host: '192.168.1.51', port: 9100 } }), []);
  assert.equal(rules({}), []);
});

test.run();
