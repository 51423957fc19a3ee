/** Which arrivals ask the server to record their trace. Imports only types, so that k6 and Node decide alike. */
import type { EngineScenario } from './engine-protocol.ts';

type Tracing = Pick<EngineScenario, 'ratePerSec' | 'untracedEvery'>;

/**
 * true: its trace id is recorded and its `traceparent` has the sampled flag, for about one arrival a second. null: it sends no
 * `traceparent`.
 * @param arrival its number in the whole scenario: segment.ts.
 */
export function flagOf(arrival: number, { ratePerSec, untracedEvery }: Tracing): boolean | null {
  if (arrival % Math.max(1, Math.round(ratePerSec)) === 0) return true;
  return untracedEvery !== undefined && arrival % untracedEvery === untracedEvery - 1 ? null : false;
}
