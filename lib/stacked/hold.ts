/** Holds a stack: starts its parts, says in the state file what runs, and ends all of it at a signal. */
import { targetUrls } from '../config/target.ts';
import { SloError } from '../core/error.ts';
import { type Identity, identityOf, isAlive } from '../process/identity.ts';
import { type Stack, startStack } from '../stack/around.ts';
import type { Part, Running, Surrounded } from '../stack/part.ts';
import { PARTS } from '../stack/parts/index.ts';
import { freePorts } from '../stack/ports.ts';
import { HOST } from '../stack/process.ts';
import { selected, type Wanted } from '../stack/select.ts';
import { endLeftovers } from './down.ts';
import { type PartState, readState, removeState, type StackState, writeState } from './state.ts';
import { withReference } from './target.ts';

export interface HoldRequest extends Wanted {
  readonly dir: string;
  /** undefined: a reference Aragora, which is started, too. */
  readonly target: string | undefined;
  readonly ports: Readonly<Record<string, number>>;
  readonly onProgress: (line: string) => void;
  /** Called once everything runs. */
  readonly onUp: (state: StackState) => void;
  readonly signal: AbortSignal;
}

/** Resolves when the signal has come and nothing of it runs any more. @throws SloError as `startStack`, and when a stack is up there already. */
export async function holdStack(request: HoldRequest): Promise<void> {
  const { dir, signal } = request;
  const parts = request.target === undefined ? withReference(selected(PARTS, request)) : selected(PARTS, request);
  await refuseSecond(dir);
  const own = await identityOf(process.pid);
  if (own === null) throw new Error('this process does not know itself');
  const target = await serverOf(request.target);
  const held = new Held(dir, own, target);
  let stack: Stack | undefined;
  try {
    stack = await startStack({ ...request, parts, target, folder: dir, onRunning: held.add });
    request.onUp(held.isUp(stack));
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    held.isEnding = true;
    await stack?.stop();
    removeState(dir);
  }
}

async function serverOf(named: string | undefined): Promise<Surrounded> {
  if (named !== undefined) return targetUrls(named, undefined);
  const [port] = await freePorts(1);
  return { httpUrl: `http://${HOST}:${port}`, wsUrl: `ws://${HOST}:${port}/ws` };
}

async function refuseSecond(dir: string): Promise<void> {
  const before = readState(dir);
  if (before === null) return;
  if (!(await isAlive(before.process))) return await endLeftovers(dir, before).then(() => {});
  throw new SloError('usage', `a stack is up already in ${dir}: process ${before.process.pid}`, {
    hint: '`aragora-slo stack down` ends it; --dir names another folder',
  });
}

/** What the state file says. */
class Held {
  isEnding = false;
  readonly add: (part: Part, running: Running, logFile: string) => void;
  #state: Omit<StackState, 'schemaVersion'>;
  readonly #dir: string;

  constructor(dir: string, process: Identity, target: Surrounded) {
    this.#dir = dir;
    this.#state = { process, phase: 'starting', sinceMs: Date.now(), target: target.httpUrl, parts: [], run: [] };
    this.#write(this.#state);
    this.add = (part, running, logFile) => void this.#add(part, running, logFile);
  }

  isUp({ values }: Stack): StackState {
    const options = Object.entries(values).flatMap(([name, value]) => [
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      value,
    ]);
    this.#write({ ...this.#state, phase: 'up', run: ['--target', this.#state.target, ...options] });
    return { schemaVersion: 1, ...this.#state };
  }

  async #add(part: Part, { url, pid, exited, places }: Running, log: string): Promise<void> {
    const { name, title, standsInFor } = part;
    // A part of this process writes none.
    const own = exited === undefined ? undefined : log;
    const state: PartState = { name, title, standsInFor, url, log: own, sinceMs: Date.now(), places };
    this.#write({ ...this.#state, parts: [...this.#state.parts, state] });
    void exited?.then((how) => this.#change(name, { ended: how }));
    const process = pid === undefined ? null : await identityOf(pid);
    if (process !== null) this.#change(name, { process });
  }

  #change(name: string, change: Partial<PartState>): void {
    if (this.isEnding) return;
    const parts = this.#state.parts.map((part) => (part.name === name ? { ...part, ...change } : part));
    this.#write({ ...this.#state, parts });
  }

  #write(state: Omit<StackState, 'schemaVersion'>): void {
    this.#state = state;
    writeState(this.#dir, state);
  }
}
