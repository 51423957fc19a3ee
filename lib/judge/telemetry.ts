/**
 * Owns the telemetry's part of the verdict: every family's findings, when the plan asks for them. Pure, so it runs offline again.
 * Refuses to know single checks.
 */
import type { Comparison } from '../core/comparison.ts';
import { endpointsInRole, endpointsOf, type JourneyEndpoint } from '../core/endpoint.ts';
import type { Finding } from '../core/finding.ts';
import { observationsOf, type SecretsObserved } from '../core/observation.ts';
import { isNamedBy, type Plan } from '../core/plan.ts';
import { failedCount, type Recording } from '../core/recording.ts';
import type { JudgeInput } from '../core/run.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import type { TelemetryFamily, TelemetryPlan } from '../core/telemetry-plan.ts';
import { plannedJourneys } from '../core/timeline.ts';
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
      unreached: unreachedBy({ plan, load, recording }),
      answeringMs: answeringMs(plan, recording),
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

/** The API's endpoints that the load asks. */
function askedOf(plan: Plan): JourneyEndpoint[] {
  return endpointsOf(plannedJourneys(plan)).filter(({ http }) => http !== undefined);
}

/** From the first second with an answered API request to the last, what of both may be missing left out. */
function answeringMs(plan: Plan, { endpoints }: Recording): number {
  const seconds = askedOf(plan).flatMap(({ name }) =>
    (endpoints.get(name)?.seconds ?? []).flatMap(({ second, count, failed }) =>
      count > failedCount(failed) ? [second] : [],
    ),
  );
  const lasted =
    seconds.reduce((most, one) => Math.max(most, one), 0) -
    seconds.reduce((least, one) => Math.min(least, one), Infinity);
  return Math.max(0, lasted - 1) * 1000;
}

/** Arrivals whose trace id the server may never have seen: the request failed on its way, or the handshake before it did. */
function unreachedBy({ plan, load, recording }: Pick<JudgeInput, 'plan' | 'load' | 'recording'>): number {
  const unanswered = askedOf(plan).reduce((sum, endpoint) => {
    const seconds = recording.endpoints.get(endpoint.name)?.seconds ?? [];
    return sum + seconds.reduce((all, { failed }) => all + unreachedAmong(failed, endpoint), 0);
  }, 0);
  const created = endpointsInRole(plannedJourneys(plan), 'starts-debate')
    .flatMap((endpoint) => recording.endpoints.get(endpoint)?.seconds ?? [])
    .reduce((sum, { count }) => sum + count, 0);
  return unanswered + Math.max(0, debatesBegun(plan, load) - created);
}

function unreachedAmong(failed: Readonly<Record<string, number>>, { unsentOutcomes = [] }: JourneyEndpoint): number {
  return Object.entries(failed).reduce((sum, [outcome, count]) => {
    const isUnsent = unsentOutcomes.some((one) => one === outcome);
    return isUnsent || sampleOutcome(outcome).reached !== 'yes' ? sum + count : sum;
  }, 0);
}

/** Arrivals of journeys that start debates. */
function debatesBegun(plan: Plan, load: JudgeInput['load']): number {
  const starting = plannedJourneys(plan).filter(({ endpoints }) =>
    endpoints.some(({ role }) => role === 'starts-debate'),
  );
  return load.journeys
    .filter(({ journey }) => starting.some(({ name }) => name === journey))
    .reduce((sum, { delivered }) => sum + delivered, 0);
}
