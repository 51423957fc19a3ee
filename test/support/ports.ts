/** Owns finding free ports for what can't be told to take one by itself. Refuses to know who listens there. */
import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** Distinct TCP ports that were free on loopback a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, HOST, resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      await new Promise((resolve) => server.close(resolve));
      if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
      return address.port;
    }),
  );
}
