/** Owns the load of the telemetry tests, and which findings are theirs. Refuses to know breaks. */
import type { Finding } from '../../lib/core/finding.ts';
import type { RunFacts } from '../../lib/core/run.ts';

/** All breaks in groups, each group as long as a run and its start. */
export const PROOF_MS = 300_000;

interface Rates {
  readonly durationSec: number;
  readonly health: number;
  readonly others: number;
  readonly agents: number;
}

/** A right sampling ratio is decided by a thousand requests without traceparent, every other finding by a few. */
const WHOLE: Rates = { durationSec: 15, health: 90, others: 25, agents: 12 };
const FEW: Rates = { durationSec: 6, health: 40, others: 12, agents: 8 };

/** All of telemetry gates, and one lenient objective, so that a busy machine says nothing about telemetry. */
export function profileOf(whole: boolean) {
  const { durationSec, health, others, agents } = whole ? WHOLE : FEW;
  const at = (ratePerSec: number) => ({ ratePerSec, durationSec });
  return {
    name: 'telemetry',
    journeys: {
      health: at(health),
      'debates-list': at(others),
      agents: at(agents),
      consensus: at(others),
      websocket: { sockets: 5, durationSec },
    },
    gates: ['latency.agent-response.p50', 'metrics.', 'traces.', 'logs.'],
  };
}

export function telemetryOnly({ verdict }: Pick<RunFacts, 'verdict'>): Finding[] {
  return verdict.findings.filter(({ id }) => /^(metrics|traces|logs)\./.test(id));
}
