import type { TicketDocument } from '../contract.ts';

/** What a ticket printer prints when a technician tests it: every size, both languages, no number. */
export const testTicket: TicketDocument = {
  title: '打印测试 Printer test',
  blocks: [
    { type: 'line', text: '打印测试', align: 'center', size: 2 },
    { type: 'line', text: 'Printer test', align: 'center' },
    { type: 'rule' },
    { type: 'line', text: '这不是号码票。This is not a queue ticket.', align: 'center' },
  ],
};
