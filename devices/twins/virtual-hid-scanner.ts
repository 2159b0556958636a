/** A USB scanner that is not there, at the border of the HID library: POS or keyboard. */
import iconv from 'iconv-lite';
import type { VirtualHidHandle, VirtualHidScanner } from './contract.ts';

export interface VirtualHidScannerOptions {
  mode: 'plain' | 'counted' | 'honeywell' | 'keyboard';
  encoding: 'utf-8' | 'gbk';
  /** AIM identifier of every code. */
  aim: string;
}

/** Report descriptors as such devices declare them; the honeywell one has two bytes before its flag. */
const flag = '250175019501 09ff8102 75078103';
const text = '9503 058c 09fb09fc09fd8102 9538 09fe820201';
const counted = `058c0902a1018502 0912a102 150026ff007508 9501 0501093b8102 ${text}`;
const descriptors = {
  plain: `058c0902a1018502 150026ff007508 9501 09fb8102 09fc8102 09fd8102 9538 09fe820201
    7501 9501 2501 09ff8102 75078103 c0`,
  counted: `${counted} ${flag} c0c0`,
  honeywell: `${counted} 95028103 ${flag} c0c0`,
  keyboard: `05010906a101 050719e029e7 15002501 750195088102 950175088103 95067508 15002565
    050719002965 8100 c0`,
} as const;
const partBytes = 56;
const usageOf = { keyboard: [0x01, 0x06] } as const;

export function createVirtualHidScanner(o: VirtualHidScannerOptions): VirtualHidScanner {
  const open = new Set<{ data: (r: Uint8Array) => void; error: (e: Error) => void }>();
  const features: number[][] = [];
  let plugged = true;
  const [usagePage, usage] = o.mode === 'keyboard' ? usageOf.keyboard : [0x8c, 0x02];

  function newHandle(): VirtualHidHandle {
    const host = { data: (_: Uint8Array) => {}, error: (_: Error) => {} };
    open.add(host);
    return {
      on(event: 'data' | 'error', f: ((r: Uint8Array) => void) & ((e: Error) => void)) {
        if (event === 'data') host.data = f;
        else host.error = f;
      },
      async sendFeatureReport(report) {
        features.push([...report]);
      },
      async close() {
        open.delete(host);
      },
    };
  }
  function report(bytes: Uint8Array): void {
    for (const host of open) host.data(bytes);
  }

  return {
    library: {
      devicesAsync: async () =>
        plugged ? [{ path: '/dev/hidraw0', serialNumber: 'S0', usagePage, usage }] : [],
      HIDAsync: { open: async () => newHandle() },
      descriptorOf: async () => Buffer.from(descriptors[o.mode].replace(/\s/g, ''), 'hex'),
    },
    features,
    get hosts() {
      return open.size;
    },
    report,
    scan(text) {
      if (o.mode === 'keyboard') typed(`${text}\n`).forEach(report);
      else posReports(iconv.encode(`${text}\r`, o.encoding), o.mode, o.aim).forEach(report);
    },
    unplug() {
      plugged = false;
      for (const host of [...open]) host.error(new Error('could not read from HID device'));
      open.clear();
    },
    replug() {
      plugged = true;
    },
  };
}

/** Bytes of each report, its id first. */
const sizes = { plain: 61, counted: 62, honeywell: 64 } as const;

function posReports(code: Uint8Array, mode: keyof typeof sizes, aim: string): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at < code.length; at += partBytes) {
    const part = code.subarray(at, at + partBytes);
    const report = new Uint8Array(sizes[mode]);
    report[0] = 2;
    const counted = mode === 'plain' ? 0 : 1;
    if (counted === 1) report[1] = part.length;
    report.set(Buffer.from(aim, 'ascii'), 1 + counted);
    report.set(part, 4 + counted);
    report[report.length - 1] = at + partBytes < code.length ? 1 : 0;
    reports.push(report);
  }
  return reports;
}

/** US keys by usage, from 04 on; NUL where there is no such character. */
const keys = "abcdefghijklmnopqrstuvwxyz1234567890\n\u001b\b\t -=[]\\\0;'`,./";
const shifted = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\0\0\0\0\0_+{}|\0:"~<>?';

/** A key down and up for every character; usages of the letters begin at 04. */
function typed(text: string): Uint8Array[] {
  return [...text].flatMap((char) => {
    const at = keys.indexOf(char);
    const upper = shifted.indexOf(char);
    const down = at >= 0 ? [0, 0, at + 4] : [2, 0, upper + 4];
    return [Uint8Array.of(...down, 0, 0, 0, 0, 0), new Uint8Array(8)];
  });
}
