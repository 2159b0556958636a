import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { namedTimers, stepper } from '../../kiosk-app/runtime/stepper.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

test('effects come in order and before the picture; what they dispatch waits its turn', () => {
  const seen: string[] = [];
  const flow = stepper<number, string, string>({
    clock: new VirtualClock(),
    state: 0,
    step: (state, input) => ({
      state: state + 1,
      effects: input === 'press' ? ['ask', 'answer at once'] : [`did ${input}`],
    }),
    perform(effect) {
      seen.push(effect);
      if (effect === 'ask') flow.dispatch('answer');
    },
    settled: (state) => seen.push(`drawn ${state}`),
  });
  flow.dispatch('press');
  assert.equal(seen, ['ask', 'answer at once', 'did answer', 'drawn 2']);
});

test('an effect that throws does not lock the flow up', () => {
  let broken = true;
  const drawn: number[] = [];
  const flow = stepper<number, string, string>({
    clock: new VirtualClock(),
    state: 0,
    step: (state) => ({ state: state + 1, effects: ['effect'] }),
    perform() {
      if (broken) throw new Error('broken');
    },
    settled: (state) => drawn.push(state),
  });
  assert.throws(() => flow.dispatch('one'), 'broken');
  broken = false;
  flow.dispatch('two');
  assert.equal(drawn, [2]);
});

test('a step gets both clocks', () => {
  const clock = new VirtualClock(5_000);
  const flow = stepper<{ now: number; mono: number } | null, 'tick', never>({
    clock,
    state: null,
    step: (_, __, at) => ({ state: at, effects: [] }),
    perform: () => {},
    settled: () => {},
  });
  clock.step(1_000);
  flow.dispatch('tick');
  assert.equal(flow.state, { now: 6_000, mono: 0 });
});

test('a timer started again replaces the first; closed, none starts any more', async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  const timers = namedTimers<'a' | 'b'>(clock, (name) => fired.push(name));
  timers.start('a', 10);
  timers.start('a', 30);
  timers.start('b', 20);
  await clock.advance(29);
  assert.equal(fired, ['b']);
  await clock.advance(1);
  assert.equal(fired, ['b', 'a']);
  timers.start('a', 10);
  timers.cancel('a');
  timers.start('b', 10);
  timers.close();
  timers.start('a', 10);
  await clock.advance(100);
  assert.equal(fired, ['b', 'a']);
  assert.is(clock.waiting, 0);
});

test.run();
