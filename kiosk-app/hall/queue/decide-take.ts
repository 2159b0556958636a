/** Taking a number: who may, when, in which class. */
import type { Reason, RequestBody } from '../../../broker-config/messages.ts';
import { reasonOf } from '../../../broker-config/reasons.ts';
import { type Context, refuse, type Verdict, windowsServing } from './context.ts';
import { openBookingOf } from './decide-appointment.ts';
import type { Service } from './hall-profile.ts';
import { personKey } from './indexes.ts';
import { exhausted, issue } from './issue.ts';
import { classNames, type Rules, serviceNames } from './rules.ts';
import type { QueueState } from './state.ts';

export function decideTake(c: Context, body: RequestBody<'take'>): Verdict {
  const service = c.rules.services.get(body.service);
  if (service === undefined) return refuse('service-unknown', { service: body.service });
  const classId = body.class ?? c.rules.ordinary;
  const badClass = classRefusal(c, classId);
  if (badClass !== null) return badClass;
  // Somebody with an appointment must not queue for a second number: the press is the check-in.
  const booking = openBookingOf(c, service.id, body.person);
  if (booking !== null)
    return issue(c, service, c.rules.profile.appointments.class, { ...body, booking });
  const closed = whyClosed(c.state, c.rules, service, c.t);
  if (closed !== null) return { ok: false, refusal: closed };
  return (
    personRefusal(c, service, body.person) ?? issue(c, service, classId, { ...body, booking: null })
  );
}

function classRefusal(c: Context, classId: string): (Verdict & { ok: false }) | null {
  const found = c.rules.classes.get(classId);
  if (found === undefined) return refuse('class-unknown', { class: classId });
  const byStaff = c.role === 'window' || c.role === 'hall';
  const free = found.kind === 'ordinary' || found.at_machine || byStaff;
  // An appointment is proven by check-in, never claimed.
  if (free && found.kind !== 'appointment') return null;
  return refuse('class-not-here', classNames(c.rules, classId));
}

/** Why nobody can take a number of this service now; null: anybody can. Also shown on the board. */
export function whyClosed(
  state: QueueState,
  rules: Rules,
  service: Service,
  t: number,
): Reason | null {
  const names = serviceNames(rules, service.id);
  if (!rules.schedule.openAt(service.id, t)) {
    const opens = rules.schedule.nextOpening(service.id, t);
    if (opens === null) return reasonOf('service-not-offered', names);
    return reasonOf('service-closed', { ...names, opens: rules.zone.text(opens, t) });
  }
  if (windowsServing(state, rules, service.id).length === 0) {
    return reasonOf('service-without-window', names);
  }
  const quota = service.quota_per_day;
  if (quota !== undefined && (state.services.get(service.id)?.issued ?? 0) >= quota) {
    return reasonOf('quota-reached', { ...names, quota });
  }
  return exhausted(state, rules, service.prefix);
}

function personRefusal(
  c: Context,
  service: Service,
  person: string | undefined,
): (Verdict & { ok: false }) | null {
  const limit = service.per_person;
  if (limit === undefined) return null;
  if (person === undefined) {
    return limit.required ? refuse('person-required', serviceNames(c.rules, service.id)) : null;
  }
  const count = c.state.persons.get(personKey(service.id, person));
  if (count === undefined) return null;
  if (count.active >= limit.active_max) {
    return refuse('person-active', { limit: limit.active_max, number: count.last });
  }
  return count.day >= limit.day_max ? refuse('person-day', { limit: limit.day_max }) : null;
}
