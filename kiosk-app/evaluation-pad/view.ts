/** The pad's page, drawn from the flow's state. */
import type { Moment } from '../runtime/ports.ts';
import type { EvaluationStep, PadScreen, Sentence } from '../screens/contract.ts';
import { sentence } from '../texts/sentence.ts';
import type { Evaluation, Rating } from './evaluation.ts';
import type { QrDrawing } from './qr.ts';
import type { EvaluationRules } from './rules.ts';
import { type PadState, padWindow } from './state.ts';
import { rulesNow } from './step.ts';

/** `qrOf`: drawing of an address; slow enough to be remembered by whoever gives it. */
export function screenOf(state: PadState, qrOf: (url: string) => QrDrawing, at: Moment): PadScreen {
  const { config, view, startedAt, evaluation } = state;
  const directory = view?.directory ?? null;
  const url = state.invitation?.qr ?? null;
  return {
    role: 'evaluation-pad',
    machine: config.machine,
    hallName: directory?.name ?? null,
    link: { online: view?.online ?? false, since: view?.onlineSince ?? startedAt.now },
    time: { timeZone: directory?.timeZone ?? null, offsetMs: view?.hallClockOffsetMs ?? 0 },
    owner: config.owner,
    known: directory !== null,
    window: windowOf(state),
    clerk: clerkOf(state),
    elder: config.elder,
    step:
      evaluation === null
        ? { at: 'idle' }
        : evaluationStep(evaluation, rulesNow(state), {
            service: serviceName(state, evaluation.subject.service),
            qr: url === null ? null : qrOf(url),
            at,
          }),
  };
}

export interface StepParts {
  service: Sentence;
  qr: QrDrawing | null;
  at: Moment;
}

/** One evaluation as any page shows it: a pad's, or a terminal's. */
export function evaluationStep(
  e: Evaluation,
  rules: EvaluationRules,
  { service, qr, at }: StepParts,
): EvaluationStep {
  const { phase, subject } = e;
  const { ticket, number } = subject;
  const until = Math.round(at.now + e.untilMono - at.mono);
  switch (phase.at) {
    case 'ask':
      return { at: 'ask', ticket, number, service, qr, until };
    case 'rated':
      return {
        at: 'rated',
        ticket,
        ...chosenOf(phase.rating, rules),
        undo: rules.undoMs > 0,
        until,
      };
    case 'thanked': {
      const undo = !phase.sent && rules.undoMs > 0;
      return { at: 'thanked', ticket, level: phase.rating.level, undo, until };
    }
    case 'keeping':
    case 'sending':
      return { at: 'sending', ticket, level: phase.rating.level };
    case 'failed':
      return {
        at: 'failed',
        ticket,
        because: phase.because,
        todo: sentence('evaluate.todo'),
        until,
      };
    case 'closed':
      return { at: 'idle' };
  }
}

function chosenOf({ level, labels, text }: Rating, rules: EvaluationRules) {
  const offered = rules.labels
    .filter((l) => l.level === level)
    .map(({ code, name }) => ({ code, name }));
  const { labelsMax, textMax } = rules;
  return { level, labels: offered, chosen: [...labels], text, labelsMax, textMax };
}

function windowOf(state: PadState): PadScreen['window'] {
  const own = padWindow(state);
  if (own === null) return null;
  const live = state.view?.board?.windows.find((w) => w.id === own.id);
  // Not heard of yet, it may well be open: a pad must not say that nobody serves.
  return { label: own.label, name: own.name, state: live?.state ?? 'open' };
}

function clerkOf(state: PadState): PadScreen['clerk'] {
  const card = padWindow(state)?.clerk;
  if (card === undefined) return null;
  const { name = null, post = null, badge = null, photo } = card;
  const known = photo !== undefined && state.config.photos.has(photo);
  return { name, post, badge, photo: known ? `/photos/${photo}` : null };
}

function serviceName(state: PadState, id: string): Sentence {
  const known = state.view?.directory?.services.find((s) => s.id === id);
  return known?.name ?? sentence('unknown.service', { id });
}
