/** What a named break of the reference target is, whatever it breaks. */
import type { Patch } from './behaviour.ts';
import { combined, type Distortion } from './distortion.ts';

export interface NamedBreak {
  /** Dotted, unique; a break of telemetry begins with its system, e.g. `metrics.requests_total.missing`. */
  readonly name: string;
  /** One sentence: what the server does wrong. */
  readonly description: string;
  /** Id of the finding that must fail, and no other. */
  readonly finding: string;
  /** Of what clients feel. */
  readonly patch?: Patch;
  /** Of its own telemetry. `nowMs` is the clock of what is changed, the real one when absent. */
  readonly distortion?: (nowMs?: () => number) => Distortion;
}

/** A break of a system's telemetry as data. */
export interface FaultBreak<Fault> extends Omit<NamedBreak, 'distortion'> {
  readonly faults: readonly Fault[];
}

/** A break by a single fault, which leaves what clients feel as it is. */
export function breakBy<Fault>(name: string, finding: string, description: string, fault: Fault): FaultBreak<Fault> {
  return { name, finding, description, faults: [fault] };
}

/** How one fault of a system is carried out. */
export type Distort<Fault> = (fault: Fault, nowMs: () => number) => Distortion;

/** The breaks of a system, ready to be carried out. */
export function carriedOut<Fault>(breaks: readonly FaultBreak<Fault>[], distort: Distort<Fault>): NamedBreak[] {
  return breaks.map(({ faults, ...named }) => ({
    ...named,
    distortion: (nowMs = Date.now) => combined(faults.map((fault) => distort(fault, nowMs))),
  }));
}
