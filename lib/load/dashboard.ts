/** Owns k6's own web dashboard as an output of k6: its port, its address, its flags. Refuses to know what it shows. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { SloError } from '../core/error.ts';

const HOST = '127.0.0.1';

/** Below what systems give to connections by themselves (Linux from 32768, others from 49152): nobody is given one of these before k6 has it. */
const OWN_PORTS = { first: 20_000, count: 12_000 };

/**
 * A port of this machine that is free now: `wanted`, or any for 0. k6 would go on without its dashboard where 5665 is taken, and die of any other.
 * @throws SloError `usage` when `wanted` can't be had.
 */
export async function dashboardPort(wanted: number): Promise<number> {
  for (;;) {
    const port = wanted === 0 ? OWN_PORTS.first + Math.floor(Math.random() * OWN_PORTS.count) : wanted;
    try {
      await tryOut(port);
      return port;
    } catch (cause) {
      if (wanted === 0 && (cause as NodeJS.ErrnoException).code === 'EADDRINUSE') continue;
      throw new SloError('usage', `--dashboard: port ${port} of ${HOST} can't be had: ${(cause as Error).message}`, {
        hint: 'name another, or none for any that is free',
        cause,
      });
    }
  }
}

/** Listens there and lets go. Throws why it can't. */
async function tryOut(port: number): Promise<void> {
  const server = createServer();
  // A port beyond 65535 is refused by `listen` itself, at once.
  server.listen({ port, host: HOST, exclusive: true });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

export function dashboardUrl(port: number): string {
  return `http://${HOST}:${port}/`;
}

/**
 * k6's flags for it: on this machine only, no browser is opened. It holds the samples of a period back, ten seconds of them by default, and
 * keeps all values for its percentiles: at 500 requests a second for 60 s k6 took 79 MB with it (92 MB with its default), 67 MB without.
 */
export function dashboardFlags(port: number | undefined): string[] {
  return port === undefined ? [] : ['--out', `web-dashboard=host=${HOST}&port=${port}&open=false&period=1s`];
}
