/** One step of the queue machine's flow: pure, total, no clock and no I/O. */
import type { Moment } from '../runtime/ports.ts';
import type { Stepped } from '../runtime/stepper.ts';
import { onAnswer, onLateAnswer, onRequestFailed } from './answers.ts';
import { onHome, onKey, onTake } from './press.ts';
import {
  onCutOff,
  onPatienceOver,
  onPrinted,
  onPrinterStopped,
  onRecalled,
  onSending,
} from './printing.ts';
import { onReprint, onReprinted } from './reprint.ts';
import type { QueueEffect, QueueInput, QueueState } from './state.ts';
import { onCard, onFault, onScan, onVisitorGone } from './visitor.ts';

export function step(
  state: QueueState,
  input: QueueInput,
  at: Moment,
): Stepped<QueueState, QueueEffect> {
  switch (input.type) {
    case 'view':
      return { state: { ...state, view: input.view }, effects: [] };
    case 'printer': {
      const heard = { ...state, printer: input.health };
      return input.health.kind === 'out'
        ? onPrinterStopped(heard, at)
        : { state: heard, effects: [] };
    }
    case 'take':
      return onTake(state, input, at);
    case 'key':
      return onKey(state, input, at);
    case 'card':
      return onCard(state, input, at);
    case 'scan':
      return onScan(state, input, at);
    case 'fault':
      return onFault(state, input, at);
    case 'home':
      return onHome(state);
    case 'reprint':
      return onReprint(state, at);
    case 'reprinted':
      return onReprinted(state, input, at);
    case 'answer':
      return onAnswer(state, input, at);
    case 'late-answer':
      return onLateAnswer(state, input.answer);
    case 'request-failed':
      return onRequestFailed(state, input, at);
    case 'sending':
      return onSending(state, input);
    case 'printed':
      return onPrinted(state, input, at);
    case 'cut-off':
      return onCutOff(state, input.issued, at);
    case 'recalled':
      return { state: onRecalled(state, input.ticket), effects: [] };
    case 'timer':
      return onTimer(state, input.name, at);
  }
}

function onTimer(
  state: QueueState,
  name: Extract<QueueInput, { type: 'timer' }>['name'],
  at: Moment,
): Stepped<QueueState, QueueEffect> {
  switch (name) {
    case 'result':
      return onHome(state);
    case 'patience':
      return onPatienceOver(state, at);
    case 'visitor':
      return onVisitorGone(state);
    case 'connecting':
      // Nothing changes but the time, which is what the obstacle is made from.
      return { state, effects: [] };
  }
}
