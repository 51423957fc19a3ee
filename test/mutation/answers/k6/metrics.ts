/** Stands for the module `k6/metrics`. */
import { stage } from '../stage.ts';

export class Trend {
  add(ms: number, { endpoint, outcome }: { readonly endpoint: string; readonly outcome: string }): void {
    const { samples, nowMs } = stage();
    samples.push({ endpoint, outcome, ms, atMs: nowMs });
  }
}
