import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { uuidv7 } from 'uuidv7';
import { loadPrinterProfile } from '../devices/ticket-printer/load-profile.ts';
import { createVirtualPrinter } from '../devices/twins/virtual-printer.ts';
import { realClock } from '../kiosk-app/runtime/clock.ts';
const twin = createVirtualPrinter({ profile: loadPrinterProfile('profiles/printers', 'generic-80'), clock: realClock, pace: 'instant', paperMm: 1_000_000, lowBelowMm: 100, replies: { delayMs: 0, chunkBytesMax: 64 } } as never);
const { port } = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
writeFileSync('/tmp/rt/q9.yaml', readFileSync('/work/main/profiles/machines/queue-1.yaml', 'utf8').replace('192.168.1.51', '127.0.0.1').replace('port: 9100', `port: ${port}`));
const status = (pid: number) => (readFileSync(`/proc/${pid}/status`, 'utf8').match(/(VmRSS|RssAnon|RssFile|VmHWM).*/g) ?? []).join(' ');
for (let run = 0; run < 2; run += 1) {
  const began = performance.now();
  const child = spawn(process.execPath, ['kiosk-app/xuhao.mjs', 'queue-machine', '--profile', '/tmp/rt/q9.yaml', '--data', '/tmp/rt/data/q1', '--broker', 'mqtt://127.0.0.1:18830', '--screen-port', '18080', '--new-hall'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let at = 0; const lines: string[] = [];
  await new Promise<void>((r) => createInterface({ input: child.stdout }).on('line', (l) => { lines.push(l); if (/"msg":"ready"/.test(l)) { at = performance.now() - began; r(); } }));
  const cpu = () => { const s = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' '); return (Number(s[13]) + Number(s[14])) * 10; };
  console.log('ready', at.toFixed(0), 'cpu', cpu(), status(child.pid ?? 0));
  await new Promise((r) => setTimeout(r, 2000));
  let printed = 0; let failed = 0; const n = Number(process.argv[2] ?? 30);
  for (let i = 0; i < n; i += 1) {
    const before = twin.tickets.at(-1)?.seq ?? 0;
    await fetch('http://127.0.0.1:18080/act', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ do: 'take', service: process.argv[3] ?? 'general', class: null, press: uuidv7() }) });
    const ok = await new Promise<boolean>((resolve) => { const t = setTimeout(() => { stop(); resolve(false); }, 3000); const stop = twin.onChange(() => { if ((twin.tickets.at(-1)?.seq ?? 0) === before) return; clearTimeout(t); stop(); resolve(true); }); });
    if (ok) printed += 1; else failed += 1;
    await new Promise((r) => setTimeout(r, 30));
    await fetch('http://127.0.0.1:18080/act', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ do: 'home' }) });
    if (failed > 2) break;
  }
  console.log('after', printed, 'tickets', failed, 'failed; cpu', cpu(), status(child.pid ?? 0));
  if (failed) console.log(lines.slice(-5).join('\n'));
  child.kill('SIGTERM'); await new Promise((r) => child.on('exit', r));
}
process.exit(0);
