/** The look at a load in progress, once a second. */
import { type Endpoint, START_LATENESS } from '../core/endpoint.ts';
import type { Journey, Plan } from '../core/plan.ts';
import type { Progress } from '../core/run.ts';
import { expectedIn, plannedJourneys, plannedSec, type TimedPhase, timedPhases } from '../core/timeline.ts';
import type { RecorderSnapshot } from '../record/index.ts';

const EVERY_MS = 1000;
/** The delivered rate is the mean over this many looks. */
const WINDOW = 4;

export interface MeterOptions {
  readonly plan: Pick<Plan, 'phases' | 'objectives'>;
  /** What is recorded by now. */
  readonly look: () => RecorderSnapshot;
  readonly onProgress: (progress: Progress) => void;
  /** Unix ms of the load's beginning; asked once there is a sample. Absent: it begins at that moment. */
  readonly began?: () => number;
}

export class ProgressMeter {
  readonly #options: MeterOptions;
  readonly #phases: readonly TimedPhase[];
  /** Only these fail as requests do. What a client notices of an answer may be undecided, and the judge knows that. */
  readonly #owed: ReadonlySet<Endpoint>;
  readonly #timer: NodeJS.Timeout;
  #startedAtMs: number | undefined;
  /**
   * Iterations delivered at the last few looks. Records come once a second too, and two clocks with a period of one second drift against
   * each other.
   */
  readonly #delivered: number[];

  constructor(options: MeterOptions) {
    this.#options = options;
    this.#phases = timedPhases(options.plan);
    const endpoints = plannedJourneys(options.plan).flatMap((journey) => journey.endpoints);
    this.#owed = new Set(
      endpoints.filter(({ owed, samples }) => owed.by !== 'nobody' || samples === 'latency').map(({ name }) => name),
    );
    this.#delivered = [sum(Object.values(options.look().iterations))];
    this.#timer = setInterval(() => this.#tick(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** No progress is reported before the first sample: k6 is still preparing. */
  #tick(): void {
    const { plan, look, onProgress, began = Date.now } = this.#options;
    const snapshot = look();
    if (snapshot.endpoints.length === 0) return;
    this.#startedAtMs ??= began();
    const elapsedSec = (Date.now() - this.#startedAtMs) / 1000;
    this.#delivered.push(sum(Object.values(snapshot.iterations)));
    if (this.#delivered.length > WINDOW + 1) this.#delivered.shift();
    const [oldest = 0, newest = 0] = [this.#delivered[0], this.#delivered.at(-1)];
    const measured = snapshot.endpoints.filter(({ endpoint }) => endpoint !== START_LATENESS);
    const phase = this.#phases.find(({ endSec }) => elapsedSec < endSec);
    const inPhaseSec = elapsedSec - (phase?.startSec ?? 0);
    onProgress({
      elapsedSec,
      totalSec: plannedSec(plan),
      offeredPerSec: sum((phase?.journeys ?? []).map((journey) => ratePerSecAt(journey, inPhaseSec))),
      deliveredPerSec: (newest - oldest) / (((this.#delivered.length - 1) * EVERY_MS) / 1000),
      failed: sum(measured.filter(({ endpoint }) => this.#owed.has(endpoint)).map(({ failed }) => failed)),
      dropped: sum(Object.values(snapshot.dropped)),
      endpoints: measured
        .map((endpoint) => ({ ...endpoint, limitsMs: this.#limitsMs(endpoint.endpoint, phase) }))
        .filter(({ limitsMs }) => limitsMs.length > 0),
    });
  }

  /** The limits of the present phase; after the last phase, its limits. */
  #limitsMs(
    endpoint: string,
    phase: TimedPhase | undefined = this.#phases.at(-1),
  ): { percentile: number; limitMs: number }[] {
    const { objectives } = this.#options.plan;
    return (phase === undefined ? [] : expectedIn(phase, objectives)).flatMap((objective) =>
      objective.kind === 'latency' && objective.endpoint === endpoint
        ? [{ percentile: objective.percentile, limitMs: objective.limitMs }]
        : [],
    );
  }
}

/** Arrivals per second that a journey wants at `elapsedSec` of its phase. Sockets arrive once, so they count as none. */
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
