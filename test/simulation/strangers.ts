/** The terminal, which has no flow of its own here, and what no honest machine or pad would ask. */
import { levels, type RequestOp } from '../../broker-config/messages.ts';
import type { MachineNode } from './machine-node.ts';
import type { PeopleOptions } from './people.ts';

interface Asked {
  ask(op: RequestOp, body: object, key?: string): void;
  /** Through the outbox: what must not be lost. */
  deliver(op: RequestOp, body: object): void;
  newKey(): string;
  /** Some ticket of today or yesterday, and one that another machine issued. */
  ticket: string;
  foreign: string;
  take: object;
  evaluate: object;
}

/** Tells an evaluation that no citizen touched. */
export const strangersText = 'stranger';
const nobodysTicket = '2026-01-01/A001';

/** Somebody does something at a terminal or a pad. */
export function stranger(o: PeopleOptions, machine: MachineNode): void {
  const { random, people } = o;
  const asked = askedAt(o, machine);
  if (asked === null) return;
  const { ask, deliver, take, evaluate } = asked;
  const appointment = { person: personOf(o) };
  if (random.chance(people.wildRequest)) random.pick(tricks)(o, asked);
  else if (machine.role === 'evaluation-pad') deliver('evaluate', evaluate);
  else {
    const what = random.weighted({ take: 6, 'check-in': 2, evaluate: 1 });
    if (what === 'take') ask('take', take);
    else if (what === 'check-in') ask('check-in', { appointment, paper: false });
    else deliver('evaluate', evaluate);
  }
}

/** Few persons, so that limits per person are met. */
const personOf = ({ random }: PeopleOptions) => random.pick(['aa', 'bb', 'cc']).repeat(16);

function askedAt(o: PeopleOptions, { face, id, role }: MachineNode): Asked | null {
  const { random, profile, ledger } = o;
  if (face === null || !face.link.online) return null;
  const known = [...ledger.tickets.values()].slice(-40);
  const foreign = known.filter((t) => t.dev !== id);
  const idOf = (list: typeof known) => (list.length > 0 ? random.pick(list).id : nobodysTicket);
  const ticket = idOf(known);
  return {
    ticket,
    foreign: idOf(foreign),
    newKey: face.newKey,
    // What comes of it is seen at the hall.
    ask: (op, body, key = face.newKey()) => {
      face.link.request(op, body as never, { key, deadlineMs: 20_000 }).catch(() => {});
    },
    deliver: (op, body) => {
      try {
        face.link.deliver(op, body as never, face.newKey());
      } catch {
        // Its disk fails, and it knows; a pad would ask the citizen to press again.
      }
    },
    take: {
      service: random.pick(profile.services).id,
      ...{ person: personOf(o), paper: random.chance(0.2), source: 'card' },
    },
    evaluate: {
      ...{ ticket, level: random.pick(levels), labels: [], text: strangersText },
      ...{ channel: role === 'terminal' ? 'terminal' : 'pad', pressedAt: face.clock.now() },
    },
  };
}

const tricks: readonly ((o: PeopleOptions, a: Asked) => void)[] = [
  // The same key for two things.
  (o, { ask, take, newKey }) => {
    const key = newKey();
    ask('take', take, key);
    o.world.after(5_000, () => ask('take', { ...take, service: 'other' }, key));
  },
  // Of its own tickets a machine is believed; these are of others.
  (_, { ask, foreign }) => ask('confirm-printed', { ticket: foreign, outcome: 'confirmed' }),
  (_, { ask, foreign }) => ask('print-failed', { ticket: foreign, reason: 'error' }),
  (_, { ask, ticket }) => ask('void', { ticket: { id: ticket } }),
  (_, { ask }) => ask('call-next', {}),
  (_, { ask }) => ask('take', { service: 'no-such-service', paper: false, source: 'card' }),
  (_, { ask }) => ask('take', { wrong: 'shape' }),
  (_, { ask, evaluate }) => ask('evaluate', evaluate),
];
