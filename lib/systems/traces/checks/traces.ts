/**
 * Owns the findings on traces: one per promise, from what was collected. Pure, so that it runs again offline.
 * Refuses to know how spans were collected.
 */
import type { Finding } from '../../../core/finding.ts';
import { whyUnavailable } from '../../finding.ts';
import type { TracesObservation } from '../observation.ts';
import type { SpanContract, SpanMapping } from '../signals.ts';
import { findingOf, type TraceCheck } from './check.ts';
import { REQUEST_CHECKS } from './requests.ts';
import { samplingChecks } from './sampling.ts';
import { sourceChecks } from './sources.ts';
import { spanChecks } from './spans.ts';
import { tracesView } from './view.ts';

export interface TracesContext {
  /** What is promised: lib/systems/traces/promises.ts. */
  readonly contract: SpanContract;
  /** Where the release keeps it instead; null: as documented. */
  readonly mapping: SpanMapping | null;
  /** Nothing but the harness calls the server during the load. */
  readonly exclusive: boolean;
}

/** The same ids whatever was collected; without evidence each is `unavailable` or `no-data`, never `pass`. */
export function judgeTraces(
  observation: TracesObservation,
  { contract, mapping, exclusive }: TracesContext,
): Finding[] {
  const checks: readonly TraceCheck[] = [
    ...spanChecks(contract),
    ...REQUEST_CHECKS,
    ...samplingChecks(contract, exclusive),
    ...sourceChecks(contract),
  ];
  if (observation.status === 'unavailable') {
    return checks.map((check) => findingOf(check, { status: 'unavailable', summary: whyUnavailable(observation) }));
  }
  const view = tracesView(observation, contract, mapping);
  return checks.map((check) => findingOf(check, check.judge(view)));
}
