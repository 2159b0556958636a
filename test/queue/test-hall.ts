/**
 * A small hall for tests: its profile, a state, a clock that only moves when told, and commands that
 * must be granted (`ok`) or refused with a code (`no`). Every answer and every log entry is checked
 * against its schema, and the indexes against a naive recount, after each command.
 */
import * as assert from 'uvu/assert';
import {
  LogEntry,
  Reason,
  type RequestBody,
  type RequestOp,
  type RequestResult,
  requestResults,
} from '../../broker-config/messages.ts';
import { check, faultLine } from '../../broker-config/validate.ts';
import {
  type Command,
  checkHallProfile,
  compileRules,
  emptyState,
  HallProfile,
  logEntryOf,
  nextDue,
  type Performed,
  perform,
  type QueueEvent,
  type QueueState,
  type Rules,
} from '../../kiosk-app/hall/queue/index.ts';
import { recount } from './recount.ts';

/** Monday 2026-11-23, 10:00 in Shanghai. */
export const monday10 = Date.parse('2026-11-23T10:00:00+08:00');
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

const both = (text: string) => ({ zh: text, en: text });
const owner = { name: 'Somebody', phone: '1' };
const machine = (id: string, role: HallProfile['machines'][number]['role']) => ({
  id,
  role,
  name: both(id),
  place: 'here',
  owner,
});

/**
 * Services a and b share prefix A; c has hours and a quota; p limits persons. Windows 1 and 2 serve a
 * and b (window 2: b at level 2), window 3 (tidal) c and p.
 */
export function profile(change: (p: HallProfile) => void = () => {}): HallProfile {
  const p: HallProfile = {
    hall: 'test',
    name: both('Test hall'),
    time_zone: 'Asia/Shanghai',
    day: { starts: '04:00', clear: [] },
    numbering: { digits: 3, first: 1, last: 999, wrap: 'refuse' },
    groups: [{ id: 'g', name: both('Group') }],
    services: [
      { id: 'a', name: both('Alpha'), prefix: 'A', group: 'g', typical_min: 10 },
      { id: 'b', name: both('Beta'), prefix: 'A', group: 'g', typical_min: 10 },
      {
        id: 'c',
        name: both('Gamma'),
        prefix: 'C',
        group: 'g',
        hours: [{ from: '09:00', to: '17:00', days: [1, 2, 3, 4, 5] }],
        quota_per_day: 3,
        typical_min: 5,
      },
      {
        id: 'p',
        name: both('Person'),
        prefix: 'P',
        group: 'g',
        per_person: { active_max: 1, day_max: 2, required: true },
        typical_min: 5,
      },
    ],
    classes: [
      { id: 'green', name: both('Green'), kind: 'green', at_machine: false },
      { id: 'appointment', name: both('Appointment'), kind: 'appointment', at_machine: false },
      { id: 'priority', name: both('Priority'), kind: 'priority', at_machine: true },
      { id: 'ordinary', name: both('Ordinary'), kind: 'ordinary', at_machine: true },
    ],
    rules: {
      between: { kind: 'strict' },
      ageing: { bound_min: 30 },
      wait_ceiling_min: 30,
      missed: { kind: 'keep', minutes: 10 },
      misses_allowed: 3,
      recall: { limit: 2, spacing_s: 10 },
      on_next: { called: 'refuse', serving: 'finish' },
      hold_limit_min: 60,
      call_expires_s: 60,
      print_confirm_s: 30,
    },
    appointments: { class: 'appointment', early_min: 30, late_min: 15, late: 'refuse' },
    evaluation: { invite_on_finish: true, within_min: 60 },
    windows: [
      {
        id: '1',
        label: '1',
        name: both('One'),
        kind: 'comprehensive',
        machine: 'w1',
        pad: 'pad1',
        services: [
          { service: 'a', level: 1 },
          { service: 'b', level: 1 },
        ],
        may_call_ticket: true,
      },
      {
        id: '2',
        label: '2',
        name: both('Two'),
        kind: 'comprehensive',
        machine: 'w2',
        services: [
          { service: 'a', level: 1 },
          { service: 'b', level: 2 },
        ],
        may_call_ticket: false,
      },
      {
        id: '3',
        label: 'T3',
        name: both('Three'),
        kind: 'tidal',
        machine: 'w3',
        services: [
          { service: 'c', level: 1 },
          { service: 'p', level: 1 },
        ],
        may_call_ticket: true,
      },
    ],
    machines: [
      machine('q1', 'queue-machine'),
      machine('q2', 'queue-machine'),
      machine('t1', 'terminal'),
      machine('w1', 'window'),
      machine('w2', 'window'),
      machine('w3', 'window'),
      machine('w9', 'window'),
      machine('pad1', 'evaluation-pad'),
      machine('d1', 'display'),
    ],
    journal: { keep_days: 30 },
  };
  change(p);
  return p;
}

/** Profile checked the way the hall server does it. */
export function rulesOf(p: HallProfile): Rules {
  const shape = check(HallProfile, p);
  if (!shape.ok) throw new Error(faultLine(shape.faults));
  assert.equal(checkHallProfile(p), []);
  return compileRules(p);
}

export class TestHall {
  readonly rules: Rules;
  readonly state: QueueState = emptyState();
  readonly events: QueueEvent[] = [];
  now = monday10;

  constructor(p: HallProfile = profile()) {
    this.rules = rulesOf(p);
  }

  /** Moves the clock and lets happen what is due, each thing at its time. */
  pass(ms: number): QueueEvent[] {
    const from = this.events.length;
    const end = this.now + ms;
    for (;;) {
      const due = nextDue(this.state, this.rules, this.now);
      if (due === null || due > end) break;
      this.now = Math.max(this.now, due);
      this.perform({ op: 'tick', dev: 'hall', body: {} });
    }
    this.now = end;
    return this.events.slice(from);
  }

  perform(command: Command): Performed {
    const prev = this.state.seq;
    const done = perform(this.state, this.rules, command, this.now);
    this.events.push(...done.events);
    assert.is(this.state.seq, prev + done.events.length);
    conforms(this, command, done, prev);
    recount(this.state);
    return done;
  }

  ok<Op extends Exclude<RequestOp, 'snapshot'>>(
    op: Op,
    dev: string,
    body: RequestBody<Op>,
    window?: string,
  ): RequestResult<Op> {
    const command = window === undefined ? { op, dev, body } : { op, dev, body, window };
    const done = this.perform(command);
    if (!done.ok) throw new Error(`${op} by ${dev} was refused: ${done.refusal.code}`);
    return done.result as RequestResult<Op>;
  }

  /** @returns the refusal's data */
  no<Op extends RequestOp>(
    code: string,
    op: Op,
    dev: string,
    body: RequestBody<Op>,
  ): Reason['data'] {
    const done = this.perform({ op, dev, body });
    assert.is(done.ok ? 'granted' : done.refusal.code, code);
    return done.ok ? {} : done.refusal.data;
  }

  /** Takes a number without paper: callable at once. */
  take(service: string, classId = 'ordinary', dev = 'q1'): string {
    const body = { service, class: classId, paper: false, source: 'touch' as const };
    return this.ok('take', dev, body).ticket.number;
  }

  /** Calls next at a window; the number called and the rule that chose it. */
  next(dev: string): [number: string, rule: string | undefined] {
    const { ticket } = this.ok('call-next', dev, {});
    return [ticket.number, ticket.why?.code];
  }

  /** Calls next, serves and finishes. */
  serve(dev: string, ms = 0): string {
    const [number] = this.next(dev);
    this.ok('start', dev, {});
    this.pass(ms);
    this.ok('finish', dev, {});
    return number;
  }

  id(number: string): string {
    return `${this.state.day}/${number}`;
  }

  stateOf(number: string): string | undefined {
    return this.state.tickets.get(this.id(number))?.state;
  }
}

function conforms(hall: TestHall, command: Command, done: Performed, prev: number): void {
  if (!done.ok) {
    const reason = check(Reason, done.refusal);
    assert.ok(reason.ok, reason.ok ? '' : faultLine(reason.faults));
    assert.not.match(done.refusal.zh + done.refusal.en, /[{}]/);
  } else if (done.result !== null) {
    const result = check(requestResults[command.op as RequestOp], done.result);
    assert.ok(result.ok, result.ok ? '' : `${command.op}: ${faultLine(result.faults)}`);
  }
  if (done.events.length === 0) return;
  const entry = logEntryOf(hall.state, hall.rules, 1, true, prev, done.events, hall.now);
  const shape = check(LogEntry, entry);
  assert.ok(shape.ok, shape.ok ? '' : `log entry: ${faultLine(shape.faults)}`);
}
