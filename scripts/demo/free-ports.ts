/** Says before anything starts which port is taken, and how to choose another. */
import { once } from 'node:events';
import { createServer } from 'node:net';

export interface WantedPort {
  port: number;
  what: string;
  option: string;
}

/** One sentence per port that can not be used; empty = all free. */
export async function takenPorts(wanted: readonly WantedPort[]): Promise<string[]> {
  const sentences: string[] = [];
  const seen = new Map<number, string>();
  for (const { port, what, option } of wanted) {
    const twin = seen.get(port);
    if (twin !== undefined) {
      sentences.push(
        `Port ${port} is wanted twice, for ${twin} and for ${what}: change ${option}.`,
      );
      continue;
    }
    seen.set(port, what);
    const code = await tryPort(port);
    if (code === null) continue;
    const why = code === 'EADDRINUSE' ? 'is taken by another program' : `can not be used (${code})`;
    sentences.push(
      `Port ${port} (${what}) ${why}: stop that program, or choose others with ${option}.`,
    );
  }
  return sentences;
}

async function tryPort(port: number): Promise<string | null> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  } finally {
    server.close();
  }
}
