/**
 * A display process of the benchmark: prints `<seq> <ns>` for every call it hears of, by the
 * machine's one monotonic clock (CLOCK_MONOTONIC is the same in all processes).
 *
 *   display.ts MACHINE PORT DATA
 */
import { connectMachine } from './machine.ts';

const [machine = '', port = '0', dataDir = '.'] = process.argv.slice(2);
const { link } = await connectMachine(machine, 'display', { port: Number(port), dataDir });
let last = 0;
link.watch(({ board }) => {
  const now = process.hrtime.bigint();
  for (const call of board?.calls ?? []) {
    if (call.seq <= last) continue;
    last = call.seq;
    console.log(`${call.number} ${now}`);
  }
});
console.log('ready');
process.once('SIGTERM', () => process.exit(0));
