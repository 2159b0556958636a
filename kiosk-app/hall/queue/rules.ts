/** A hall profile with its indexes: what decide and the views look up. Made once per start. */
import type {
  HallProfile,
  Machine,
  Numbering,
  PriorityClass,
  Service,
  Window,
} from './hall-profile.ts';
import { type Schedule, schedule } from './schedule.ts';
import { minuteMs, type TimeZone, timeZone } from './time-zone.ts';

/** Made by the shell, which has the key: ticket id and the instant until which the address is good. */
export type PhoneUrl = (ticket: string, until: number) => string;

export type Served = { service: string; level: number };

/** One turn of m:n; its classes in rank order. */
export interface TurnRule {
  classes: string[];
  take: number;
}

export interface Rules {
  readonly profile: HallProfile;
  readonly zone: TimeZone;
  readonly schedule: Schedule;
  readonly services: ReadonlyMap<string, Service>;
  /** In rank order. */
  readonly classes: ReadonlyMap<string, PriorityClass>;
  readonly ordinary: string;
  readonly windows: ReadonlyMap<string, Window>;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly windowOfCaller: ReadonlyMap<string, string>;
  readonly windowOfPad: ReadonlyMap<string, string>;
  /** Windows that serve a service by profile. */
  readonly windowsOfService: ReadonlyMap<string, readonly string[]>;
  readonly servicesOfPrefix: ReadonlyMap<string, readonly string[]>;
  /** null: strict. */
  readonly turns: readonly TurnRule[] | null;
  /** `2:1`, for sentences. */
  readonly turnText: string;
  readonly ageingMs: number | null;
  readonly ceilingMs: number;
  readonly printConfirmMs: number;
  readonly callExpiresMs: number;
  readonly recallSpacingMs: number;
  /** null: until the day ends. */
  readonly holdLimitMs: number | null;
  readonly evaluateMs: number;
  /** The pad's page closes so long after the invitation. */
  readonly inviteMs: number;
  /** 追评 is taken so long after the end of the service; null: not at all. */
  readonly followUpMs: number | null;
  /** Address for the citizen's phone to evaluate a ticket's service; null: no phones. */
  readonly phoneUrl: PhoneUrl | null;
}

/**
 * Indexes of a profile that `check(HallProfile, ...)` and `checkHallProfile` accepted.
 * @throws RangeError for a time zone the runtime does not know
 */
export function compileRules(profile: HallProfile): Rules {
  const { rules } = profile;
  const zone = timeZone(profile.time_zone);
  const ordinary = profile.classes.find((c) => c.kind === 'ordinary') ?? profile.classes.at(-1);
  const between = rules.between;
  return {
    profile,
    zone,
    schedule: schedule(profile, zone),
    services: new Map(profile.services.map((s) => [s.id, s])),
    classes: new Map(profile.classes.map((c) => [c.id, c])),
    ordinary: ordinary?.id ?? '',
    windows: new Map(profile.windows.map((w) => [w.id, w])),
    machines: new Map(profile.machines.map((m) => [m.id, m])),
    windowOfCaller: windowsBy(profile, (w) => w.machine),
    windowOfPad: windowsBy(profile, (w) => w.pad),
    windowsOfService: windowsOfService(profile),
    servicesOfPrefix: servicesOfPrefix(profile),
    turns: between.kind === 'strict' ? null : between.turns.map((t) => turnRule(profile, t)),
    turnText: between.kind === 'strict' ? '' : between.turns.map((t) => t.take).join(':'),
    ageingMs: rules.ageing === null ? null : rules.ageing.bound_min * minuteMs,
    ceilingMs: rules.wait_ceiling_min * minuteMs,
    printConfirmMs: rules.print_confirm_s * 1000,
    callExpiresMs: rules.call_expires_s * 1000,
    recallSpacingMs: rules.recall.spacing_s * 1000,
    holdLimitMs: rules.hold_limit_min === 0 ? null : rules.hold_limit_min * minuteMs,
    evaluateMs: profile.evaluation.within_min * minuteMs,
    inviteMs: (profile.evaluation.invite_s ?? inviteDefaultS) * 1000,
    followUpMs: followUpMs(profile),
    phoneUrl: null,
  };
}

function followUpMs({ evaluation }: HallProfile): number | null {
  const days = evaluation.follow_up_days;
  return days === undefined ? null : days * 24 * 60 * minuteMs;
}

/** So long a finished service may still be evaluated in one way or another. */
export function rememberedMs(rules: Rules): number {
  return Math.max(rules.evaluateMs, rules.followUpMs ?? 0);
}

/**
 * An address printed at `issuedAt` is good until this: the day's tickets may be finished one day
 * later at most, and the sequencer judges the true limit.
 */
export function phoneUntil(rules: Rules, issuedAt: number): number {
  return issuedAt + 2 * 24 * 60 * minuteMs + rememberedMs(rules);
}

/** 豫审信〔2024〕44号 and the pads in use close after a minute. */
export const inviteDefaultS = 60;

export function numberingOf(rules: Rules, prefix: string): Numbering {
  return rules.profile.numbering_of_prefix?.[prefix] ?? rules.profile.numbering;
}

/** Names for a sentence's `serviceZh`, `serviceEn`; the id where the profile has no such service any more. */
export function serviceNames(rules: Rules, id: string): { serviceZh: string; serviceEn: string } {
  const name = rules.services.get(id)?.name;
  return { serviceZh: name?.zh ?? id, serviceEn: name?.en ?? id };
}

export function classNames(rules: Rules, id: string): { classZh: string; classEn: string } {
  const name = rules.classes.get(id)?.name;
  return { classZh: name?.zh ?? id, classEn: name?.en ?? id };
}

/** What stands on the window's sign, for sentences. */
export function windowLabel(rules: Rules, id: string): string {
  return rules.windows.get(id)?.label ?? id;
}

function windowsBy(
  profile: HallProfile,
  machine: (w: Window) => string | undefined,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const w of profile.windows) {
    const id = machine(w);
    if (id !== undefined) found.set(id, w.id);
  }
  return found;
}

function windowsOfService(profile: HallProfile): Map<string, string[]> {
  const found = new Map<string, string[]>(profile.services.map((s) => [s.id, []]));
  for (const w of profile.windows) for (const s of w.services) found.get(s.service)?.push(w.id);
  return found;
}

function servicesOfPrefix(profile: HallProfile): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const s of profile.services) found.set(s.prefix, [...(found.get(s.prefix) ?? []), s.id]);
  return found;
}

function turnRule(profile: HallProfile, turn: { classes: string[]; take: number }): TurnRule {
  const classes = profile.classes.map((c) => c.id).filter((id) => turn.classes.includes(id));
  return { classes, take: turn.take };
}
