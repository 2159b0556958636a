/** Role `queue-machine` (取号机): a number on paper. */
import { drivers, isDriverName } from '../../devices/registry.ts';
import { loadTicketTemplate } from '../../devices/ticket-printer/load-template.ts';
import { fillTemplate } from '../../devices/ticket-printer/template.ts';
import type { RoleStart } from '../runtime/compose.ts';
import { RuntimeError } from '../runtime/errors.ts';
import { QueueAction, type QueueScreen } from '../screens/contract.ts';
import { runQueueMachine } from './flow.ts';
import type { QueuePorts } from './ports.ts';
import { pressLog } from './press-log.ts';

const kindOf = (driver: string) => (isDriverName(driver) ? drivers[driver].kind : null);

export const start: RoleStart = async (parts) => {
  const { profile, clock, log, makeKey, link, spool, devices, lifecycle } = parts;
  const { ticketFolders } = parts;
  const own = profile.queue_machine;
  if (own === undefined) {
    throw new RuntimeError('CFG_PROFILE', 'queue_machine is required for this role');
  }
  const template = loadTicketTemplate(ticketFolders, own.ticket);
  const reprintId = own.reprint ?? null;
  const second = reprintId === null ? null : loadTicketTemplate(ticketFolders, reprintId);
  const kinds = new Set(profile.devices.map((d) => kindOf(d.driver)));
  const reads = { card: kinds.has('id-card-reader'), code: kinds.has('scanner') };
  const screen = await parts.screen<QueueScreen, QueueAction>(QueueAction);
  const flow = runQueueMachine(
    {
      clock,
      log,
      makeKey,
      link,
      jobs: spool.jobs,
      devices,
      screen,
      printer: own.printer,
      document: (fields) => fillTemplate(template, fields),
      reprint: (fields) => fillTemplate(second ?? template, fields),
      presses: pressLog(log, own.printer !== null),
      citizenText: await citizenTexts(reads.card || reads.code),
    },
    {
      machine: profile.machine,
      owner: profile.owner,
      groups: own.groups ?? null,
      idleS: own.idle_s,
      resultS: own.result_s,
      printer: own.printer !== null,
      reprint: second !== null && own.printer !== null,
      reads,
      keys: own.keys ?? {},
    },
  );
  lifecycle.onStop('queue-machine', () => flow.stop());
};

/** The sentences are loaded where somebody lays cards or scans codes. */
async function citizenTexts(wanted: boolean): Promise<QueuePorts['citizenText']> {
  if (!wanted) return () => null;
  const { en } = await import('../../devices/texts/en.ts');
  const { zhCN } = await import('../../devices/texts/zh-CN.ts');
  return (code) => {
    const [zh, english] = [zhCN[code].citizen, en[code].citizen];
    return zh === null || english === null ? null : { zh, en: english };
  };
}
