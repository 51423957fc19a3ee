/** Uses of a Redis that outlive their connection: what was under way when it was lost is done again over a new one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openRedis, type Redis, RedisTrouble } from './client.ts';

/** What is done with Redis. `isAgain`: it was begun before, and nobody knows how far it came. */
type Use<T> = (redis: Redis, isAgain: boolean) => Promise<T>;

const PAUSE_MS = 100;

export class LastingRedis {
  readonly #url: string;
  #redis: Promise<Redis>;
  #isEnded = false;

  /** @param first that is connected. */
  constructor(url: string, first: Redis) {
    this.#url = url;
    this.#redis = Promise.resolve(first);
  }

  /** @throws RedisTrouble for what Redis refuses, and when it is gone after `end`. */
  async use<T>(what: Use<T>): Promise<T> {
    for (let isAgain = false; ; isAgain = true) {
      const now = this.#redis;
      try {
        return await what(await now, isAgain);
      } catch (error) {
        if (!(error instanceof RedisTrouble) || !error.isGone) throw error;
        await sleep(PAUSE_MS);
        if (this.#isEnded) throw error;
      }
      // The first to notice opens the next one, for all.
      if (this.#redis === now) this.#redis = openRedis(this.#url);
      this.#redis.catch(() => undefined);
    }
  }

  /** A last use, which may fail: nothing is done again after it. */
  async end(what: Use<unknown>): Promise<void> {
    this.#isEnded = true;
    try {
      const redis = await this.#redis;
      await what(redis, false).finally(() => redis.close());
    } catch (error) {
      if (!(error instanceof RedisTrouble)) throw error;
    }
  }
}
