/** How a profile names a wire. `via` tells which. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';

const closed = { additionalProperties: false } as const;
const DeviceFile = Type.String({ pattern: '^/.+', maxLength: 200 });

export const TcpLink = Type.Object(
  {
    via: Type.Literal('tcp'),
    host: Type.String({ minLength: 1, maxLength: 253 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  },
  { ...closed, description: 'Printer with a network board (port 9100) or serial server' },
);
export type TcpLink = Static<typeof TcpLink>;

export const flowControls = ['rtscts', 'xonxoff', 'none'] as const;

export const SerialLink = Type.Object(
  {
    via: Type.Literal('serial'),
    path: Type.String({
      ...DeviceFile,
      description: 'Best a name that survives replugging: /dev/serial/by-path/... or by-id/...',
    }),
    baud: Type.Integer({ minimum: 300, maximum: 921_600 }),
    flow: oneOf(flowControls, 'How the device says "stop sending"; none loses data on long jobs'),
    parity: Type.Optional(oneOf(['none', 'even', 'odd'] as const, 'Left out: none')),
    data_bits: Type.Optional(
      Type.Union([Type.Literal(7), Type.Literal(8)], { description: 'Left out: 8' }),
    ),
  },
  { ...closed, description: 'RS-232, RS-485 or USB serial port' },
);
export type SerialLink = Static<typeof SerialLink>;

export const UsblpLink = Type.Object(
  {
    via: Type.Literal('usblp'),
    path: Type.String({ ...DeviceFile, description: 'e.g. /dev/usb/lp0' }),
  },
  { ...closed, description: 'USB printer through the kernel driver usblp' },
);
export type UsblpLink = Static<typeof UsblpLink>;

export const HidLink = Type.Object(
  {
    via: Type.Literal('hid'),
    vendor: Type.Integer({ minimum: 1, maximum: 0xffff, description: 'USB vendor id' }),
    product: Type.Integer({ minimum: 0, maximum: 0xffff, description: 'USB product id' }),
    serial: Type.Optional(
      Type.String({ maxLength: 100, description: 'Where two of the same are plugged in' }),
    ),
  },
  { ...closed, description: 'USB HID device, read as raw reports' },
);
export type HidLink = Static<typeof HidLink>;

export const IppLink = Type.Object(
  {
    via: Type.Literal('ipp'),
    url: Type.String({
      pattern: '^ipps?://[^ ]+$',
      maxLength: 200,
      description: 'e.g. ipp://localhost:631/printers/a4 (CUPS) or ipp://192.168.1.60/ipp/print',
    }),
  },
  { ...closed, description: 'Printer over IPP' },
);
export type IppLink = Static<typeof IppLink>;

export const UvcLink = Type.Object(
  {
    via: Type.Literal('uvc'),
    path: Type.String({
      ...DeviceFile,
      description: 'Best a name that survives replugging: /dev/v4l/by-id/...-video-index0',
    }),
  },
  { ...closed, description: 'USB camera (UVC) as a video device of the kernel' },
);
export type UvcLink = Static<typeof UvcLink>;

export const StreamLink = Type.Union([TcpLink, SerialLink, UsblpLink]);
export type StreamLink = Static<typeof StreamLink>;
