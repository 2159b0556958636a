/** From a profile's link to an open wire. Only the library of that kind of wire is loaded. */
import type { Transport } from '../contract.ts';
import type { StreamLink } from './options.ts';

/** @throws DeviceError, see the module of each kind */
export async function openTransport(link: StreamLink, signal: AbortSignal): Promise<Transport> {
  switch (link.via) {
    case 'tcp':
      return (await import('./tcp.ts')).openTcp(link, signal);
    case 'serial':
      return (await import('./serial.ts')).openSerial(link, signal);
    case 'usblp':
      return (await import('./usblp.ts')).openUsblp(link, signal);
  }
}
