/** What a run shows while it goes on. */
import type { Progress } from '../core/run.ts';

export interface RunUi {
  note(line: string): void;
  /** One line about something that looks wrong before the load; the load measures it anyway. */
  warn(line: string): void;
  update(progress: Progress): void;
  /** Nothing is sent, and the run goes on: `what` is what it waits for. */
  wait?(what: string): void;
}
