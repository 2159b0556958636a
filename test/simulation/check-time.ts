/** What time alone brings about comes in time: before anything else that the hall does by then. */
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import { businessDayOf, instantOf } from './business-day.ts';
import type { Ledger } from './ledger.ts';
import type { Fail } from './ledger-book.ts';

/** After a batch with events, in the hall's time of the newest. */
export function checkTime(profile: HallProfile, ledger: Ledger, fail: Fail): void {
  const { at, day } = ledger;
  if (businessDayOf(profile, at) !== day) fail('a business day begins in time', `${day} at ${at}`);
  for (const t of ledger.open()) {
    const until = t.state === 'printing' ? t.printBy : t.until;
    if (until !== null && until <= at) {
      fail('a limit of time ends in time', `${t.id} is ${t.state} at ${at}, until ${until}`);
    }
  }
  for (const clear of profile.day.clear) {
    const through = instantOf(profile, day, clear.at);
    if (through <= at && !ledger.clearings.has(through)) {
      fail('a clearing comes in time', `${clear.at} of ${day} at ${at}`);
    }
  }
}
