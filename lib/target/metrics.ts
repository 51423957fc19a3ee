/**
 * The Prometheus metrics that the guides promise: names, labels, buckets. The only importer of prom-client. Where the two guides disagree,
 * both get what they ask for: `aragora_active_debates` and `aragora_debates_active`; `aragora_agent_calls_total` by agent, provider and
 * status.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** observability-setup-guide.md, "Enabling Metrics". */
export const REQUEST_BUCKETS_SEC = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Not documented. Chosen so that each agent limit of the latency SLO (2, 5, 10 s) is a bound. */
const AGENT_BUCKETS_SEC = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30];
/** Not documented. */
const DEBATE_BUCKETS_SEC = [0.1, 0.5, 1, 5, 10, 30, 60, 300];

export const MEMORY_TIERS = ['fast', 'medium', 'slow', 'glacial'] as const;
export type MemoryTier = (typeof MEMORY_TIERS)[number];

/** The answer to a scrape. */
export interface Exposition {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface Metrics {
  /** `into`: where it is counted; default: in the counter and the histogram. */
  request(answered: AnsweredRequest, into?: CountedIn): void;
  debateStarted(): void;
  debateEnded(end: { seconds: number; consensus: boolean; timedOut: boolean; eloUpdates: number }): void;
  agentCall(agent: string, provider: string, status: 'success' | 'timeout', seconds: number): void;
  sockets(open: number): void;
  memory(tier: MemoryTier, entries: number): void;
  /** In Prometheus' text format. */
  exposition(): Promise<Exposition>;
}

export interface AnsweredRequest {
  readonly method: string;
  readonly endpoint: string;
  /** As it was asked for. */
  readonly path: string;
  readonly status: number;
  readonly seconds: number;
}

interface CountedIn {
  readonly counter: boolean;
  readonly histogram: boolean;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const ofWork = { request: requestMetrics(registry), agentCall: agentMetrics(registry), ...debateMetrics(registry) };
  const sockets = gauge(registry, 'aragora_websocket_connections', 'Active WebSocket connections');
  const memory = new Gauge({
    name: 'aragora_memory_tier_size',
    help: 'Memory tier occupancy',
    labelNames: ['tier'],
    registers: [registry],
  });
  for (const tier of MEMORY_TIERS) memory.set({ tier }, 0);
  return {
    ...ofWork,
    sockets: (open) => sockets.set(open),
    memory: (tier, entries) => memory.set({ tier }, entries),
    exposition: async () => ({
      status: 200,
      contentType: registry.contentType,
      body: await registry.metrics(),
    }),
  };
}

function gauge(registry: Registry, name: string, help: string): Gauge {
  return new Gauge({ name, help, registers: [registry] });
}

function debateMetrics(registry: Registry): Pick<Metrics, 'debateStarted' | 'debateEnded'> {
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] });
  const running = [
    gauge(registry, 'aragora_active_debates', 'Currently running debates'),
    gauge(registry, 'aragora_debates_active', 'Currently running debates'),
  ];
  const duration = new Histogram({
    name: 'aragora_debate_duration_seconds',
    help: 'Debate completion time',
    buckets: DEBATE_BUCKETS_SEC,
    registers: [registry],
  });
  const consensus = counter('aragora_consensus_reached_total', 'Debates reaching consensus');
  const completed = counter('aragora_debates_completed_total', 'Debates completed');
  const timeouts = counter('aragora_debate_timeouts_total', 'Debates that timed out');
  const elo = counter('aragora_elo_updates_total', 'ELO rating changes');
  return {
    debateStarted: () => {
      for (const one of running) one.inc();
    },
    debateEnded: (end) => {
      for (const one of running) one.dec();
      duration.observe(end.seconds);
      if (end.consensus) consensus.inc();
      if (end.timedOut) timeouts.inc();
      else completed.inc();
      elo.inc(end.eloUpdates);
    },
  };
}

function requestMetrics(registry: Registry): Metrics['request'] {
  const total = new Counter({
    name: 'aragora_requests_total',
    help: 'Total HTTP requests',
    labelNames: ['method', 'endpoint', 'status'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'aragora_request_duration_seconds',
    help: 'Request latency in seconds',
    labelNames: ['method', 'endpoint'],
    buckets: REQUEST_BUCKETS_SEC,
    registers: [registry],
  });
  // One lookup instead of hashing the labels again for every request.
  const children = new Map<string, { inc: () => void; observe: (seconds: number) => void }>();
  return ({ method, endpoint, status, seconds }, into) => {
    const key = `${method} ${endpoint} ${status}`;
    let child = children.get(key);
    if (child === undefined) {
      const counted = total.labels(method, endpoint, String(status));
      const observed = duration.labels(method, endpoint);
      child = { inc: () => counted.inc(), observe: (value) => observed.observe(value) };
      children.set(key, child);
    }
    if (into?.counter !== false) child.inc();
    if (into?.histogram !== false) child.observe(seconds);
  };
}

function agentMetrics(registry: Registry): Metrics['agentCall'] {
  const calls = new Counter({
    name: 'aragora_agent_calls_total',
    help: 'Total agent API calls',
    labelNames: ['agent', 'provider', 'status'],
    registers: [registry],
  });
  const latency = new Histogram({
    name: 'aragora_agent_latency_seconds',
    help: 'LLM response times',
    labelNames: ['provider'],
    buckets: AGENT_BUCKETS_SEC,
    registers: [registry],
  });
  return (agent, provider, status, seconds) => {
    calls.inc({ agent, provider, status });
    latency.observe({ provider }, seconds);
  };
}
