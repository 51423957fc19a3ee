/** k6's own web dashboard as an output of k6: its port, its address, its flags. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { SloError } from '../core/error.ts';

const HOST = '127.0.0.1';

/**
 * Below the ports that systems give to connections by themselves (Linux from 32768, others from 49152), so nobody gets one of these before
 * k6 has it.
 */
const OWN_PORTS = { first: 20_000, count: 12_000 };

/**
 * A port of this machine that is free now: `wanted`, or any for 0. If port 5665 is taken, k6 would go on without its dashboard; if any
 * other port is taken, k6 would end.
 * @throws SloError `usage` when `wanted` is not free.
 */
export async function dashboardPort(wanted: number): Promise<number> {
  for (;;) {
    const port = wanted === 0 ? OWN_PORTS.first + Math.floor(Math.random() * OWN_PORTS.count) : wanted;
    try {
      await tryOut(port);
      return port;
    } catch (cause) {
      if (wanted === 0 && (cause as NodeJS.ErrnoException).code === 'EADDRINUSE') continue;
      throw new SloError('usage', `--dashboard: port ${port} of ${HOST} can't be used: ${(cause as Error).message}`, {
        hint: 'name another, or none for any that is free',
        cause,
      });
    }
  }
}

/** Listens on the port and closes it again. Throws the reason if it can't. */
async function tryOut(port: number): Promise<void> {
  const server = createServer();
  // `listen` itself refuses a port above 65535 at once.
  server.listen({ port, host: HOST, exclusive: true });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

export function dashboardUrl(port: number): string {
  return `http://${HOST}:${port}/`;
}

/**
 * k6's flags for the dashboard: on this machine only, and no browser is opened. The dashboard holds back the samples of one period (ten
 * seconds by default) and keeps all values for its percentiles. At 500 requests a second for 60 s k6 took 79 MB with it (92 MB with its
 * default period), and 67 MB without.
 */
export function dashboardFlags(port: number | undefined): string[] {
  return port === undefined ? [] : ['--out', `web-dashboard=host=${HOST}&port=${port}&open=false&period=1s`];
}
