/** The ports of the flows as a test can steer them. Nothing answers unless the test says so. */
import { BusError } from '../../broker-config/errors.ts';
import type { Answer, Reason, RequestOp, RequestResult } from '../../broker-config/messages.ts';
import type {
  DeviceEvent,
  DeviceStatus,
  PrinterStatus,
  PrintOptions,
  PrintOutcome,
  PrintStages,
  TicketDocument,
  TicketPrinter,
} from '../../devices/contract.ts';
import type {
  DeviceOfKind,
  DeviceSupervisor,
  SupervisedStatus,
} from '../../kiosk-app/runtime/device-supervisor.ts';
import type {
  Clock,
  Delivered,
  HallLink,
  HallView,
  MakeKey,
  Screen,
} from '../../kiosk-app/runtime/ports.ts';
import type { PrintJob, Spool } from '../../kiosk-app/runtime/spool.ts';

/** UUIDv7-shaped keys that count up from `from`. */
export function countingKeys(from = 1): MakeKey {
  let n = from - 1;
  return () => {
    n += 1;
    return keyOf(n);
  };
}
export const keyOf = (n: number) => `0192f000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export interface AskedRequest {
  op: RequestOp;
  body: unknown;
  key: string;
  grant(result: RequestResult<RequestOp>): void;
  refuse(refusal: Reason): void;
  fail(error: BusError): void;
}

export class FakeLink implements HallLink {
  online = true;
  readonly asked: AskedRequest[] = [];
  readonly delivered: { op: RequestOp; body: unknown; key: string }[] = [];
  #view: HallView;
  readonly #watchers = new Set<(view: HallView) => void>();
  readonly #tellers = new Set<(delivered: Delivered) => void>();
  /** Set to make deliver() fail as a full disk does. */
  deliverError: Error | null = null;
  readonly #clock: Clock;

  constructor(clock: Clock, view: HallView) {
    this.#clock = clock;
    this.#view = view;
    this.online = view.online;
  }

  request<Op extends RequestOp>(
    op: Op,
    body: unknown,
    o: { key: string; deadlineMs: number },
  ): Promise<Answer<Op>> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(o.deadlineMs, () =>
        reject(new BusError('BUS_DEADLINE', op)),
      );
      const answer = (a: unknown) => {
        cancel();
        resolve(a as Answer<Op>);
      };
      this.asked.push({
        op,
        body,
        key: o.key,
        grant: (result) => answer(granted(o.key, result)),
        refuse: (refusal) => answer(refusedWith(o.key, refusal)),
        fail: (error) => {
          cancel();
          reject(error);
        },
      });
    });
  }

  deliver(op: RequestOp, body: unknown, key: string): void {
    if (this.deliverError !== null) throw this.deliverError;
    this.delivered.push({ op, body, key });
  }

  onDelivered(f: (delivered: Delivered) => void): () => void {
    this.#tellers.add(f);
    return () => this.#tellers.delete(f);
  }

  /** The hall answered something delivered. */
  tellDelivered(delivered: Delivered): void {
    for (const f of this.#tellers) f(delivered);
  }

  watch(f: (view: HallView) => void): () => void {
    this.#watchers.add(f);
    f(this.#view);
    return () => this.#watchers.delete(f);
  }

  see(change: Partial<HallView>): void {
    this.#view = { ...this.#view, ...change };
    this.online = this.#view.online;
    for (const f of this.#watchers) f(this.#view);
  }

  get view(): HallView {
    return this.#view;
  }

  last(): AskedRequest {
    const last = this.asked.at(-1);
    if (last === undefined) throw new Error('nothing was asked');
    return last;
  }
}

const envelope = (key: string) => ({
  v: 1 as const,
  key,
  epoch: 1,
  seq: 1,
  at: 0,
  spans: { queuedMs: 0.1, decidedMs: 0.1, committedMs: 0.2 },
});
export const granted = (key: string, result: RequestResult<RequestOp>): Answer => ({
  ...envelope(key),
  ok: true,
  result,
});
export const refusedWith = (key: string, refusal: Reason): Answer => ({
  ...envelope(key),
  ok: false,
  refusal,
});

export interface PrintedJob {
  document: TicketDocument;
  o: PrintOptions;
  /** The first byte leaves: true if the host allowed it. */
  send(): boolean;
  end(outcome: PrintOutcome): void;
}

export class FakePrinter implements TicketPrinter {
  readonly kind = 'ticket-printer';
  readonly status: PrinterStatus = {
    online: true,
    paper: 'ok',
    coverOpen: false,
    error: 'none',
    at: 0,
  };
  readonly jobs: PrintedJob[] = [];
  /** Nothing else to do: a job begins within print(). */
  idle = false;
  readonly #clock: Clock;
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async selfTest() {
    return [];
  }
  print(document: TicketDocument, o: PrintOptions): Promise<PrintOutcome & PrintStages> {
    return new Promise((resolve) => {
      let firstByteAt: number | null = null;
      const fail = () => resolve({ outcome: 'failed', code: 'PRN_NOT_RECORDED', firstByteAt });
      this.jobs.push({
        document,
        o,
        send: () => {
          try {
            void o.onSending();
          } catch {
            fail();
            return false;
          }
          firstByteAt = this.#clock.mono();
          return true;
        },
        end: (outcome) => resolve({ ...outcome, firstByteAt }),
      });
      if (this.idle) this.last().send();
    });
  }

  /** What it says of jobs of an earlier life; by itself it knows nothing of them. */
  readonly recalls = new Map<string, PrintOutcome | null>();
  recall(jobId: string): Promise<PrintOutcome | null> {
    const known = this.recalls.get(jobId);
    return Promise.resolve(
      known === undefined ? { outcome: 'uncertain', code: 'PRN_LINK_LOST' } : known,
    );
  }

  last(): PrintedJob {
    const last = this.jobs.at(-1);
    if (last === undefined) throw new Error('nothing was printed');
    return last;
  }

  async close(): Promise<void> {}
}

/** Devices of one machine: a printer `printer` and a keypad `keypad`. */
export class FakeDevices implements Pick<DeviceSupervisor, 'get' | 'watch' | 'onEvent'> {
  printer: FakePrinter | undefined;
  readonly #watchers = new Set<(status: SupervisedStatus) => void>();
  readonly #hearers = new Set<(device: string, event: DeviceEvent) => void>();
  #status: DeviceStatus = { state: 'ready', code: 'DEV_READY', detail: {} };

  get<K extends keyof DeviceOfKind>(id: string, kind?: K): DeviceOfKind[K] | undefined {
    if (id === 'printer') return this.printer as DeviceOfKind[K] | undefined;
    if ((id !== 'keypad' && id !== 'caller') || kind === 'ticket-printer') return undefined;
    return { kind: id, close: async () => {} } as unknown as DeviceOfKind[K];
  }

  watch(f: (status: SupervisedStatus) => void): () => void {
    this.#watchers.add(f);
    f(this.#supervised());
    return () => this.#watchers.delete(f);
  }

  onEvent(f: (device: string, event: DeviceEvent) => void): () => void {
    this.#hearers.add(f);
    return () => this.#hearers.delete(f);
  }

  /** The printer says how it is. */
  say(state: DeviceStatus['state'], code: DeviceStatus['code']): void {
    this.#status = { state, code, detail: {} };
    for (const f of this.#watchers) f(this.#supervised());
  }

  press(key: string): void {
    this.tell('keypad', { type: 'key', key });
  }

  /** Something happened at a device. */
  tell(device: string, event: DeviceEvent): void {
    for (const f of this.#hearers) f(device, event);
  }

  #supervised(): SupervisedStatus {
    return { ...this.#status, device: 'printer', kind: 'ticket-printer', since: 1, owner: 'x' };
  }
}

/** Print jobs as the spool keeps them; `history` is every state a job had, in order. */
export class FakeJobs {
  readonly history: string[] = [];
  readonly #jobs = new Map<string, PrintJob>();
  addError: Error | null = null;
  stateError: Error | null = null;
  readonly port: Spool['jobs'] = {
    add: (job) => {
      if (this.addError !== null) throw this.addError;
      this.put({ ...job, state: job.state ?? 'queued', code: null, at: 0 });
    },
    setState: (jobId, state, code) => {
      if (this.stateError !== null) throw this.stateError;
      const job = this.#jobs.get(jobId);
      if (job === undefined) throw new Error(`no job ${jobId}`);
      this.put({ ...job, state, code });
    },
    get: (jobId) => this.#jobs.get(jobId),
    unfinished: () =>
      [...this.#jobs.values()].filter((j) => ['queued', 'sending', 'sent'].includes(j.state)),
  };

  put(job: PrintJob): void {
    this.#jobs.set(job.jobId, job);
    this.history.push(`${job.jobId} ${job.state}`);
  }
}

export class FakeScreen<State, Action> implements Screen<State, Action> {
  readonly shown: State[] = [];
  #act: (action: Action) => void = () => {};
  show(state: State): void {
    this.shown.push(state);
  }
  onAction(f: (action: Action) => void): void {
    this.#act = f;
  }
  act(action: Action): void {
    this.#act(action);
  }
  get now(): State {
    const last = this.shown.at(-1);
    if (last === undefined) throw new Error('nothing is shown');
    return last;
  }
}
