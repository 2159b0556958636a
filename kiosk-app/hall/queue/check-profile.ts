/** Sense of a hall profile, beyond the shape that its schema checks: every mistake, each at its place. */
import type { Fault } from '../../../broker-config/validate.ts';
import { hallDev } from './command.ts';
import { starsOf } from './decide-evaluation.ts';
import type { HallProfile, Numbering } from './hall-profile.ts';
import { minuteOf, timeZone } from './time-zone.ts';

type Report = (pointer: string, expected: string) => void;

/** @returns [] when the profile makes sense */
export function checkHallProfile(profile: HallProfile): Fault[] {
  const faults: Fault[] = [];
  const report: Report = (pointer, expected) => faults.push({ pointer, expected });
  checkZone(profile, report);
  checkDay(profile, report);
  checkNumbering(profile, report);
  checkServices(profile, report);
  checkClasses(profile, report);
  checkBetween(profile, report);
  checkMissed(profile, report);
  checkAgeing(profile, report);
  checkWindows(profile, report);
  checkEvaluation(profile, report);
  checkMachines(profile, report);
  return faults;
}

function checkZone(profile: HallProfile, report: Report): void {
  try {
    timeZone(profile.time_zone);
  } catch {
    // Intl throws a RangeError for a name it does not know; there is no other way to ask.
    report('/time_zone', `must be an IANA time zone such as Asia/Shanghai`);
  }
}

function checkDay(profile: HallProfile, report: Report): void {
  const seen = new Set<string>();
  profile.day.clear.forEach(({ at }, i) => {
    const pointer = `/day/clear/${i}/at`;
    if (seen.has(at)) report(pointer, `must name each time once; ${at} stands twice`);
    if (at === profile.day.starts) {
      report(pointer, 'must differ from day/starts: a new day clears everything anyway');
    }
    seen.add(at);
  });
}

function checkNumbering(profile: HallProfile, report: Report): void {
  numbering(profile.numbering, '/numbering', report);
  const prefixes = new Set(profile.services.map((s) => s.prefix));
  for (const [prefix, own] of Object.entries(profile.numbering_of_prefix ?? {})) {
    const pointer = `/numbering_of_prefix/${prefix}`;
    if (!prefixes.has(prefix)) report(pointer, 'must be the prefix of a service');
    numbering(own, pointer, report);
  }
}

function numbering(n: Numbering, pointer: string, report: Report): void {
  if (n.first > n.last) report(`${pointer}/first`, `must not be greater than last (${n.last})`);
  if (String(n.last).length > n.digits) {
    report(`${pointer}/last`, `must fit ${n.digits} digits, at most ${10 ** n.digits - 1}`);
  }
}

function checkServices(profile: HallProfile, report: Report): void {
  unique(profile.services, 'id', '/services', report);
  unique(profile.groups, 'id', '/groups', report);
  const groups = new Set(profile.groups.map((g) => g.id));
  const served = new Set(profile.windows.flatMap((w) => w.services.map((s) => s.service)));
  profile.services.forEach((service, i) => {
    const pointer = `/services/${i}`;
    if (!groups.has(service.group)) {
      report(`${pointer}/group`, `must be one of groups: ${[...groups].join(', ')}`);
    }
    if (!served.has(service.id)) {
      report(`${pointer}/id`, `must be served by a window; nobody could call "${service.id}"`);
    }
    if (service.hours?.length === 0) {
      report(`${pointer}/hours`, 'must name a time; leave it out for "always"');
    }
    service.hours?.forEach((h, j) => {
      if (minuteOf(h.to) !== 0 && minuteOf(h.from) >= minuteOf(h.to)) {
        report(`${pointer}/hours/${j}/to`, `must be later than from (${h.from}); 00:00 = midnight`);
      }
    });
    const limit = service.per_person;
    if (limit !== undefined && limit.active_max > limit.day_max) {
      report(`${pointer}/per_person/active_max`, `must not exceed day_max (${limit.day_max})`);
    }
  });
}

function checkClasses(profile: HallProfile, report: Report): void {
  unique(profile.classes, 'id', '/classes', report);
  const ordinary = profile.classes.filter((c) => c.kind === 'ordinary').length;
  if (ordinary !== 1) report('/classes', `must have exactly one of kind ordinary, not ${ordinary}`);
  const wanted = profile.appointments.class;
  const found = profile.classes.find((c) => c.id === wanted);
  if (found?.kind !== 'appointment') {
    report('/appointments/class', 'must be a class of kind appointment');
  }
}

function checkBetween(profile: HallProfile, report: Report): void {
  const { between } = profile.rules;
  if (between.kind === 'strict') return;
  const classes = new Set(profile.classes.map((c) => c.id));
  const seen = new Set<string>();
  between.turns.forEach((turn, i) => {
    turn.classes.forEach((id, j) => {
      const pointer = `/rules/between/turns/${i}/classes/${j}`;
      if (!classes.has(id)) report(pointer, `must be one of classes: ${[...classes].join(', ')}`);
      if (seen.has(id)) report(pointer, `must stand in one turn only; "${id}" stands in two`);
      seen.add(id);
    });
  });
  for (const id of classes) {
    if (!seen.has(id)) {
      report('/rules/between/turns', `must name every class; "${id}" would never have a turn`);
    }
  }
}

function checkMissed(profile: HallProfile, report: Report): void {
  const { missed, misses_allowed: allowed } = profile.rules;
  if (missed.kind === 'keep' && missed.minutes === 0) {
    report('/rules/missed/minutes', 'must be at least 1; use kind void to keep nothing');
  }
  if (missed.kind !== 'void' && allowed < 2) {
    report(
      '/rules/misses_allowed',
      `must be at least 2 with kind ${missed.kind}: with 1 the first miss already makes it void`,
    );
  }
}

function checkAgeing(profile: HallProfile, report: Report): void {
  const { ageing, wait_ceiling_min: ceiling } = profile.rules;
  if (ageing !== null && ageing.bound_min > ceiling) {
    report(
      '/rules/ageing/bound_min',
      `must not exceed wait_ceiling_min (${ceiling}): help would come after the ceiling is broken`,
    );
  }
}

function checkWindows(profile: HallProfile, report: Report): void {
  unique(profile.windows, 'id', '/windows', report);
  unique(profile.windows, 'label', '/windows', report);
  const services = new Set(profile.services.map((s) => s.id));
  const used = new Map<string, string>();
  profile.windows.forEach((window, i) => {
    const served = new Set<string>();
    window.services.forEach(({ service }, j) => {
      const pointer = `/windows/${i}/services/${j}/service`;
      if (!services.has(service)) report(pointer, `must be one of services; "${service}" is not`);
      if (served.has(service)) report(pointer, `must stand once; "${service}" stands twice`);
      served.add(service);
    });
    if (window.services.length === 0 && window.kind !== 'tidal') {
      report(
        `/windows/${i}/services`,
        'must name a service; only a tidal window may begin with none',
      );
    }
    machineOf(profile, window.machine, 'window', `/windows/${i}/machine`, used, report);
    machineOf(profile, window.pad, 'evaluation-pad', `/windows/${i}/pad`, used, report);
  });
}

function checkEvaluation(profile: HallProfile, report: Report): void {
  const { labels = [], invite_s: inviteS = 0, within_min: within } = profile.evaluation;
  unique(labels, 'code', '/evaluation/labels', report);
  labels.forEach(({ code, level }, i) => {
    const stars = starsOf(level);
    if (code.startsWith(`${stars}`)) return;
    report(`/evaluation/labels/${i}/code`, `must begin with ${stars}: it is a label of ${level}`);
  });
  if (inviteS > within * 60) {
    report('/evaluation/invite_s', `must not exceed within_min (${within} min)`);
  }
  const { clerks = [], clerk_groups: groups = [] } = profile;
  unique(clerks, 'id', '/clerks', report);
  unique(groups, 'id', '/clerk_groups', report);
  clerks.forEach(({ group }, i) => {
    if (group === undefined || groups.some((g) => g.id === group)) return;
    report(`/clerks/${i}/group`, `must be one of clerk_groups; "${group}" is not`);
  });
  profile.windows.forEach(({ clerk }, i) => {
    if (clerk === undefined || clerks.some((c) => c.id === clerk)) return;
    report(`/windows/${i}/clerk`, `must be one of clerks; "${clerk}" is not`);
  });
}

function machineOf(
  profile: HallProfile,
  id: string | undefined,
  role: string,
  pointer: string,
  used: Map<string, string>,
  report: Report,
): void {
  if (id === undefined) return;
  const machine = profile.machines.find((m) => m.id === id);
  if (machine === undefined) report(pointer, `must be one of machines; "${id}" is not`);
  else if (machine.role !== role) {
    report(pointer, `must be a machine of role ${role}; "${id}" has role ${machine.role}`);
  }
  const before = used.get(id);
  if (before !== undefined) report(pointer, `must be used once; "${id}" stands at ${before}`);
  used.set(id, pointer);
}

function checkMachines(profile: HallProfile, report: Report): void {
  unique(profile.machines, 'id', '/machines', report);
  profile.machines.forEach((machine, i) => {
    if (machine.id === hallDev && machine.role !== 'hall') {
      report(`/machines/${i}/id`, `"${hallDev}" is the hall server itself; choose another id`);
    }
  });
}

function unique<K extends string>(
  list: readonly { [k in K]: string }[],
  key: K,
  pointer: string,
  report: Report,
): void {
  const first = new Map<string, number>();
  list.forEach((entry, i) => {
    const before = first.get(entry[key]);
    if (before === undefined) first.set(entry[key], i);
    else {
      report(
        `${pointer}/${i}/${key}`,
        `must be unique; "${entry[key]}" stands at ${pointer}/${before} too`,
      );
    }
  });
}
