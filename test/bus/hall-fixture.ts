/**
 * A hall with one machine of each role, and fakes for what stands behind its port: a sequencer that
 * grants everything by hand or at once, views that are legal messages.
 */
import { uuidv7 } from 'uuidv7';
import type {
  Answer,
  Board,
  Directory,
  LogEntry,
  PadSnapshot,
  WindowSnapshot,
} from '../../broker-config/messages.ts';
import type { Committed, SequencerPort, SubmittedRequest } from '../../kiosk-app/hall/contract.ts';
import type { QueueEvent } from '../../kiosk-app/hall/queue/events.ts';
import type { HallProfile } from '../../kiosk-app/hall/queue/hall-profile.ts';
import type { HallViews } from '../../kiosk-app/hall/views.ts';

const both = (text: string) => ({ zh: text, en: text });
const machine = (id: string, role: HallProfile['machines'][number]['role']) => ({
  ...{ id, role, name: both(id), place: 'hall' },
  owner: { name: 'Wang', phone: '110' },
});

export const profile: HallProfile = {
  hall: 'h',
  name: both('大厅'),
  time_zone: 'Asia/Shanghai',
  day: { starts: '04:00', clear: [] },
  numbering: { digits: 3, first: 1, last: 999, wrap: 'refuse' },
  groups: [{ id: 'all', name: both('全部') }],
  services: [{ id: 'id-card', name: both('身份证'), prefix: 'A', group: 'all', typical_min: 5 }],
  classes: [{ id: 'ordinary', name: both('普通'), kind: 'ordinary', at_machine: true }],
  rules: {
    between: { kind: 'strict' },
    ageing: null,
    wait_ceiling_min: 30,
    missed: { kind: 'void' },
    misses_allowed: 1,
    recall: { limit: 3, spacing_s: 5 },
    on_next: { called: 'refuse', serving: 'finish' },
    hold_limit_min: 0,
    call_expires_s: 60,
    print_confirm_s: 20,
  },
  appointments: { class: 'ordinary', early_min: 30, late_min: 30, late: 'refuse' },
  evaluation: { invite_on_finish: true, within_min: 60 },
  windows: [
    {
      ...{ id: 'w1', label: '1', name: both('1'), kind: 'comprehensive' },
      ...{ machine: 'win1', pad: 'pad1', may_call_ticket: true },
      services: [{ service: 'id-card', level: 1 }],
    },
    {
      ...{ id: 'w2', label: '2', name: both('2'), kind: 'comprehensive' },
      ...{ machine: 'win2', may_call_ticket: true, services: [] },
    },
  ],
  machines: [
    machine('server', 'hall'),
    machine('qm1', 'queue-machine'),
    machine('qm2', 'queue-machine'),
    machine('win1', 'window'),
    machine('win2', 'window'),
    machine('pad1', 'evaluation-pad'),
    machine('screen', 'display'),
  ],
  journal: { keep_days: 30 },
};

export const newKey = (): string => uuidv7();

export interface FakeSequencer extends SequencerPort {
  epoch: number;
  issuing: boolean;
  readonly submitted: SubmittedRequest[];
  seq: number;
  /** As if a commit with these events had become durable. */
  commit(...events: QueueEvent[]): void;
  setIssuing(issuing: boolean): void;
}

/** Answers at once, as `evaluate` is answered, whatever was asked. */
export function fakeSequencer(epoch = 5, now: () => number = () => 1000): FakeSequencer {
  let committed: (c: Committed) => void = () => {};
  let issuingChanged: (issuing: boolean) => void = () => {};
  const fake: FakeSequencer = {
    epoch,
    issuing: true,
    state: null,
    seq: 0,
    submitted: [],
    now,
    clockAheadMs: () => 0,
    submit: (request, answered) => {
      fake.submitted.push(request);
      const answer: Answer = {
        ...{ v: 1, key: request.key, epoch: fake.epoch, seq: fake.seq, at: now() },
        spans: { queuedMs: 0, decidedMs: 0, committedMs: 0 },
        ...{ ok: true, result: { ticket: '2026-11-22/A001', level: 'satisfied' } },
      };
      answered(answer, JSON.stringify(answer));
    },
    onCommitted: (f) => {
      committed = f;
    },
    onIssuing: (f) => {
      issuingChanged = f;
    },
    commit: (...events) => {
      const prev = fake.seq;
      fake.seq += events.length;
      committed({ events, prev, seq: fake.seq });
    },
    setIssuing: (issuing) => {
      fake.issuing = issuing;
      issuingChanged(issuing);
    },
    stop: async () => {},
  };
  return fake;
}

export interface FakeViews extends HallViews {
  /** Windows that the next commits touch. */
  touching: string[];
}

export function fakeViews(sequencer: FakeSequencer): FakeViews {
  const position = () => ({ v: 1 as const, epoch: sequencer.epoch, seq: sequencer.seq });
  const views: FakeViews = {
    touching: [],
    directory: (): Directory => ({
      ...{ v: 1, epoch: sequencer.epoch, hall: 'h', name: profile.name, timeZone: 'Asia/Shanghai' },
      ...{ groups: profile.groups, services: [], classes: [], windows: [] },
      rules: {
        ...{ waitCeilingMin: 30, recallLimit: 3, recallSpacingS: 5, callExpiresS: 60 },
        missed: { code: 'missed-void', data: {}, zh: '作废', en: 'void' },
      },
    }),
    board: (): Board => ({
      ...position(),
      ...{ day: '2026-11-22', at: sequencer.now(), issuing: sequencer.issuing },
      ...{ windows: [], services: [], calls: [], alarms: [] },
    }),
    window: (window): WindowSnapshot => ({
      ...position(),
      ...{ window, current: null, last: null, held: [], missed: [], servedToday: 0 },
    }),
    log: ({ prev }): LogEntry => ({
      ...position(),
      ...{ prev, day: '2026-11-22', at: sequencer.now(), issuing: sequencer.issuing },
      ...{ windows: [], services: [], calls: [], alarms: null },
    }),
    touched: () => views.touching,
    now: () => sequencer.now(),
    pad: (window): PadSnapshot => ({ ...position(), window, pending: null }),
    padsTouched: () => [],
  };
  return views;
}
