/**
 * Owns what a scenario is told: the harness's engine.json (env PLAN), or TARGET and documented defaults when a person
 * runs one file with k6. Refuses to know what is done with it.
 */
import type { Options, Scenario } from 'k6/options';
import { type EnginePlan, type EngineScenario, LATENCY_METRIC } from '../lib/core/engine-protocol.ts';
import { type JourneyName, limitsUsByEndpoint, OWED } from '../lib/core/plan.ts';
import { CONTRACTS } from '../thresholds/contracts.ts';
import { DOCUMENTED_OBJECTIVES } from '../thresholds/slos.ts';

/** How long an HTTP request may take before it is given up as failed; ten times the largest P99 limit of an API endpoint. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** How long the first agent message may take: half as much again as its P99 limit. */
export const AGENT_TIMEOUT_MS = 15_000;
/** How long a WebSocket may take to open, to answer a ping or a subscription. */
export const SOCKET_TIMEOUT_MS = 5_000;

/** How long a debate before the load may take to be created, and to finish. */
export const SETUP_TIMEOUT_MS = 5_000;

export const plan: EnginePlan = __ENV['PLAN'] ? JSON.parse(open(__ENV['PLAN'])) : planOfTarget();

/** Of the environment only, never of the plan: the plan is stored. */
export const token: string | undefined = __ENV['ARAGORA_API_TOKEN'] || undefined;
/** A secret that means nothing: where it turns up in the server's telemetry, a real one would. Absent: none is sent. */
export const canary: string | undefined = __ENV['ARAGORA_SLO_CANARY'] || undefined;

function planOfTarget(): EnginePlan {
  const httpUrl = (__ENV['TARGET'] ?? 'http://127.0.0.1:8080').replace(/\/+$/, '');
  return {
    httpUrl,
    wsUrl: __ENV['WS'] ?? `${httpUrl.replace(/^http/, 'ws')}/ws`,
    seed: Number(__ENV['SEED'] ?? 1),
    subprotocol: CONTRACTS.documented.subprotocol,
    distinctClients: __ENV['DISTINCT_CLIENTS'] === '1',
    limitsUs: limitsUsByEndpoint(DOCUMENTED_OBJECTIVES),
    generators: 1,
    scenarios: {},
  };
}

/** k6 options that run exactly the scenarios of the plan. */
export function plannedOptions(): Options {
  if (!__ENV['PLAN']) throw new Error('scenarios/all.ts is run by aragora-slo; run one of the other scenarios by hand');
  const scenarios = Object.entries(plan.scenarios).map(([name, scenario]) => [name, k6Scenario(scenario)] as const);
  return { ...transport, scenarios: Object.fromEntries(scenarios) };
}

/** k6 options for a person: one journey at a modest rate for half a minute, the documented limits as k6 thresholds. */
export function standalone(journeys: Partial<Record<JourneyName, number>>): Options {
  // Under the harness the plan alone says what runs.
  if (__ENV['PLAN']) return {};
  const scenarios: Record<string, Scenario> = {};
  const thresholds: Record<string, string[]> = {};
  const durationSec = Number(__ENV['DURATION_SEC'] ?? 30);
  for (const [journey, ratePerSec] of Object.entries(journeys) as [JourneyName, number][]) {
    const planned: EngineScenario = {
      journey,
      startSec: 0,
      durationSec,
      ratePerSec,
      vus: 20,
      maxVus: 20,
      pingEverySec: 1,
      fromDue: [],
    };
    // The scripts look their scenario up by name, as they do under the harness.
    (plan.scenarios as Record<string, EngineScenario>)[journey] = planned;
    scenarios[journey] = {
      ...k6Scenario(planned),
      exec: journey === Object.keys(journeys)[0] ? 'default' : camel(journey),
    };
    for (const endpoint of journey === 'websocket' ? (['ws-uptime'] as const) : OWED[journey]) {
      for (const objective of DOCUMENTED_OBJECTIVES) {
        if (objective.kind !== 'latency' || objective.endpoint !== endpoint) continue;
        const metric = `${LATENCY_METRIC}{endpoint:${endpoint},outcome:ok}`;
        thresholds[metric] = [...(thresholds[metric] ?? []), `p(${objective.percentile})<=${objective.limitMs}`];
      }
    }
  }
  // k6 lets a threshold without samples pass; these two do not.
  thresholds['checks'] = ['rate>=0.999'];
  thresholds['iterations'] = ['count>0'];
  return { ...transport, scenarios, thresholds };
}

/** A redirect is an answer of its own, and no promised one: it is told, never followed. */
const transport: Options = { userAgent: 'aragora-slo', maxRedirects: 0 };

function camel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function k6Scenario(scenario: EngineScenario): Scenario {
  const exec = camel(scenario.journey);
  const startTime = `${scenario.startSec.toFixed(3)}s`;
  if (scenario.journey === 'websocket') {
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
    // k6 takes whole numbers only: the rate per hundred seconds keeps two decimals.
    rate: Math.round(scenario.ratePerSec * 100),
    timeUnit: '100s',
    duration: `${scenario.durationSec}s`,
    preAllocatedVUs: scenario.vus,
    maxVUs: scenario.maxVus,
    gracefulStop: `${AGENT_TIMEOUT_MS / 1000 + 5}s`,
  };
}
