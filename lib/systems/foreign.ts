/**
 * Answers in another form than the server's good ones: something in front of the server may have given them, and then the server knows nothing
 * of them. What each system shows of them, and the facts as they are if nobody knows who answered.
 */
import type { JudgeInput } from '../core/run.ts';
import { asUnclear, sampleOutcome } from '../core/sample-outcome.ts';

/** Label of the evidence that findings show which these answers leave undecided. */
export const FOREIGN_ANSWERS = 'answers in another form';

/** What a system has of these answers. */
export interface ForeignShown {
  /** How many of them it would have if the server had given them, and how many it has. */
  readonly of: number;
  readonly shown: number;
  /** Trace ids of those that it has, and of those that it would have and does not. Absent: it only counts. */
  readonly present?: readonly string[];
  readonly absent?: readonly string[];
}

/** How many such answers clients got. */
export function foreignCount({ recording }: Pick<JudgeInput, 'recording'>): number {
  const kinds = [...recording.endpoints.values()].flatMap(({ seconds }) =>
    seconds.flatMap(({ failed }) => Object.entries(failed)),
  );
  return kinds.reduce((sum, [outcome, count]) => (sampleOutcome(outcome).foreign ? sum + count : sum), 0);
}

/** Trace ids of those of them that are looked up. */
export function foreignTraces({ recording }: Pick<JudgeInput, 'recording'>): ReadonlySet<string> {
  const traces = [...recording.endpoints.values()].flatMap((one) => one.traces);
  return new Set(traces.flatMap(({ traceId, outcome }) => (sampleOutcome(outcome).foreign ? [traceId] : [])));
}

/** From trace ids: which of these answers a system has. */
export function shownAmong(traceIds: Iterable<string>, has: (traceId: string) => boolean): ForeignShown | null {
  const all = [...traceIds];
  if (all.length === 0) return null;
  const present = all.filter(has);
  return { of: all.length, shown: present.length, present, absent: all.filter((traceId) => !has(traceId)) };
}

/** What clients recorded, if nobody knows who gave these answers. */
export function recordedUnclear(recording: JudgeInput['recording']): JudgeInput['recording'] {
  const endpoints = [...recording.endpoints].map(([name, one]) => {
    const seconds = one.seconds.map((second) => ({ ...second, failed: unclearIn(second.failed) }));
    const traces = one.traces.map((trace) => ({ ...trace, outcome: asUnclear(trace.outcome) }));
    return [name, { ...one, seconds, traces }] as const;
  });
  return { ...recording, endpoints: new Map(endpoints) };
}

function unclearIn(failed: Readonly<Record<string, number>>): Record<string, number> {
  const unclear: Record<string, number> = {};
  for (const [outcome, count] of Object.entries(failed)) {
    const name = asUnclear(outcome);
    unclear[name] = (unclear[name] ?? 0) + count;
  }
  return unclear;
}
