/** A machine's link to its hall: requests, durable delivery, and the view of the hall. */
import { decode, type Message } from '../../broker-config/codec.ts';
import { BusError } from '../../broker-config/errors.ts';
import type { Answer, RequestBody, RequestOp, Role } from '../../broker-config/messages.ts';
import { type ParsedTopic, parseTopic, topics } from '../../broker-config/topics.ts';
import { faultLine } from '../../broker-config/validate.ts';
import type { Bus } from './bus.ts';
import { epochGuard } from './epoch-guard.ts';
import { hallKnowledge, tellsTime } from './hall-view.ts';
import type { Log } from './log.ts';
import { deliverOutbox } from './outbox.ts';
import type { Clock, Delivered, HallLink, HallView, MakeKey, RequestOptions } from './ports.ts';
import { type Answered, requestTable } from './requests.ts';
import { snapshotAsker, snapshotLimits } from './snapshot-asker.ts';
import type { Spool } from './spool.ts';

export interface HallLinkOptions {
  hall: string;
  machine: string;
  role: Role;
  bus: Bus;
  spool: Spool;
  clock: Clock;
  log: Log;
  makeKey: MakeKey;
  /** Even in [0, 1). */
  random: () => number;
}

export interface MachineLink extends HallLink {
  /**
   * The outbox begins: what an earlier process left goes out, and everything from now on. Not
   * before the flow listens (`onDelivered`).
   */
  begin(): void;
  close(): void;
}

export function hallLink(o: HallLinkOptions): MachineLink {
  const { bus, clock, log } = o;
  const watchers = new Set<(view: HallView) => void>();
  const epochs = epochGuard(o);
  let closed = false;
  let wasOnline = false;

  const table = requestTable({
    ...o,
    send: (topic, payload) => bus.send(topic, payload),
    epoch: () => epochs.highest,
  });
  const known = hallKnowledge({
    machine: o.machine,
    now: () => clock.now(),
    believes: epochs.believes,
    changed: viewChanged,
  });
  let begun = false;
  const onDelivered = new Set<(delivered: Delivered) => void>();
  const outbox = deliverOutbox({
    ...o,
    ask: table.ask,
    online: () => begun && known.view.online,
    delivered: (delivered) => {
      for (const f of onDelivered) f(delivered);
    },
  });
  const snapshots = snapshotAsker({
    clock,
    random: o.random,
    wanted: () => known.wantsSnapshot && !closed,
    ask: askSnapshot,
  });

  function viewChanged(): void {
    const { view } = known;
    if (view.online !== wasOnline) {
      wasOnline = view.online;
      log.info({ online: view.online }, view.online ? 'the hall is there' : 'the hall is away');
      if (view.online) {
        table.sendAll();
        outbox.online();
      }
    }
    for (const f of watchers) f(view);
    followOwnWindow();
    snapshots.look();
  }

  /** What is said to the one window of this machine alone; null: to others than this role. */
  const ofOwnWindow =
    o.role === 'window'
      ? topics.windowSnapshot
      : o.role === 'evaluation-pad'
        ? topics.padSnapshot
        : null;
  let subscribedWindow: string | null = null;
  function followOwnWindow(): void {
    if (ofOwnWindow === null || known.ownWindow === subscribedWindow) return;
    if (subscribedWindow !== null) bus.unsubscribe(ofOwnWindow(o.hall, subscribedWindow));
    subscribedWindow = known.ownWindow;
    if (subscribedWindow !== null) bus.subscribe(ofOwnWindow(o.hall, subscribedWindow));
  }

  async function askSnapshot(): Promise<void> {
    const request = { key: o.makeKey(), deadlineMs: snapshotLimits.deadlineMs };
    const answered = await table.ask('snapshot', {}, request, 'flow');
    learnTime(request.key, answered);
    const { answer } = answered;
    if (!answer.ok) throw new BusError('BUS_REFUSED', answer.refusal.code);
    const { board, window, pad } = (answer as Answer<'snapshot'> & { ok: true }).result;
    known.board(board);
    if (window !== null) known.window(window);
    if (pad !== undefined) known.pad(pad);
  }

  function learnTime(key: string, { answer, sent, tookMs }: Answered): void {
    if (tellsTime(answer, sent, clock.now() - timeOfKey(key))) {
      known.hallClock(answer.at, tookMs / 2);
    }
  }

  /** Looks a message of its kind up, or says what is wrong with it and lets it go. */
  function read<K extends Parameters<typeof decode>[0]>(
    kind: K,
    payload: Uint8Array,
    use: (message: Message<K>) => void,
  ): void {
    const message = decode(kind, payload);
    if (message.ok) use(message.value);
    else log.warn({ code: 'BUS_MESSAGE', kind, why: faultLine(message.faults) }, 'ignored');
  }

  const receive: Partial<
    Record<ParsedTopic['kind'], (payload: Uint8Array, retained: boolean) => void>
  > = {
    reply: (payload) =>
      read('reply', payload, (answer) => {
        if (epochs.believes(answer.epoch)) table.answered(answer as Answer);
      }),
    hallState: (payload) => read('hallState', payload, known.hallState),
    directory: (payload) => read('directory', payload, known.directory),
    board: (payload) => read('board', payload, known.board),
    windowSnapshot: (payload) => read('windowSnapshot', payload, known.window),
    padSnapshot: (payload) => read('padSnapshot', payload, known.pad),
    log(payload, retained) {
      // A retained log entry is a mistake of somebody: news of the past is no news.
      if (!retained) read('log', payload, known.entry);
    },
  };

  bus.onMessage((topic, payload, retained) => {
    const parsed = closed ? undefined : parseTopic(topic);
    if (parsed === undefined || parsed.hall !== o.hall) return;
    // Empty: a retained value was taken back (a window that is gone).
    if (payload.length === 0) return;
    receive[parsed.kind]?.(payload, retained);
    snapshots.look();
  });
  bus.onLink((up) => {
    if (!closed) known.link(up);
  });
  // The reply topic first: nothing may be asked before its answer can come.
  bus.subscribe(topics.reply(o.hall, o.machine));
  bus.subscribe(topics.hallState(o.hall));
  bus.subscribe(topics.directory(o.hall));
  bus.subscribe(topics.board(o.hall));
  // A queue machine's figures may be as old as the board; its own tickets come with its answers.
  if (o.role !== 'queue-machine') bus.subscribe(topics.log(o.hall));
  known.link(bus.up);

  return {
    get online() {
      return known.view.online;
    },
    async request<Op extends RequestOp>(op: Op, body: RequestBody<Op>, r: RequestOptions) {
      if (closed) throw new BusError('BUS_CLOSED', 'the link is closed');
      if (!known.view.online) throw new BusError('BUS_OFFLINE', 'the hall is away');
      const answered = await table.ask(op, body, r, 'flow');
      learnTime(r.key, answered);
      // Checked against the result schema of `op` by the table.
      return answered.answer as Answer<Op>;
    },
    deliver(op, body, key) {
      if (closed) throw new BusError('BUS_CLOSED', 'the link is closed');
      o.spool.outbox.add({ key, op, body, createdAt: clock.now() });
      outbox.added();
    },
    onDelivered(f) {
      onDelivered.add(f);
      return () => {
        onDelivered.delete(f);
      };
    },
    begin() {
      begun = true;
      outbox.added();
    },
    watch(f) {
      watchers.add(f);
      f(known.view);
      return () => {
        watchers.delete(f);
      };
    },
    close() {
      closed = true;
      outbox.close();
      snapshots.close();
      table.close();
      watchers.clear();
    },
  };
}

/** UUIDv7: the first 48 bits are ms since 1970 (RFC 9562, 5.7). */
const timeOfKey = (key: string) => Number.parseInt(key.slice(0, 8) + key.slice(9, 13), 16);
