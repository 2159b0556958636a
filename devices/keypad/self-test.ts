/** A keypad can not be asked anything: that its wire is open is all there is to know, at any depth. */
import type { SelfTestStep } from '../contract.ts';

export function keypadTest(wire: string, gone: boolean): SelfTestStep[] {
  return [
    { step: 'keypad-wire', ok: !gone, code: gone ? 'DEV_CLOSED' : 'DEV_READY', detail: { wire } },
  ];
}
