/** Citizens at the evaluation pads: they touch, add, take back, hesitate, walk away. */
import { levels } from '../../broker-config/messages.ts';
import type { EvaluationAction } from '../../kiosk-app/screens/contract.ts';
import type { RatingCheck } from './check-ratings.ts';
import type { MachineNode } from './machine-node.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface RaterOptions {
  world: World;
  random: Random;
  ratings: RatingCheck;
}

/** Time between looking at the glass and the finger, longest, ms. */
const thinkMsMax = 1_500;

export function rater(o: RaterOptions, machine: MachineNode): void {
  const { random } = o;
  const face = machine.face;
  const step = face?.pad.screen?.step;
  if (face == null || step === undefined || step.at === 'idle') return;
  const { ticket } = step;
  const act = (action: EvaluationAction) =>
    // What is pressed is for what the page showed, not for what it shows by then.
    o.world.after(random.int(0, thinkMsMax), () => {
      // A page whose process is gone reaches nobody.
      if (machine.face === face) face.pad.act(action);
    });
  if (step.at === 'ask') {
    const what = random.weighted({ level: 8, decline: 1, stay: 1, nothing: 2 });
    if (what === 'nothing') return;
    if (what !== 'level') {
      act({ do: what, ticket });
      return;
    }
    const touch = {
      ...{ do: 'level' as const, ticket, level: random.pick(levels), press: face.newKey() },
    };
    o.ratings.touched(machine.id, touch);
    act(touch);
    // A page that sends its press again, or a second finger.
    if (random.chance(0.2)) act(touch);
    return;
  }
  const what = random.weighted({ details: 3, done: 3, undo: 2, nothing: 4 });
  if (what === 'nothing') return;
  if (what === 'details') act({ do: 'details', ticket, labels: [], text: 'words' });
  else {
    if (what === 'undo') o.ratings.undone(ticket);
    act({ do: what, ticket });
  }
}
