/** What a named break of the reference target is, whatever it breaks. */
import type { Patch } from './behaviour.ts';
import { combined, type Distortion } from './distortion.ts';
import type { Pressed } from './pressed.ts';

export interface NamedBreak {
  /** Dotted and unique; a break of telemetry begins with its system, for example `metrics.requests_total.missing`. */
  readonly name: string;
  /** One sentence: what the server does wrong. */
  readonly description: string;
  /** Id of the finding that must fail, and no other. */
  readonly finding: string;
  /** Options of a run that looks at what it breaks, by their names; absent: every run does. */
  readonly asks?: Readonly<Record<string, string>>;
  /** Changes what clients experience. */
  readonly patch?: Patch;
  /** The same, but only under pressure on the target's process, or after it. */
  readonly pressed?: Pressed;
  /** Changes the target's own telemetry. `nowMs` is the clock of what is changed; default: the real one. */
  readonly distortion?: (nowMs?: () => number) => Distortion;
}

/** A break of a system's telemetry, as data. */
export interface FaultBreak<Fault> extends Omit<NamedBreak, 'distortion'> {
  readonly faults: readonly Fault[];
}

/** A break by a single fault, which does not change what clients experience. */
export function breakBy<Fault>(name: string, finding: string, description: string, fault: Fault): FaultBreak<Fault> {
  return { name, finding, description, faults: [fault] };
}

/** Carries out one fault of a system. */
export type Distort<Fault> = (fault: Fault, nowMs: () => number) => Distortion;

/** The breaks of a system, ready to be carried out. */
export function carriedOut<Fault>(breaks: readonly FaultBreak<Fault>[], distort: Distort<Fault>): NamedBreak[] {
  return breaks.map(({ faults, ...named }) => ({
    ...named,
    distortion: (nowMs = Date.now) => combined(faults.map((fault) => distort(fault, nowMs))),
  }));
}
