/** Names and rules for the screens, made from the profile once per start. */
import type {
  ClerkCard,
  Directory,
  EvaluationRules,
  Reason,
} from '../../../broker-config/messages.ts';
import { reasonOf } from '../../../broker-config/reasons.ts';
import type { Window } from './hall-profile.ts';
import type { Rules } from './rules.ts';

const undoDefaultS = 5;
const textDefaultMax = 150;
/** As the schema of `evaluate` bounds them. */
const labelsChosenMax = 8;

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
      ...clerkOf(rules, w),
    })),
    rules: {
      waitCeilingMin: profile.rules.wait_ceiling_min,
      recallLimit: profile.rules.recall.limit,
      recallSpacingS: profile.rules.recall.spacing_s,
      callExpiresS: profile.rules.call_expires_s,
      missed: missedNotice(rules),
    },
    evaluation: evaluationOf(rules),
  };
}

function evaluationOf({ profile, inviteMs }: Rules): EvaluationRules {
  const { evaluation } = profile;
  return {
    inviteS: inviteMs / 1000,
    undoS: evaluation.undo_s ?? undoDefaultS,
    textMax: evaluation.text_max ?? textDefaultMax,
    labelsMax: labelsChosenMax,
    labels: (evaluation.labels ?? []).map(({ code, level, name }) => ({ code, level, name })),
    followUp: evaluation.follow_up_days !== undefined,
  };
}

/** Of the clerk, what the profile lets a pad show; nothing named: no card. */
function clerkOf({ profile }: Rules, window: Window): { clerk?: ClerkCard } {
  const shown = profile.evaluation.show_clerk ?? [];
  const clerk = profile.clerks?.find((c) => c.id === window.clerk);
  if (clerk === undefined || shown.length === 0) return {};
  const parts = shown.flatMap((part) => (clerk[part] === undefined ? [] : [[part, clerk[part]]]));
  return { clerk: Object.fromEntries(parts) as ClerkCard };
}

function missedNotice(rules: Rules): Reason {
  const { missed } = rules.profile.rules;
  if (missed.kind === 'after') return reasonOf('missed-after', { numbers: missed.numbers });
  if (missed.kind === 'keep') return reasonOf('missed-keep', { minutes: missed.minutes });
  return missed.kind === 'tail' ? reasonOf('missed-tail', {}) : reasonOf('missed-void', {});
}
