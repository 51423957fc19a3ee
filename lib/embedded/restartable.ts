/** The reference target at an address that it keeps, so that its process can be killed and started again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../stack/ports.ts';
import { type EmbeddedTarget, startEmbeddedTarget } from './process.ts';

export class RestartableTarget implements Pick<EmbeddedTarget, 'httpUrl' | 'wsUrl' | 'stop'> {
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly #start: (nth: number) => Promise<EmbeddedTarget>;
  readonly #dir: string;
  #running: EmbeddedTarget;
  #starts = 1;

  /** Throws as `startEmbeddedTarget`. */
  static async start(args: readonly string[], signal: AbortSignal): Promise<RestartableTarget> {
    // Another program gets none of these ports while it is down.
    const [free] = await freePorts(1);
    const port = args[args.indexOf('--port') + 1 || args.length] ?? free;
    const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-target-'));
    const its = [...args, '--port', `${port}`, '--debates', join(dir, 'debates.ndjson')];
    // With another seed, so that it gives no id a second time.
    const start = (nth: number) => startEmbeddedTarget([...its, '--seed', `${nth}`], signal);
    try {
      return new RestartableTarget(await start(1), start, dir);
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(first: EmbeddedTarget, start: (nth: number) => Promise<EmbeddedTarget>, dir: string) {
    this.httpUrl = first.httpUrl;
    this.wsUrl = first.wsUrl;
    this.#running = first;
    this.#start = start;
    this.#dir = dir;
  }

  /** The process that there is now, or was last. */
  get now(): Pick<EmbeddedTarget, 'child' | 'order'> {
    return this.#running;
  }

  /** Resolves when its process is gone. */
  async kill(): Promise<void> {
    this.#running.child.kill();
    await this.#running.exited;
  }

  /** After `kill`. Throws as `startEmbeddedTarget`. */
  async startAgain(): Promise<void> {
    this.#starts += 1;
    this.#running = await this.#start(this.#starts);
  }

  async stop(): Promise<void> {
    await this.#running.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
