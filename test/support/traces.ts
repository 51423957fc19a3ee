/** Puts a collected traces observation into a run, for tests of reports. */

import type { RunFacts } from '../../lib/core/run.ts';
import type { TracesObserved } from '../../lib/systems/traces/observation.ts';
import { systemNamed } from './judge-system.ts';

/** The same run, with traces read from this source. */
export function withTraces(facts: RunFacts, source: TracesObserved['source'], url: string): RunFacts {
  const traces: TracesObserved = {
    kind: 'traces',
    status: 'collected',
    source,
    url,
    spanCount: 0,
    traceCount: 0,
    spanNames: {},
    roots: null,
    spans: [],
    unsettled: [],
    requests: [],
    sampled: [],
    unsampled: { endpoint: 'all', sent: 0, found: 0, examples: [] },
    unflaggedRequests: 0,
    exports: null,
    leaks: { searched: 0, count: 0, examples: [] },
    serviceMap: null,
    comparison: null,
    waitedMs: 0,
    complete: true,
  };
  const notes = systemNamed('traces').notes?.([traces]);
  const systems = facts.verdict.systems.map((system) => (system.id === 'traces' ? { ...system, ...notes } : system));
  return { ...facts, verdict: { ...facts.verdict, systems }, observations: [...facts.observations, traces] };
}
