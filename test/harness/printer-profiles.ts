/** The repository's own printer profiles and ticket templates. */
import { join } from 'node:path';
import { loadPrinterProfile } from '../../devices/ticket-printer/load-profile.ts';
import { loadTicketTemplate } from '../../devices/ticket-printer/load-template.ts';
import type { PrinterProfile } from '../../devices/ticket-printer/printer-profile.ts';
import type { LoadedTemplate } from '../../devices/ticket-printer/template.ts';

const profiles = join(import.meta.dirname, '..', '..', 'profiles');

export const printerDirectory = join(profiles, 'printers');
export const ticketDirectory = join(profiles, 'tickets');
export const printerProfile = (id: string): PrinterProfile =>
  loadPrinterProfile([printerDirectory], id);
export const ticketTemplate = (id: string): LoadedTemplate =>
  loadTicketTemplate([ticketDirectory], id);
