/** Options of the keypad drivers in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { HidLink, SerialLink, TcpLink } from '../transports/options.ts';

const closed = { additionalProperties: false } as const;
const DebounceMs = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 1000,
    description: 'The same key again within this time is contact bounce, not a press. Default 30',
  }),
);

export const KeypadSerialOptions = Type.Object(
  { link: Type.Union([SerialLink, TcpLink]), debounce_ms: DebounceMs },
  { ...closed, title: 'Keypad that sends one key name and a newline per press' },
);
export type KeypadSerialOptions = Static<typeof KeypadSerialOptions>;

export const KeypadHidOptions = Type.Object(
  { link: HidLink, debounce_ms: DebounceMs },
  { ...closed, title: 'USB numeric keypad, read as raw HID reports' },
);
export type KeypadHidOptions = Static<typeof KeypadHidOptions>;

export const debounceMsDefault = 30;
