/**
 * The hall's port to the bus: machines' requests go to the sequencer, its answers and changes go
 * out, and the inventory listens to what machines say of themselves.
 *
 * Two halls. Every start of a hall has a higher epoch. Whoever has seen a newer one says so (machines
 * in every request, an outer broker by its retained state): then this hall's data are old, and it
 * steps down: it decides nothing more, says so loudly, and leaves the newer one's state alone.
 */
import { identitiesOf } from '../../broker-config/access.ts';
import { decode } from '../../broker-config/codec.ts';
import type { Answer, RequestOp } from '../../broker-config/messages.ts';
import { parseTopic } from '../../broker-config/topics.ts';
import type { Log } from '../runtime/log.ts';
import type { Clock } from '../runtime/ports.ts';
import type { HallCode } from './codes.ts';
import type { SequencerPort } from './contract.ts';
import type { BusCounters, BusMessage, HallBus } from './hall-bus.ts';
import { createInventory, type MachineView } from './inventory.ts';
import { createPublisher } from './publisher.ts';
import type { HallProfile } from './queue/index.ts';
import { createRequests, type Requests, warmUp } from './requests.ts';
import type { HallViews } from './views.ts';

export interface HallPortOptions {
  profile: HallProfile;
  bus: HallBus;
  sequencer: SequencerPort;
  views: HallViews;
  clock: Clock;
  log: Log;
  /** UUIDv7 of this process start. */
  boot: string;
  /** seq of the newest durable event. */
  seq: number;
  /** Runs f in the next turn of the event loop: setImmediate. */
  soon(f: () => void): void;
}

export interface HallPort {
  /**
   * Publishes everything, then lets machines in.
   * @throws BusError BUS_PORT_TAKEN, BUS_LISTEN (embedded broker)
   */
  start(): Promise<void>;
  /** All machines of the profile but the hall server itself, in its order. */
  machines(): MachineView[];
  onMachine(f: (machine: string) => void): void;
  /** What the sequencer answered to a machine, when the answer is out. */
  onAnswered(f: (op: RequestOp, answer: Answer) => void): void;
  readonly counters: Readonly<{ bus: BusCounters; requests: Requests['counters'] }>;
  /** Epoch of the newer hall that was heard of; null: none, all is well. */
  readonly newerEpoch: number | null;
  /** The composition ends the process: a new start can be judged by a person. */
  onSteppedDown(f: (newerEpoch: number) => void): void;
  /** Says goodbye and closes the bus. The sequencer has been stopped before. */
  stop(): Promise<void>;
}

export function createHallPort(o: HallPortOptions): HallPort {
  const { profile, bus, sequencer, clock, log } = o;
  const { hall } = profile;
  const identities = identitiesOf(profile);
  const others = profile.machines.filter((m) => m.role !== 'hall');
  const inventory = createInventory(others, () => sequencer.now());
  const publisher = createPublisher({
    ...{ hall, bus, clock, log, boot: o.boot, views: o.views, soon: o.soon },
    epoch: sequencer.epoch,
    windows: profile.windows.map((w) => w.id),
    machines: others.length,
    pads: profile.windows.filter((w) => w.pad !== undefined).map((w) => w.id),
  });
  let { seq } = o;
  let newerEpoch: number | null = null;
  let steppedDown: (epoch: number) => void = () => {};
  let answered: (op: RequestOp, answer: Answer) => void = () => {};

  const stepDown = (who: string, epoch: number) => {
    if (newerEpoch !== null) return;
    newerEpoch = epoch;
    publisher.silence();
    const fields = {
      code: 'HALL_STALE' satisfies HallCode,
      own: sequencer.epoch,
      newer: epoch,
      toldBy: who,
    };
    log.fatal(fields, 'a newer hall has run: this one has old data and decides nothing more');
    steppedDown(epoch);
  };

  const requests = createRequests({
    ...{ hall, identities, sequencer, clock, log },
    seq: () => seq,
    steppedDown: () => newerEpoch !== null,
    onNewerHall: stepDown,
    onFault: inventory.fault,
    send: publisher.reply,
    onAnswered: (op, answer) => answered(op, answer),
  });

  const hallStateHeard = (payload: Uint8Array) => {
    const state = decode('hallState', payload);
    if (!state.ok || state.value.boot === o.boot) return;
    const { epoch, s } = state.value;
    if (epoch > sequencer.epoch || (epoch === sequencer.epoch && s === 'ready')) {
      stepDown('another hall on this bus', epoch);
      return;
    }
    // The last words of the hall before (or its will) can reach an outer broker behind this one's
    // birth and stand there in its place: whoever connects then would wait for a dead hall.
    publisher.ready();
  };

  const receive = ({ topic, payload, retained }: BusMessage) => {
    const parsed = parseTopic(topic);
    switch (parsed?.kind) {
      case 'machineState':
      case 'machineDescription':
      case 'deviceStatus':
        inventory.heard(parsed, payload);
        break;
      case 'hallState':
        hallStateHeard(payload);
        break;
      case 'windowSnapshot':
      case 'padSnapshot':
        if (payload.length > 0) publisher.foreignSnapshot(parsed);
        break;
      default:
        // A request is an event: one that the broker kept is nobody's wish any more.
        if (!retained) requests.receive(topic, payload);
    }
  };

  inventory.onStale(publisher.staleStatus);
  bus.onMessage(guarded(log, receive));
  bus.onDenied(guarded(log, requests.denied));
  bus.onOnline(() => publisher.everything());
  sequencer.onCommitted((committed) => {
    seq = committed.seq;
    publisher.committed(committed);
  });
  sequencer.onIssuing((issuing) => {
    if (issuing)
      log.info(
        { code: 'HALL_ISSUING' satisfies HallCode },
        'the journal can be written: issuing again',
      );
    else
      log.error(
        { code: 'HALL_NOT_ISSUING' satisfies HallCode },
        'the journal can not be written: nothing is issued',
      );
    // A commit that was reported as failed may be durable after all. Nobody has heard of its events,
    // so its position must look like a gap to every reader, and all that is retained is said again.
    const unheard = (sequencer.state?.seq ?? seq) !== seq;
    seq = sequencer.state?.seq ?? seq;
    publisher.issuing(seq);
    if (unheard) publisher.everything();
  });

  return {
    start: async () => {
      await bus.start();
      warmUp(o.soon);
    },
    machines: inventory.machines,
    onMachine: inventory.onChange,
    onAnswered: (f) => {
      answered = f;
    },
    counters: { bus: bus.counters, requests: requests.counters },
    get newerEpoch() {
      return newerEpoch;
    },
    onSteppedDown: (f) => {
      steppedDown = f;
    },
    stop: async () => {
      publisher.end();
      await bus.close();
    },
  };
}

/** One message that breaks our own code must not end the hall for everybody. */
function guarded<T extends { topic: string }>(log: Log, f: (message: T) => void) {
  return (message: T) => {
    try {
      f(message);
    } catch (error) {
      log.error(
        { code: 'HALL_DEFECT' satisfies HallCode, err: error, topic: message.topic },
        'a message broke the hall',
      );
    }
  };
}
