/**
 * Owns the telemetry's part of the verdict: every family's findings, when the plan asks for them. Pure, so it runs offline again.
 * Refuses to know single checks.
 */
import type { Finding } from '../../core/finding.ts';
import type { TracesObservation } from '../../core/observation.ts';
import type { Recording } from '../../core/recording.ts';
import type { JudgeInput } from '../context.ts';
import { judgeLogs } from './logs.ts';
import { judgeMetrics } from './metrics.ts';
import { judgeSecretsIn } from './secrets.ts';
import { judgeTraces } from './traces.ts';

const NO_TRACES: TracesObservation = {
  kind: 'traces',
  status: 'unavailable',
  source: 'direct',
  reason: 'no traces were collected',
  hint: 'the load ended before they could be',
};

/** [] when the plan does not ask for telemetry; else always the same ids, whatever evidence there is. */
export function judgeTelemetry({ plan, load, recording, observations }: JudgeInput): Finding[] {
  if (plan.telemetry === undefined) return [];
  const { contract, exclusive, ...signals } = plan.telemetry;
  const metrics = observations.find((one) => one.kind === 'metrics');
  const traces = observations.find((one) => one.kind === 'traces');
  const secrets = observations.find((one) => one.kind === 'secrets');
  const logs = observations.filter((one) => one.kind === 'logs');
  const common = { plan, load, recording, exclusive };
  return [
    ...judgeMetrics({ ...common, observation: metrics, signals: signals.metrics, contract: contract.metrics }),
    judgeSecretsIn('metrics', secrets, metrics),
    ...judgeTraces(traces ?? NO_TRACES, { contract: signals.spans, mapping: contract.spans, exclusive }),
    ...judgeLogs(signals.logs, { logs, traces, unreached: unreachedBy(recording, agentsStarted(load)) }),
  ];
}

function agentsStarted({ journeys }: JudgeInput['load']): number {
  return journeys
    .filter(({ journey }) => journey === 'agents' || journey === 'debates-create')
    .reduce((sum, { delivered }) => sum + delivered, 0);
}

/** Outcomes with which a request may never have reached the server, or with which none was sent. */
const UNREACHED = ['refused', 'reset', 'timeout', 'dns', 'tcp', 'tls'] as const;

/** Arrivals whose trace id the server may never have seen: the request failed on its way, or the handshake before it did. */
function unreachedBy(recording: Recording, creations: number): number {
  const unanswered = (['health', 'debates-list', 'debates-create', 'consensus'] as const).reduce((sum, endpoint) => {
    const seconds = recording.endpoints.get(endpoint)?.seconds ?? [];
    const kinds = endpoint === 'consensus' ? [...UNREACHED, 'no-debate'] : UNREACHED;
    return sum + seconds.reduce((all, { failed }) => all + kinds.reduce((n, kind) => n + (failed[kind] ?? 0), 0), 0);
  }, 0);
  const created = (recording.endpoints.get('debates-create')?.seconds ?? []).reduce((sum, { count }) => sum + count, 0);
  return unanswered + Math.max(0, creations - created);
}
