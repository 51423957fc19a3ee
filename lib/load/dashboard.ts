/** Owns k6's own web dashboard as an output of k6: its port, its address, its flags. Refuses to know what it shows. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { SloError } from '../core/error.ts';

const HOST = '127.0.0.1';

/**
 * A port of this machine that is free now: `wanted`, or any for 0. k6 would go on without its dashboard where 5665 is taken, and die of any other.
 * @throws SloError `usage` when `wanted` can't be had.
 */
export async function dashboardPort(wanted: number): Promise<number> {
  const server = createServer();
  try {
    // A port beyond 65535 is refused by `listen` itself, at once.
    server.listen({ port: wanted, host: HOST, exclusive: true });
    await once(server, 'listening');
  } catch (cause) {
    throw new SloError('usage', `--dashboard: port ${wanted} of ${HOST} can't be had: ${(cause as Error).message}`, {
      hint: 'name another, or none for any that is free',
      cause,
    });
  }
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
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
