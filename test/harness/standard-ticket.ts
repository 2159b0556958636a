/** The ticket that encoders, golden bytes and pictures are measured with: 12 lines and a QR code. */
import type { TicketDocument } from '../../devices/contract.ts';
import { fillTemplate } from '../../devices/ticket-printer/template.ts';
import { ticketTemplate } from './printer-profiles.ts';

export const standardFields = {
  hall: '云海市政务服务中心',
  hallEn: 'Yunhai Government Service Centre',
  service: '企业职工基本养老保险参保登记',
  serviceEn: 'Basic pension insurance registration',
  class: '老年人优先',
  classEn: 'Priority: senior citizens',
  number: 'A001',
  ahead: '12',
  wait: '35',
  windows: '1、2、15、16',
  time: '2026-11-22 09:30',
  note: '过号三个号以内可到原窗口办理，超过的请到导办台重新取号。',
  noteEn: 'Missed by up to three numbers: go to the same window. Later: take a new number.',
  qr: 'https://example.test/q/2026-11-22/A001',
};

export const standardTicket = (template = 'queue-ticket'): TicketDocument =>
  fillTemplate(ticketTemplate(template), standardFields);
