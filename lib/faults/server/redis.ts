/** The connections of the embedded server to its Redis, which pass here, so that they can be cut. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { ActiveFault } from '../../core/server-fault.ts';

const HOST = '127.0.0.1';

export class RedisRelay {
  /** Of the server's own side: what it is to use in the place of its Redis. */
  readonly url: string;
  readonly #server: Server;
  /** Both ends of each connection. */
  readonly #ends = new Map<Socket, Socket>();
  #isCut = false;
  #refused = 0;

  static async start(redisUrl: string): Promise<RedisRelay> {
    const server = createServer();
    await once(server.listen(0, HOST), 'listening');
    return new RedisRelay(server, new URL(redisUrl));
  }

  private constructor(server: Server, behind: URL) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    const url = new URL(behind);
    url.host = `${HOST}:${port}`;
    this.url = url.href;
    server.on('connection', (near) => this.#join(near, behind));
  }

  /** The words of a command line, with itself wherever the option names a Redis. */
  inPlaceOf(option: string, words: readonly string[]): readonly string[] {
    return words.map((word, at) => (words[at - 1] === option ? this.url : word));
  }

  #join(near: Socket, { hostname, port }: URL): void {
    if (this.#isCut) {
      this.#refused += 1;
      near.destroy();
      return;
    }
    const far = connect(Number(port || REDIS_PORT), hostname.replace(/^\[|\]$/g, ''));
    this.#ends.set(near, far);
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      // An end that breaks is closed, and with it the other one.
      end.on('error', () => {});
      end.on('close', () => {
        other.destroy();
        this.#ends.delete(near);
      });
      end.pipe(other);
    }
  }

  /** Cuts all connections, and lets none through until `restore`. Returns how many there were. */
  cut(): number {
    const { size } = this.#ends;
    this.#isCut = true;
    this.#refused = 0;
    this.#destroy();
    return size;
  }

  /** Returns how many connections were refused since `cut`. */
  restore(): number {
    this.#isCut = false;
    return this.#refused;
  }

  async stop(): Promise<void> {
    this.#destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #destroy(): void {
    for (const [near, far] of this.#ends) {
      near.destroy();
      far.destroy();
    }
    this.#ends.clear();
  }
}

const REDIS_PORT = 6379;

export function beginRedis(relay: RedisRelay): ActiveFault {
  const cut = relay.cut();
  return { end: async () => ({ witness: { kind: 'redis', cut, refused: relay.restore() } }) };
}
