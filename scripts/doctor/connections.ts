/**
 * The ends of established TCP connections of this machine (`/proc/net/tcp`, `tcp6`), as the kernel
 * writes them: address as a little-endian word, port, then the inode of the socket.
 */
import { readFileSync } from 'node:fs';

const established = '01';
/** IPv4 within IPv6, ::ffff:0:0/96. */
const mappedIpv4 = '0000000000000000ffff0000';

/** Inodes of the sockets that are connected to this far end. Total: what can not be read is none. */
export function socketsTo(ip: string, port: number, proc = '/proc'): ReadonlySet<string> {
  const found = new Set<string>();
  const farEnds = farEndsOf(ip, port);
  for (const table of ['tcp', 'tcp6']) {
    for (const line of linesOf(`${proc}/net/${table}`)) {
      const [, , farEnd, state, , , , , , inode] = line.trim().split(/\s+/);
      if (state !== established || farEnd === undefined || inode === undefined) continue;
      if (farEnds.includes(farEnd.toLowerCase())) found.add(inode);
    }
  }
  return found;
}

/** IPv4 also as sockets for both kinds write it; devices with IPv6 alone are not looked for. */
function farEndsOf(ip: string, port: number): string[] {
  const bytes = ip.split('.').map(Number);
  if (bytes.length !== 4 || !bytes.every((b) => Number.isInteger(b) && b >= 0 && b <= 255))
    return [];
  const farEnd = `${Buffer.from(bytes.reverse()).toString('hex')}:${port.toString(16).padStart(4, '0')}`;
  return [farEnd, `${mappedIpv4}${farEnd}`];
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
