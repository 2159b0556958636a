/**
 * Citizens and clerks. They look at a screen, think for a moment, and press; sometimes twice,
 * sometimes anything, sometimes what the screen has not shown for a while.
 */
import { holdKinds } from '../../broker-config/messages.ts';
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import type {
  QueueAction,
  WindowAction,
  WindowScreen,
  WindowVerb,
} from '../../kiosk-app/screens/contract.ts';
import { windowVerbs } from '../../kiosk-app/screens/contract.ts';
import type { Ledger } from './ledger.ts';
import type { Face, MachineNode } from './machine-node.ts';
import type { Random } from './random.ts';
import type { People } from './swarm.ts';
import type { World } from './world.ts';

export interface PeopleOptions {
  world: World;
  random: Random;
  profile: HallProfile;
  people: People;
  /** Everything ever issued: what numbers people may hold in their hands. */
  ledger: Ledger;
}

/** Time between looking at a screen and the finger, longest, ms. */
const thinkMsMax = 1_500;

/** A citizen comes to a queue machine. */
export function citizen(o: PeopleOptions, machine: MachineNode): void {
  const { random, profile } = o;
  const face = machine.face;
  const screen = face?.queue.screen;
  if (face === null || screen == null) return;
  const services = screen.groups.flatMap((g) => g.services);
  const open = services.filter((s) => s.open);
  const any = random.chance(o.people.anyPress);
  if (!any && (screen.obstacle !== null || open.length === 0)) return;
  if (screen.step.at === 'done' || screen.step.at === 'failed') face.queue.act({ do: 'home' });
  const service = any || open.length === 0 ? random.pick(profile.services) : random.pick(open);
  const classes = (any ? profile.classes : screen.classes).map((c) => c.id);
  const chosen = classes.length > 0 && random.chance(0.3) ? random.pick(classes) : null;
  const action: QueueAction = {
    ...{ do: 'take', service: service.id, class: chosen, press: face.newKey() },
  };
  face.queue.act(action);
  if (random.chance(o.people.doublePress)) {
    // The glass is tapped again: another press.
    const again = { ...action, press: face.newKey() };
    o.world.after(random.int(0, thinkMsMax), () => machine.face?.queue.act(again));
  }
  // A page that sends its press again. Another process does not take what this one drew.
  if (random.chance(o.people.pageRepeats)) {
    o.world.after(random.int(500, 5_000), () => {
      if (machine.face === face) face.queue.act(action);
    });
  }
}

/** A clerk looks at the window's page and presses a key. */
export function clerk(o: PeopleOptions, machine: MachineNode): void {
  const { random, people } = o;
  const face = machine.face;
  const screen = face?.window.screen;
  if (face === null || screen == null || screen.window === null) return;
  const any = random.chance(people.anyPress);
  const verb = any ? random.pick(windowVerbs) : usualVerb(random, screen);
  if (verb === null) return;
  // What is pressed is for what the page showed, not for what it shows by then.
  const press = () => face.window.act(actionOf(o, face, screen, verb, any));
  o.world.after(random.int(0, thinkMsMax), () => {
    press();
    if (random.chance(people.doublePress)) press();
  });
}

/** How often "next" is pressed although the page shows nobody: people sent here from elsewhere. */
const blindNext = 0.1;

/** A clerk who only wants everybody to be served. */
export function helpfulClerk(o: PeopleOptions, machine: MachineNode): void {
  const face = machine.face;
  const screen = face?.window.screen;
  if (face === null || screen == null || screen.window === null) return;
  const verb = helpfulVerb(o, screen);
  const somebody = screen.services.some((s) => s.waiting > 0);
  if (verb === 'call-next' && !somebody && !o.random.chance(blindNext)) return;
  face.window.act(actionOf(o, face, screen, verb, false));
}

function usualVerb(random: Random, screen: WindowScreen): WindowVerb | null {
  if (screen.window?.state !== 'open') return random.chance(0.8) ? 'open' : null;
  const { current } = screen;
  if (current === null) {
    if (screen.held.length > 0 && random.chance(0.3)) return 'resume';
    if (screen.missed.length > 0 && random.chance(0.3)) return 'return-missed';
    return random.weighted({ 'call-next': 30, 'call-ticket': 2, pause: 1, close: 1, serve: 1 });
  }
  if (current.state === 'called') {
    return random.weighted({ start: 8, recall: 4, miss: 4, hold: 1, 'call-next': 2, finish: 1 });
  }
  return random.weighted({ finish: 10, hold: 2, transfer: 3, 'call-next': 2, pause: 1 });
}

/** What brings the hall to rest. */
function helpfulVerb(o: PeopleOptions, screen: WindowScreen): WindowVerb {
  if (screen.window?.state !== 'open') return 'open';
  if (screen.current !== null) return screen.current.state === 'called' ? 'start' : 'finish';
  const own = o.profile.windows.find((w) => w.id === screen.window?.id);
  const changed = own?.services.some((s) => !screen.services.some((x) => x.id === s.service));
  if (changed === true) return 'serve';
  if (screen.held.length > 0) return 'resume';
  return screen.missed.length > 0 ? 'return-missed' : 'call-next';
}

function actionOf(
  o: PeopleOptions,
  face: Face,
  screen: WindowScreen,
  verb: WindowVerb,
  any: boolean,
): WindowAction {
  const { random, profile, ledger } = o;
  const press = face.newKey();
  /** From the list on the page, or any number that somebody holds. */
  const ref = (list: readonly { id: string; number: string }[]) => {
    const known = [...ledger.tickets.values()].slice(-60);
    const from = list.length > 0 && !any ? [list[0] ?? { id: '', number: '' }] : known;
    const ticket = from.length > 0 ? random.pick(from) : { id: '2026-01-01/A001', number: 'A001' };
    return random.chance(0.5) ? { id: ticket.id } : { number: ticket.number };
  };
  switch (verb) {
    case 'call-next':
      return {
        ...{ do: verb, press },
        ...(random.chance(0.8) ? { expect: screen.current?.id ?? null } : {}),
      };
    case 'pause':
      return { do: verb, press, reason: 'break' };
    case 'hold':
      return { do: verb, press, kind: random.pick(holdKinds) };
    case 'transfer': {
      const to = random.chance(0.5)
        ? { service: random.pick(profile.services).id }
        : { window: random.pick(profile.windows).id };
      return { do: verb, press, to, position: random.pick(['head', 'time'] as const) };
    }
    case 'call-ticket':
    case 'void':
      return { do: verb, press, ticket: ref([]) };
    case 'resume':
      return { do: verb, press, ticket: ref(screen.held) };
    case 'return-missed': {
      const to = any && random.chance(0.5) ? ('queue' as const) : ('now' as const);
      return { do: verb, press, ticket: ref(screen.missed), to };
    }
    case 'serve': {
      const chosen = random.chance(0.5) ? [] : random.some(profile.services, 0.5);
      const services = chosen.map((s) => ({ service: s.id, level: random.int(1, 3) }));
      // A clerk who brings the hall to rest goes back to the profile.
      return { do: verb, press, services: any ? services : [] };
    }
    default:
      return { do: verb, press };
  }
}
