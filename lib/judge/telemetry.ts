/**
 * Owns the telemetry's part of the verdict: every family's findings, when the plan asks for them. Pure, so it runs offline again.
 * Refuses to know single checks.
 */
import type { Comparison } from '../core/comparison.ts';
import { HTTP_ENDPOINTS } from '../core/endpoint.ts';
import type { Finding } from '../core/finding.ts';
import { observationsOf, type SecretsObserved } from '../core/observation.ts';
import { isNamedBy } from '../core/plan.ts';
import { failedCount, type Recording } from '../core/recording.ts';
import type { JudgeInput } from '../core/run.ts';
import type { TelemetryFamily, TelemetryPlan } from '../core/telemetry-plan.ts';
import { judgeLogs } from '../systems/logs/checks/logs.ts';
import type { LogsObservation } from '../systems/logs/observation.ts';
import { compareMetrics, judgeMetrics, type MetricsInput, metricIds } from '../systems/metrics/checks/metrics.ts';
import type { MetricsObservation } from '../systems/metrics/observation.ts';
import { judgeSecretsIn } from '../systems/secrets.ts';
import { judgeTraces } from '../systems/traces/checks/traces.ts';
import type { TracesObservation } from '../systems/traces/observation.ts';

const NO_TRACES = {
  kind: 'traces',
  status: 'unavailable',
  source: 'direct',
  reason: 'no traces were collected',
  hint: 'the load ended before they could be',
} as const satisfies TracesObservation;

/** [] when the plan does not ask for telemetry; else always the same ids, whatever evidence there is. */
export function judgeTelemetry({ plan, load, recording, observations }: JudgeInput): Finding[] {
  if (plan.telemetry === undefined) return [];
  const { telemetry } = plan;
  const { contract, exclusive } = telemetry;
  const [metrics] = observationsOf<MetricsObservation>(observations, 'metrics');
  const [traces] = observationsOf<TracesObservation>(observations, 'traces');
  const [secrets] = observationsOf<SecretsObserved>(observations, 'secrets');
  const logs = observationsOf<LogsObservation>(observations, 'logs');
  const findings = [
    ...judgeMetrics(metricsInputOf({ plan, load, recording, observations }, telemetry)),
    judgeSecretsIn('metrics', secrets, metrics),
    ...judgeTraces(traces ?? NO_TRACES, { contract: telemetry.spans, mapping: contract.spans, exclusive }),
    ...judgeLogs(telemetry.logs, {
      logs,
      traces,
      unreached: unreachedBy(recording, agentsStarted(load)),
      answeringMs: answeringMs(recording),
    }),
  ];
  return findings.map((finding) => ({ ...finding, gating: finding.gating && gates(telemetry, finding.id) }));
}

/** What holds one family against another can't pass where either is nowhere to be looked at. */
const ALSO_RESTS_ON: Readonly<Record<string, TelemetryFamily>> = { 'logs.traces-exist': 'traces' };

function gates({ gates, unsourced }: TelemetryPlan, id: string): boolean {
  const isNowhere = unsourced.some((family) => id.startsWith(`${family}.`) || ALSO_RESTS_ON[id] === family);
  return isNamedBy(gates, id) && !isNowhere;
}

/** Every id that `judgeTelemetry` can give, whatever sources there are. */
export function telemetryIds({ metrics, spans, logs, contract }: TelemetryPlan): string[] {
  const nowhere = BACKENDS.map((source) => ({ ...NO_TRACES, kind: 'logs', source }) as const);
  return [
    ...metricIds(metrics),
    judgeSecretsIn('metrics', undefined, undefined).id,
    ...judgeTraces(NO_TRACES, { contract: spans, mapping: contract.spans, exclusive: true }).map(({ id }) => id),
    ...judgeLogs(logs, { logs: nowhere, traces: NO_TRACES, unreached: 0, answeringMs: 0 }).map(({ id }) => id),
  ];
}

const BACKENDS = ['loki', 'elasticsearch', 'cloudwatch'] as const;

/** Clients' figures beside the server's, for reports; null when the plan does not ask for telemetry, or no metrics were had. */
export function compareWithServer(input: JudgeInput): Comparison | null {
  const { telemetry } = input.plan;
  return telemetry === undefined ? null : compareMetrics(metricsInputOf(input, telemetry));
}

function metricsInputOf({ plan, load, recording, observations }: JudgeInput, telemetry: TelemetryPlan): MetricsInput {
  const { metrics: signals, contract, exclusive } = telemetry;
  const [observation] = observationsOf<MetricsObservation>(observations, 'metrics');
  return { plan, load, recording, exclusive, observation, signals, contract: contract.metrics };
}

function agentsStarted({ journeys }: JudgeInput['load']): number {
  return journeys
    .filter(({ journey }) => journey === 'agents' || journey === 'debates-create')
    .reduce((sum, { delivered }) => sum + delivered, 0);
}

/** From the first second with an answered API request to the last, what of both may be missing left out. */
function answeringMs({ endpoints }: Recording): number {
  const seconds = HTTP_ENDPOINTS.flatMap((endpoint) =>
    (endpoints.get(endpoint)?.seconds ?? []).flatMap(({ second, count, failed }) =>
      count > failedCount(failed) ? [second] : [],
    ),
  );
  const lasted =
    seconds.reduce((most, one) => Math.max(most, one), 0) -
    seconds.reduce((least, one) => Math.min(least, one), Infinity);
  return Math.max(0, lasted - 1) * 1000;
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
