/** The layer of faults: a program of ours, in Go, between clients and a server. It is built once, and only where faults are asked for. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SloError } from '../core/error.ts';
import type { FaultCount, LayerFault, RouteCount } from '../core/fault.ts';
import { within } from '../core/within.ts';
import { sourceFiles } from '../engine/cache.ts';
import { Child, endText } from '../process/child.ts';
import { cached, type MakeOptions } from '../stack/cache.ts';
import type { LayerBreak } from '../target/breaks-fault.ts';

const MODULE = fileURLToPath(new URL('../../faults', import.meta.url));
const FLAGS = ['-p', '2', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-mod=readonly'];
/** Independent of any workspace and flags of the user: only the module's own go.mod and go.sum count. */
const ENV = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };

/** What the layer has counted. */
export interface LayerCounts {
  /** Of the faults that were active until then, in their order. */
  readonly counts: readonly FaultCount[];
  /** Requests that came to it, and those that the server answered, since it started. */
  readonly requests: number;
  readonly answered: number;
  /** Those of the routes that are watched, by their names. */
  readonly routes: Readonly<Record<string, RouteCount>>;
}

/** A route whose requests are counted: `{…}` in its path stands for any one segment. */
export interface WatchedRoute {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

export interface FaultLayer {
  /** Where it listens, one URL for each server, in their order: `http://127.0.0.1:1234`. */
  readonly urls: readonly string[];
  /** Makes these the active faults. @returns the last counts of those that were active until then. */
  set(faults: readonly LayerFault[]): Promise<LayerCounts>;
  /** Counts the requests of these routes from now on, and puts the mark on answers that are its own. */
  watch(routes: readonly WatchedRoute[], mark: string): Promise<LayerCounts>;
  /** Counts of the active faults so far. */
  counts(): Promise<LayerCounts>;
  /** Resolves when its process is gone, with how it ended. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface LayerOptions extends MakeOptions {
  /** PEM of the authority that signed the servers' certificates; absent: those that the machine trusts. */
  readonly caFile?: string | undefined;
  /** What it does wrong; absent: nothing. */
  readonly breaks?: readonly LayerBreak[] | undefined;
}

const READY_MS = 60_000;
const STOP_MS = 5_000;

/**
 * Starts it in front of these servers, without any fault.
 * @param servers URLs with http or https; a WebSocket goes by its server's.
 * @throws SloError `prerequisite-missing` when it can't be built or does not start.
 */
export async function startFaultLayer(servers: readonly string[], options: LayerOptions): Promise<FaultLayer> {
  const program = join(await faultProgram(options), 'faults');
  const { caFile, breaks = [] } = options;
  const env = { ...process.env, ...(caFile === undefined ? {} : { SSL_CERT_FILE: caFile }) };
  const child = new Child(program, {
    args: [...breaks.map((one) => `-${one}`), ...servers],
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    patienceMs: STOP_MS,
  });
  let complaint = '';
  child.output(2).on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4096);
  });
  const orders = new Orders(child);
  try {
    const first = await within({ ms: READY_MS, signal: options.signal }, (soon) => orders.first(soon));
    const { listening } = first as { readonly listening: readonly string[] };
    return {
      urls: listening.map((address) => `http://${address}`),
      set: (faults) => orders.send({ faults }),
      watch: (routes, mark) => orders.send({ watch: routes, mark }),
      counts: () => orders.send({}),
      ended: child.exited.then(endText),
      stop: async () => void (await child.stop()),
    };
  } catch (cause) {
    await child.stop();
    options.signal?.throwIfAborted();
    const why = complaint.trim() || endText(await child.exited);
    throw new SloError('prerequisite-missing', `the layer of faults did not start: ${why}`, { cause });
  }
}

/** The folder with the program, built now unless the cache has it. Throws as `cached` does. */
async function faultProgram(options: MakeOptions): Promise<string> {
  const files = await sourceFiles(MODULE);
  const sources = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return cached(
    {
      name: 'faults',
      madeFrom: [...FLAGS, ...sources],
      usually: 'half a minute',
      make: async (folder, run) => {
        await run('go', ['build', ...FLAGS, '-o', `${folder}/`, '.'], { cwd: MODULE, env: ENV });
      },
    },
    options,
  );
}

interface Order {
  readonly faults?: readonly LayerFault[];
  readonly watch?: readonly WatchedRoute[];
  readonly mark?: string;
}

interface Answer extends LayerCounts {
  readonly id: number;
  readonly error?: string;
}

/** Orders to the program and its answers, line by line. */
class Orders {
  readonly #child: Child;
  readonly #lines: AsyncIterator<string>;
  /** The order before: they are answered in their order. */
  #last: Promise<unknown> = Promise.resolve();
  #id = 0;

  constructor(child: Child) {
    this.#child = child;
    this.#lines = createInterface({ input: child.output(1) })[Symbol.asyncIterator]();
  }

  async first(signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return Promise.race([this.#next(), late]);
  }

  send(order: Order): Promise<LayerCounts> {
    const answered = this.#last.then(() => this.#ask(order));
    this.#last = answered.catch(() => {});
    return answered;
  }

  async #ask(order: Order): Promise<LayerCounts> {
    this.#id += 1;
    this.#child.write(`${JSON.stringify({ id: this.#id, ...order })}\n`);
    const { id, error, ...counted } = (await this.#next()) as Answer;
    if (id !== this.#id || error !== undefined)
      throw new SloError('usage', `the layer of faults refused an order: ${error ?? `it answered ${id}`}`);
    return counted;
  }

  async #next(): Promise<unknown> {
    const { done, value } = await this.#lines.next();
    if (done) throw new SloError('prerequisite-missing', 'the layer of faults ended by itself');
    return JSON.parse(value);
  }
}
