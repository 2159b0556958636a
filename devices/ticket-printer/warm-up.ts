/** Makes the first ticket as quick as the thousandth: validators, code tables, compiled code. */
import { jobToken } from './commands.ts';
import { checkedDocument } from './document.ts';
import type { TicketEncoder } from './encoder.ts';
import { layOut } from './layout.ts';
import type { PrinterProfile } from './printer-profile.ts';

/** Enough for the engine to compile the hot path. */
const rounds = 60;

export function warmUp(encoder: TicketEncoder, profile: PrinterProfile): void {
  for (let i = 0; i < rounds; i++) {
    const document = checkedDocument({
      title: '政务服务中心',
      blocks: [
        { type: 'line', text: '社会保险登记', size: 2, align: 'center' },
        { type: 'number', text: 'A001' },
        { type: 'rule' },
        { type: 'columns', left: '前面等候', right: '3 人' },
        { type: 'line', text: '过号请到导办台重新排队。Please keep this ticket.' },
        { type: 'qr', data: 'https://example.test/t/A001' },
      ],
    });
    encoder.encode(layOut(document, profile), { by: 'process-id', id: jobToken(String(i)) });
  }
}
