/** Stands for the module `k6`. */
import { stage } from '../stage.ts';

export function check(): boolean {
  return true;
}

export function sleep(sec: number): void {
  stage().nowMs += sec * 1000;
}
