/** Names and rules for the screens, made from the profile once per start. */
import type { Directory, Reason } from '../../../broker-config/messages.ts';
import { reasonOf } from '../../../broker-config/reasons.ts';
import type { Rules } from './rules.ts';

export function directoryOf(rules: Rules, epoch: number): Directory {
  const { profile } = rules;
  return {
    v: 1,
    epoch,
    hall: profile.hall,
    name: profile.name,
    timeZone: profile.time_zone,
    groups: profile.groups,
    services: profile.services.map(({ id, name, group, prefix, per_person: limit }) => ({
      id,
      name,
      group,
      prefix,
      personRequired: limit?.required ?? false,
    })),
    classes: profile.classes.map(({ id, name, kind, at_machine: atMachine, proof }) => ({
      id,
      name,
      kind,
      atMachine,
      proof: proof ?? null,
    })),
    windows: profile.windows.map((w) => ({
      id: w.id,
      label: w.label,
      name: w.name,
      kind: w.kind,
      machine: w.machine ?? null,
      pad: w.pad ?? null,
      mayCallTicket: w.may_call_ticket,
    })),
    rules: {
      waitCeilingMin: profile.rules.wait_ceiling_min,
      recallLimit: profile.rules.recall.limit,
      recallSpacingS: profile.rules.recall.spacing_s,
      callExpiresS: profile.rules.call_expires_s,
      missed: missedNotice(rules),
    },
  };
}

function missedNotice(rules: Rules): Reason {
  const { missed } = rules.profile.rules;
  if (missed.kind === 'after') return reasonOf('missed-after', { numbers: missed.numbers });
  if (missed.kind === 'keep') return reasonOf('missed-keep', { minutes: missed.minutes });
  return missed.kind === 'tail' ? reasonOf('missed-tail', {}) : reasonOf('missed-void', {});
}
