/** Owns the once-a-second look at a load in progress. Refuses to know how it is shown. */
import { START_LATENESS } from '../core/endpoint.ts';
import { type Journey, journeyDurationSec, type Plan } from '../core/plan.ts';
import type { Progress } from '../core/run.ts';
import type { RecorderSnapshot } from '../record/index.ts';

const EVERY_MS = 1000;
/** Looks over which the delivered rate is told. */
const WINDOW = 4;

export class ProgressMeter {
  readonly #plan: Plan;
  readonly #look: () => RecorderSnapshot;
  readonly #onProgress: (progress: Progress) => void;
  readonly #began: () => number;
  readonly #timer: NodeJS.Timeout;
  #startedAtMs: number | undefined;
  /** Iterations delivered at the last few looks: records come once a second too, and two clocks of a second beat. */
  readonly #delivered: number[];

  /** @param began Unix ms of the load's beginning; asked once there is a sample. */
  constructor(
    plan: Plan,
    look: () => RecorderSnapshot,
    onProgress: (progress: Progress) => void,
    began: () => number = Date.now,
  ) {
    this.#plan = plan;
    this.#look = look;
    this.#onProgress = onProgress;
    this.#began = began;
    this.#delivered = [sum(Object.values(look().iterations))];
    this.#timer = setInterval(() => this.#tick(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Nothing is told before the first sample: k6 is still preparing. */
  #tick(): void {
    const snapshot = this.#look();
    if (snapshot.endpoints.length === 0) return;
    this.#startedAtMs ??= this.#began();
    const elapsedSec = (Date.now() - this.#startedAtMs) / 1000;
    this.#delivered.push(sum(Object.values(snapshot.iterations)));
    if (this.#delivered.length > WINDOW + 1) this.#delivered.shift();
    const [oldest = 0, newest = 0] = [this.#delivered[0], this.#delivered.at(-1)];
    const measured = snapshot.endpoints.filter(({ endpoint }) => endpoint !== START_LATENESS);
    this.#onProgress({
      elapsedSec,
      totalSec: Math.max(...this.#plan.journeys.map(journeyDurationSec)),
      offeredPerSec: sum(this.#plan.journeys.map((journey) => ratePerSecAt(journey, elapsedSec))),
      deliveredPerSec: (newest - oldest) / (((this.#delivered.length - 1) * EVERY_MS) / 1000),
      failed: sum(measured.map(({ failed }) => failed)),
      dropped: sum(Object.values(snapshot.dropped)),
      endpoints: measured
        .map((endpoint) => ({ ...endpoint, limitsMs: this.#limitsMs(endpoint.endpoint) }))
        .filter(({ limitsMs }) => limitsMs.length > 0),
    });
  }

  #limitsMs(endpoint: string): { percentile: number; limitMs: number }[] {
    return this.#plan.objectives.flatMap((objective) =>
      objective.kind === 'latency' && objective.endpoint === endpoint
        ? [{ percentile: objective.percentile, limitMs: objective.limitMs }]
        : [],
    );
  }
}

/** Arrivals per second that the plan wants at `elapsedSec`; sockets arrive once and count as none. */
function ratePerSecAt(journey: Journey, elapsedSec: number): number {
  if (journey.kind === 'sockets') return 0;
  let endSec = 0;
  for (const step of journey.steps) {
    endSec += step.durationSec;
    if (elapsedSec < endSec) return step.ratePerSec;
  }
  return 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
