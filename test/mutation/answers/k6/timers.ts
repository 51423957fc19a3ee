/** Stands for the module `k6/timers`. */
import { stage } from '../stage.ts';

export function setTimeout(run: () => void, ms: number): unknown {
  return stage().after(ms, run);
}

export function clearTimeout(timer: unknown): void {
  stage().cancel(timer);
}
