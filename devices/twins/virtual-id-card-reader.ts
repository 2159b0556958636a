/** An ID-card reader that is not there: lay a card on it, lift it, upset its SAM. */
import type { VirtualIdCardReader, VirtualIdCardReaderOptions } from './contract.ts';
import { cardText } from './id-card-reader/card-text.ts';
import { createSamEngine } from './id-card-reader/sam-engine.ts';
import { createStand } from './stand.ts';

export function createVirtualIdCardReader(o: VirtualIdCardReaderOptions): VirtualIdCardReader {
  let card: VirtualIdCardReader['state']['card'] = null;
  const engine = createSamEngine(o, () => stand.changed());
  const stand = createStand((line) => {
    let here = true;
    const data = engine.host((bytes) => {
      if (here) line.send(bytes);
    });
    return {
      data,
      gone() {
        here = false;
      },
    };
  });

  function put(text: Uint8Array | null): void {
    engine.card = text;
    engine.read = false;
    stand.changed();
  }

  return {
    get state() {
      return { card, read: engine.read, sam: engine.sam, hosts: stand.hosts.size };
    },
    onChange: stand.onChange,
    putCard(next) {
      card = next;
      put(cardText(next));
    },
    putCardBytes(text) {
      card = null;
      put(text);
    },
    liftCard() {
      card = null;
      put(null);
    },
    setSam(sam) {
      engine.sam = sam;
      stand.changed();
    },
    spoil: (...faults) => {
      engine.faults = faults;
    },
    refuse: (...statuses) => {
      engine.refusals = statuses;
    },
    pullPlug: () => stand.power(false),
    putPlug: () => stand.power(true),
    listenTcp: (at) => stand.listenTcp(at),
    holdSerial: (at) => stand.holdSerial(at),
    close: () => stand.close(),
  };
}
