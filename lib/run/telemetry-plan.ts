/** What a run looks for in the server's telemetry. */
import { CHECKLIST } from '../../thresholds/checklist.ts';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import type { Profile } from '../../thresholds/profiles.ts';
import { isNamedBy, type Step } from '../core/plan.ts';
import type { TelemetryFamily, TelemetryPlan } from '../core/telemetry-plan.ts';
import { JOURNEYS } from '../journeys/index.ts';
import { DOCUMENTED_LOGS } from '../systems/logs/promises.ts';
import { DOCUMENTED_METRICS, documentedRoutes } from '../systems/metrics/promises.ts';
import type { SystemValues } from '../systems/options.ts';
import { documentedSpans } from '../systems/traces/promises.ts';

/**
 * Requests without `traceparent`: 10 % ± 3 % at 95 %, so a correct sampling ratio can nearly always be distinguished from half of it and
 * twice of it.
 */
const UNTRACED_WANTED = 1000;
/** One in ten where there are many requests, every second one where there are few. */
const UNTRACED_EVERY = { least: 2, most: 10 } as const;

/** @param sources of a named target; undefined for the embedded one, which has all of them. */
export function telemetryPlanOf(
  profile: Profile,
  contract: ContractName,
  sources: SystemValues | undefined,
): TelemetryPlan {
  const { telemetry } = CONTRACTS[contract];
  const { metrics } = telemetry;
  return {
    metrics: DOCUMENTED_METRICS,
    spans: documentedSpans(),
    logs: DOCUMENTED_LOGS,
    contract: { ...telemetry, metrics: { ...metrics, routes: { ...documentedRoutes(), ...metrics.routes } } },
    checklist: CHECKLIST,
    exclusive: sources === undefined,
    untracedEvery: untracedEvery(profile),
    gates: profile.gates,
    unsourced: sources === undefined ? [] : unsourced(sources),
  };
}

/** Metrics are always asked of the server itself. */
function unsourced({ logFile, otlpPort, otlpGrpcPort, jaeger, ...logs }: SystemValues): TelemetryFamily[] {
  const { loki, elasticsearch, cloudwatch } = logs;
  const isNowhere = (...sources: unknown[]): boolean => sources.every((source) => source === undefined);
  return [
    ...(isNowhere(otlpPort, otlpGrpcPort, jaeger) ? (['traces'] as const) : []),
    ...(isNowhere(logFile, loki, elasticsearch, cloudwatch) ? (['logs'] as const) : []),
  ];
}

/** Seconds after which a load of one step has enough untraced requests to judge the sampling ratio; 0 when it does not gate. */
export function untracedSec(profile: Profile, { untracedEvery, gates, unsourced }: TelemetryPlan): number {
  if (unsourced.includes('traces') || !isNamedBy(gates, 'traces.sampling.ratio')) return 0;
  const ratePerSec = httpSteps(profile).reduce((sum, step) => sum + step.ratePerSec, 0);
  return Math.ceil((UNTRACED_WANTED * untracedEvery) / ratePerSec);
}

/** Steps of the journeys in which one arrival is one request. */
function httpSteps({ journeys }: Profile): readonly Step[] {
  return JOURNEYS.flatMap((journey) => {
    const spec = journeys[journey.name];
    return journey.kind === 'arrivals' && journey.isOneRequest && spec !== undefined && 'steps' in spec
      ? spec.steps
      : [];
  });
}

function untracedEvery(profile: Profile): number {
  const arrivals = httpSteps(profile).reduce((sum, { ratePerSec, durationSec }) => sum + ratePerSec * durationSec, 0);
  const every = Math.floor(arrivals / UNTRACED_WANTED);
  return Math.min(UNTRACED_EVERY.most, Math.max(UNTRACED_EVERY.least, every));
}
