/** The documented objectives of Aragora, each with its source. Data only. */
import { endpointsOf } from '../lib/core/endpoint.ts';
import type { Objective, Tolerance } from '../lib/core/plan.ts';
import type { Source } from '../lib/core/source.ts';
import { type BuiltInEndpoint, JOURNEYS } from '../lib/journeys/index.ts';

const LATENCY_SLO: Source = { document: 'monitoring-setup-guide.md', section: 'Latency SLO' };
const AVAILABILITY_SLO: Source = { document: 'monitoring-setup-guide.md', section: 'Availability SLO' };
const WEBSOCKET_PROTOCOL: Source = { document: 'aragora-slo', section: 'docs/checks/websocket.md' };

interface LatencyRow {
  readonly endpoints: readonly { readonly endpoint: BuiltInEndpoint; readonly subject: string }[];
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/**
 * The guide's table "Latency SLO". `/api/debates` is judged for listing and for creating apart: together, the many cheap ones would hide
 * the few expensive ones.
 */
const LATENCY_ROWS: readonly LatencyRow[] = [
  { endpoints: [{ endpoint: 'health', subject: 'health' }], p50Ms: 10, p95Ms: 50, p99Ms: 100 },
  {
    endpoints: [
      { endpoint: 'debates-list', subject: 'debates list' },
      { endpoint: 'debates-create', subject: 'debates create' },
    ],
    p50Ms: 100,
    p95Ms: 500,
    p99Ms: 1000,
  },
  { endpoints: [{ endpoint: 'agent-response', subject: 'agent response' }], p50Ms: 2000, p95Ms: 5000, p99Ms: 10_000 },
  { endpoints: [{ endpoint: 'consensus', subject: 'consensus check' }], p50Ms: 50, p95Ms: 200, p99Ms: 500 },
];

function latencyObjectives(row: LatencyRow): Objective[] {
  const limits = [
    [50, row.p50Ms],
    [95, row.p95Ms],
    [99, row.p99Ms],
  ] as const;
  return row.endpoints.flatMap(({ endpoint, subject }) =>
    limits.map(
      ([percentile, limitMs]): Objective => ({
        kind: 'latency',
        id: `latency.${endpoint}.p${percentile}`,
        subject: `${subject} p${percentile}`,
        endpoint,
        percentile,
        limitMs,
        gating: true,
        source: LATENCY_SLO,
      }),
    ),
  );
}

function protocolObjective(name: string, endpoint: BuiltInEndpoint, subject: string): Objective {
  return { kind: 'protocol', id: `websocket.${name}`, subject, endpoint, gating: true, source: WEBSOCKET_PROTOCOL };
}

const CONTENT: Source = { document: 'aragora-slo', section: 'docs/checks/content.md' };

function contentObjective(name: string, endpoint: BuiltInEndpoint, subject: string, tolerance?: Tolerance): Objective {
  const objective = { kind: 'protocol', id: `content.${name}`, subject, endpoint, gating: true } as const;
  return { ...objective, source: CONTENT, ...(tolerance && { tolerance }) };
}

/** A P99 of 10 s lets one wait of a hundred take longer. */
const ONE_IN_A_HUNDRED: Tolerance = { kind: 'share', share: 0.01 };
/** The contract of the release says how old a list may be (lib/run/plan.ts). */
const SEEN_ONCE: Tolerance = { kind: 'seen-once', afterSec: 0 };
/** No document asks for times in answers. */
const WHERE_GIVEN: Tolerance = { kind: 'where-given' };

/** No document asks for events about rounds. A server that sends them sends them always. */
const ROUNDS_HABIT: Tolerance = { kind: 'habit', outcome: 'round-unannounced' };

/** What clients get agrees with itself, and with what they did. */
const CONTENT_OBJECTIVES: readonly Objective[] = [
  contentObjective('form', 'answer-form', 'answers are called JSON'),
  contentObjective('health', 'health-body', 'health agrees with itself'),
  contentObjective('list', 'list-body', 'list agrees with itself'),
  contentObjective('time', 'server-time', 'times go on as clocks do', WHERE_GIVEN),
  contentObjective('listed', 'list-holding', 'list holds what was started', SEEN_ONCE),
  contentObjective('consensus', 'consensus-body', 'consensus agrees with the debate'),
  contentObjective('agents', 'debate-agents', 'each agent speaks'),
  contentObjective('texts', 'debate-texts', 'agents speak of the question'),
  contentObjective('rounds', 'debate-rounds', 'rounds follow each other', ROUNDS_HABIT),
  contentObjective('end', 'debate-outcome', 'the end is reported as it was'),
  contentObjective('progress', 'debate-progress', 'debates go on', ONE_IN_A_HUNDRED),
];

/**
 * Everything that the guides promise about latency and availability, and the WebSocket protocol that clients rely on. "API" means the HTTP
 * endpoints of the journeys that are registered now, but for those that a profile describes: no guide promises anything of them.
 */
export function documentedObjectives(): readonly Objective[] {
  return [
    ...LATENCY_ROWS.flatMap(latencyObjectives),
    {
      kind: 'availability',
      id: 'availability.api',
      subject: 'API availability',
      endpoints: endpointsOf(JOURNEYS).flatMap(({ name, http, own }) => (http === undefined || own ? [] : [name])),
      target: 0.999,
      gating: true,
      source: AVAILABILITY_SLO,
    },
    {
      kind: 'uptime',
      id: 'availability.websocket',
      subject: 'WebSocket uptime',
      endpoint: 'ws-uptime' satisfies BuiltInEndpoint,
      target: 0.995,
      gating: true,
      source: AVAILABILITY_SLO,
    },
    {
      kind: 'external',
      id: 'availability.status-page',
      subject: 'status page availability',
      monitor: 'status-page',
      target: 0.9999,
      gating: false,
      source: AVAILABILITY_SLO,
    },
    protocolObjective('connect', 'ws-connect', 'WebSocket handshake'),
    protocolObjective('ping', 'ws-ping', 'WebSocket pings answered'),
    protocolObjective('subscribe', 'ws-subscribe', 'WebSocket subscription'),
    protocolObjective('frames', 'ws-frames', 'WebSocket frames'),
    protocolObjective('order', 'ws-order', 'WebSocket event order'),
    protocolObjective('close', 'ws-close', 'WebSocket close codes'),
    ...CONTENT_OBJECTIVES,
  ];
}

/** Of the built-in journeys only. */
export const DOCUMENTED_OBJECTIVES: readonly Objective[] = documentedObjectives();
