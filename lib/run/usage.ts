/** CPU time of a generator while it loads, from its first interval on, so that compiling the scripts is left out. */
import { availableParallelism } from 'node:os';

/** Records can arrive together, for example after the harness stood still. CPU time between them would then look like more than all cores. */
const LEAST_ELAPSED_US = 1e6;

interface Reading {
  readonly cpuUs: number;
  readonly atMs: number;
}

export class CpuUsage {
  /** Cores that it could use. */
  cores = availableParallelism();
  #first: Reading | undefined;
  #last: Reading | undefined;

  /** @param cpuUs used by the engine so far. */
  add(cpuUs: number | undefined): void {
    if (cpuUs === undefined) return;
    this.#last = { cpuUs, atMs: performance.now() };
    this.#first ??= this.#last;
  }

  /** 0–1 of all cores; null when the engine's reports span less than a second. */
  share(): number | null {
    if (this.#first === undefined || this.#last === undefined) return null;
    const elapsedUs = (this.#last.atMs - this.#first.atMs) * 1000;
    if (elapsedUs < LEAST_ELAPSED_US) return null;
    return (this.#last.cpuUs - this.#first.cpuUs) / (elapsedUs * this.cores);
  }
}
