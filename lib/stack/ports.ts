/** Finds free ports for programs that can't choose one by themselves. */
import { createServer, type Server } from 'node:net';

const HOST = '127.0.0.1';
/**
 * Below the ports that systems give to connections and to listeners on port 0 (Linux from 32768, others from 49152), so nobody gets one of
 * these in between.
 */
const FIRST = 10_240;
const COUNT = 32_768 - FIRST;
const TRIES = 1000;

/** Ports already given to others in this process, who may not listen yet. */
const given = new Set<number>();

/** Distinct TCP ports that were free on loopback a moment ago, and that the system gives to nobody. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (given.has(port)) continue;
    given.add(port);
    const server = await listening(port);
    if (server === null) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error(`of ${TRIES} ports of ${HOST} not one was free`);
}

/** null where somebody else listens. */
function listening(port: number): Promise<Server | null> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen({ port, host: HOST, exclusive: true }, () => resolve(server));
  });
}
