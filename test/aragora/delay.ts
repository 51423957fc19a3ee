/** A TCP proxy that makes a server slower by a known time. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Delay {
  /** For example `http://127.0.0.1:40123`, without a slash at the end. */
  readonly httpUrl: string;
  /** Also ends its open connections; resolves when it no longer listens. */
  stop(): Promise<void>;
}

/** Passes every connection on, `delayMs` after it arrived. */
export async function startDelay(to: string, delayMs: number): Promise<Delay> {
  const { hostname, port } = new URL(to);
  const open = new Set<Socket>();
  const proxy = createServer((client) => {
    client.pause();
    const upstream = connect(Number(port), hostname);
    const late = setTimeout(() => client.pipe(upstream), delayMs);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      // A socket that ends in order is ended by its pipe. If one end breaks, both end.
      socket.on('error', () => other.destroy()).on('close', () => open.delete(socket));
    }
    client.on('close', () => clearTimeout(late));
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address() as AddressInfo;
  return {
    httpUrl: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        proxy.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
