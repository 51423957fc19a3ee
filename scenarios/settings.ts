/** What a scenario knows: the harness's engine.json (env PLAN), or TARGET and documented defaults when a person runs one file with k6. */
import type { Options, Scenario } from 'k6/options';
import { type EnginePlan, type EngineScenario, exportOf, LATENCY_METRIC } from '../lib/core/engine-protocol.ts';
import type { JourneyDescriptor } from '../lib/core/journey.ts';
import { limitsUsByEndpoint } from '../lib/core/limits.ts';
import { USER_AGENT } from '../lib/core/user-agent.ts';
import { SOCKET_TIMEOUT_MS } from '../lib/journeys/websocket.ts';
import { CONTRACTS } from '../thresholds/contracts.ts';
import { DOCUMENTED_OBJECTIVES } from '../thresholds/slos.ts';

/** How long an HTTP request may take before it counts as failed; ten times the largest P99 limit of an API endpoint. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** How long the first agent message may take: one and a half times its P99 limit. */
export const AGENT_TIMEOUT_MS = 15_000;

/** How long the creation of a debate before the load may take, and its end. */
export const SETUP_TIMEOUT_MS = 5_000;

export const plan: EnginePlan = __ENV['PLAN'] ? JSON.parse(open(__ENV['PLAN'])) : planOfTarget();

/** Only from the environment, never from the plan, because the plan is stored. */
export const token: string | undefined = __ENV['ARAGORA_API_TOKEN'] || undefined;
/** A made-up secret: if it appears in the server's telemetry, a real one would too. Absent: none is sent. */
export const canary: string | undefined = __ENV['ARAGORA_SLO_CANARY'] || undefined;

function planOfTarget(): EnginePlan {
  const httpUrl = (__ENV['TARGET'] ?? 'http://127.0.0.1:8080').replace(/\/+$/, '');
  return {
    httpUrl,
    wsUrl: __ENV['WS'] ?? `${httpUrl.replace(/^http/, 'ws')}/ws`,
    seed: Number(__ENV['SEED'] ?? 1),
    subprotocol: CONTRACTS.documented.subprotocol,
    distinctClients: __ENV['DISTINCT_CLIENTS'] === '1',
    endpoints: [],
    limitsUs: limitsUsByEndpoint(DOCUMENTED_OBJECTIVES),
    generators: 1,
    scenarios: {},
  };
}

/** What exists before the load: a finished debate, or null if there is none. Each journey's function receives it. */
export interface Prepared {
  readonly debateId: string | null;
}

/** The `setup` of a run by the harness, which has prepared the debate itself. */
export function prepared(): Prepared {
  return { debateId: plan.debateId ?? null };
}

/** k6 options that run exactly the scenarios of the plan: for the entry script that the harness writes. */
export function plannedOptions(): Options {
  const scenarios = Object.entries(plan.scenarios).map(
    ([name, scenario]) => [name, k6Scenario(scenario, exportOf(scenario.journey))] as const,
  );
  return { ...transport, scenarios: Object.fromEntries(scenarios) };
}

/** A journey, and its arrivals a second; sockets have none. */
export type Alone = readonly [JourneyDescriptor, ratePerSec?: number];

/** k6 options for a person: the journeys of one file at a modest rate for half a minute, with the documented limits as k6 thresholds. */
export function standalone(...journeys: readonly Alone[]): Options {
  // Under the harness, only the plan says what runs.
  if (__ENV['PLAN']) return {};
  const scenarios: Record<string, Scenario> = {};
  const thresholds: Record<string, string[]> = {};
  const durationSec = Number(__ENV['DURATION_SEC'] ?? 30);
  for (const [{ name, kind, script, endpoints }, ratePerSec = 0] of journeys) {
    const same = { startSec: 0, durationSec, vus: 20, maxVus: 20, pingEverySec: 1, fromDue: [], owed: [] };
    const planned: EngineScenario = { journey: name, kind, ratePerSec, ...same };
    // The scripts look up their scenario by name, as under the harness.
    (plan.scenarios as Record<string, EngineScenario>)[name] = planned;
    scenarios[name] = k6Scenario(planned, script.function);
    for (const endpoint of endpoints) {
      if (endpoint.owed.by === 'nobody') continue;
      for (const objective of DOCUMENTED_OBJECTIVES) {
        if (objective.kind !== 'latency' || objective.endpoint !== endpoint.name) continue;
        const metric = `${LATENCY_METRIC}{endpoint:${endpoint.name},outcome:ok}`;
        thresholds[metric] = [...(thresholds[metric] ?? []), `p(${objective.percentile})<=${objective.limitMs}`];
      }
    }
  }
  // k6 lets a threshold without samples pass; these two do not.
  thresholds['checks'] = ['rate>=0.999'];
  thresholds['iterations'] = ['count>0'];
  return { ...transport, scenarios, thresholds };
}

/** A redirect is an answer that nobody promised: it is recorded. Only kit.ts follows one, to the same path with a slash at its end. */
const transport: Options = {
  userAgent: USER_AGENT,
  maxRedirects: 0,
  ...(plan.hosts === undefined ? {} : { hosts: { ...plan.hosts } }),
};

function k6Scenario(scenario: EngineScenario, exec: string): Scenario {
  const startTime = `${scenario.startSec.toFixed(3)}s`;
  if (scenario.kind === 'sockets') {
    return {
      executor: 'per-vu-iterations',
      exec,
      vus: scenario.vus,
      iterations: 1,
      startTime,
      maxDuration: `${scenario.durationSec + 4 * (SOCKET_TIMEOUT_MS / 1000)}s`,
    };
  }
  return {
    executor: 'constant-arrival-rate',
    exec,
    startTime,
    // k6 accepts only whole numbers: a rate per hundred seconds keeps two decimals.
    rate: Math.round(scenario.ratePerSec * 100),
    timeUnit: '100s',
    duration: `${scenario.durationSec}s`,
    preAllocatedVUs: scenario.vus,
    maxVUs: scenario.maxVus,
    gracefulStop: `${AGENT_TIMEOUT_MS / 1000 + 5}s`,
  };
}
