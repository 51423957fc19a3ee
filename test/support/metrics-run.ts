/**
 * A small real load for the tests of the metrics checks: requests, debates and sockets against a reference target, recorded as clients
 * measured them, and scraped meanwhile.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Comparison } from '../../lib/core/comparison.ts';
import type { Endpoint } from '../../lib/core/endpoint.ts';
import type { Finding } from '../../lib/core/finding.ts';
import type { SecretsObserved } from '../../lib/core/observation.ts';
import type { Journey } from '../../lib/core/plan.ts';
import type { EndpointRecording, EndpointSecond, LoadResult, Recording } from '../../lib/core/recording.ts';
import type { JudgeInput } from '../../lib/core/run.ts';
import { SCHEMA_VERSION } from '../../lib/core/schema-version.ts';
import { onePhase } from '../../lib/core/timeline.ts';
import { agents } from '../../lib/journeys/agents.ts';
import { consensus } from '../../lib/journeys/consensus.ts';
import { debatesList } from '../../lib/journeys/debates.ts';
import { health } from '../../lib/journeys/health.ts';
import { websocket } from '../../lib/journeys/websocket.ts';
import type { MetricsObservation } from '../../lib/systems/metrics/observation.ts';
import { startPrometheus } from '../../lib/systems/metrics/observe/prometheus.ts';
import { startScraping } from '../../lib/systems/metrics/observe/scrape.ts';
import { DOCUMENTED_METRIC_MAPPING, DOCUMENTED_METRICS } from '../../lib/systems/metrics/promises.ts';
import type { MetricPromises } from '../../lib/systems/metrics/signals.ts';
import type { TracesObserved } from '../../lib/systems/traces/observation.ts';
import { startTarget, type Target, type TargetOptions } from '../../lib/target/target.ts';
import { startFakePrometheus } from './fake-prometheus.ts';
import { judgeSystem, systemNamed } from './judge-system.ts';
import { factsOf, histogramOf } from './judged.ts';
import { TestSocket, until } from './target.ts';

/** What the checks of metrics look at. */
export interface MetricsInput extends Omit<JudgeInput, 'observations'>, MetricPromises {
  readonly observation: MetricsObservation | undefined;
  readonly exclusive: boolean;
  /** How many spans of each name were exported; absent: traces were not observed. */
  readonly spanNames?: TracesObserved['spanNames'];
}

const SECRETS: SecretsObserved = {
  kind: 'secrets',
  status: 'collected',
  searched: 1,
  tooShort: 0,
  places: [{ kind: 'metrics', texts: 100, leaks: 0, examples: [] }],
};

function lookedAt({ observation, signals, contract, exclusive, spanNames, ...run }: MetricsInput) {
  const traces = spanNames === undefined ? [] : [{ kind: 'traces', status: 'collected', source: 'direct', spanNames }];
  const observations = [
    SECRETS,
    ...(observation === undefined ? [] : [observation]),
    ...(traces as unknown as TracesObserved[]),
  ];
  const input: JudgeInput = { ...run, observations };
  const sources = observation === undefined ? [] : [observation.source];
  return { input, looked: { promises: { signals, contract }, sources, exclusive } };
}

export function judgeMetrics(given: MetricsInput): Finding[] {
  const { input, looked } = lookedAt(given);
  return judgeSystem(systemNamed('metrics'), input, looked);
}

export function compareMetrics(given: MetricsInput): Comparison | null {
  const { input, looked } = lookedAt(given);
  return systemNamed('metrics').compare?.(input, looked) ?? null;
}

interface Taken {
  readonly second: number;
  readonly us: number;
  readonly outcome: string;
}

/** What the clients of one run measured. */
class Clients {
  readonly #samples = new Map<Endpoint, Taken[]>();

  add(endpoint: Endpoint, us: number, outcome = 'ok', second = Math.floor(Date.now() / 1000)): void {
    const list = this.#samples.get(endpoint) ?? [];
    list.push({ second, us: Math.max(1, Math.round(us)), outcome });
    this.#samples.set(endpoint, list);
  }

  recording(): Recording {
    const entries = [...this.#samples].map(
      ([endpoint, samples]) => [endpoint, recordingOf(endpoint, samples)] as const,
    );
    return { schemaVersion: SCHEMA_VERSION, endpoints: new Map(entries) };
  }
}

function recordingOf(endpoint: Endpoint, samples: readonly Taken[]): EndpointRecording {
  const answered = (some: readonly Taken[]) =>
    histogramOf(some.filter(({ outcome }) => outcome === 'ok').map(({ us }) => us));
  const seconds = [...new Set(samples.map(({ second }) => second))].sort((a, b) => a - b);
  return {
    endpoint,
    limitsUs: [],
    seconds: seconds.map((second): EndpointSecond => {
      const own = samples.filter((sample) => sample.second === second);
      const failed: Record<string, number> = {};
      for (const { outcome } of own) if (outcome !== 'ok') failed[outcome] = (failed[outcome] ?? 0) + 1;
      const sumUs = own.reduce((sum, { us }) => sum + us, 0);
      return { second, count: own.length, failed, dropped: 0, over: [], sumUs, histogram: answered(own) };
    }),
    total: answered(samples),
    traces: [],
  };
}

/** The load lasts for this many scrapes, however long they take, because the verdict depends on their number. */
const SCRAPES = 20;
const SOCKETS = 3;
const steps = { steps: [], vus: 1, maxVus: 1 };
const JOURNEYS: readonly Journey[] = [
  ...[health, debatesList, agents, consensus].map((journey) => ({ ...journey, ...steps })),
  { ...websocket, sockets: SOCKETS, durationSec: 1, pingEverySec: 1 },
];
const QUESTION = JSON.stringify({ question: 'Is this long enough?', agents: ['demo', 'demo'], rounds: 1 });

/**
 * Runs the load against a reference target with these options and returns what the judge needs, scraped directly or through a stand-in for
 * a Prometheus. Takes about 5 s.
 */
export async function realRun(
  options: TargetOptions = {},
  through: 'direct' | 'prometheus' = 'direct',
): Promise<MetricsInput> {
  const target = await startTarget({
    ...options,
    patch: {
      waits: { 'agent-response': 'constant(200ms)', 'agent-call': 'constant(20ms)', health: 'constant(3ms)' },
      ...options.patch,
    },
  });
  try {
    return await loaded(target, through);
  } finally {
    await target.stop();
  }
}

async function loaded(target: Target, through: 'direct' | 'prometheus'): Promise<MetricsInput> {
  const clients = new Clients();
  const debateId = await preparedDebate(target);
  const { scraping, scrapeOnce, stop } = await (through === 'direct'
    ? scrapedDirectly(target)
    : scrapedByPrometheus(target));
  const startedAtMs = Date.now();
  const over = new AbortController();
  const scraped = async () => {
    for (let scrapes = 0; scrapes < SCRAPES; scrapes++) {
      await sleep(EVERY_MS);
      await scrapeOnce();
    }
  };
  const every = (ms: number, send: () => Promise<unknown>) => sendEvery(ms, send, over.signal);
  await Promise.all([
    scraped().finally(() => over.abort()),
    holdSockets(target, clients, over.signal),
    every(100, () => send(target, clients, 'health', '/api/health')),
    every(150, () => send(target, clients, 'debates-list', '/api/debates')),
    every(150, () => send(target, clients, 'consensus', `/api/debates/${debateId}/convergence`)),
    every(250, () => watchDebate(target, clients)),
  ]);
  const endedAtMs = Date.now();
  const observation = await scraping.stop();
  stop();
  const load: Partial<LoadResult> = { startedAtMs, endedAtMs };
  const facts = factsOf([], {}, { load });
  return {
    observation,
    plan: { ...facts.plan, phases: onePhase(JOURNEYS) },
    load: facts.load,
    recording: clients.recording(),
    signals: DOCUMENTED_METRICS,
    contract: DOCUMENTED_METRIC_MAPPING,
    exclusive: true,
  };
}

const EVERY_MS = 200;
const { queries } = DOCUMENTED_METRICS;

async function scrapedDirectly({ httpUrl }: Target) {
  const idleGauges = ['aragora_active_debates', 'aragora_debates_active', 'aragora_websocket_connections'];
  // No scrape comes by itself.
  const scraping = await startScraping({ url: `${httpUrl}/metrics`, everyMs: 3_600_000, idleGauges, queries });
  return { scraping, scrapeOnce: () => scraping.scrapeOnce(), stop: () => {} };
}

async function scrapedByPrometheus({ httpUrl }: Target) {
  const fake = await startFakePrometheus({ metricsUrl: `${httpUrl}/metrics`, everyMs: EVERY_MS });
  const scraping = await startPrometheus({ url: fake.url, targetUrl: httpUrl, queries });
  return { scraping, scrapeOnce: async () => {}, stop: () => fake.stop() };
}

async function preparedDebate(target: Target): Promise<string> {
  const answer = await fetch(`${target.httpUrl}/api/debates`, { method: 'POST', body: QUESTION });
  const { debate_id: id } = (await answer.json()) as { debate_id: string };
  await until(async () => (await (await fetch(`${target.httpUrl}/api/debates/${id}`)).text()).includes('final_answer'));
  return id;
}

/** Resolves once all requests are answered that were sent until `over`; rejects if one was not. */
async function sendEvery(everyMs: number, send: () => Promise<unknown>, over: AbortSignal): Promise<void> {
  const answered: Promise<{ readonly error: unknown } | undefined>[] = [];
  for (; !over.aborted; await sleep(everyMs))
    answered.push(
      send().then(
        () => undefined,
        (error: unknown) => ({ error }),
      ),
    );
  for (const failed of await Promise.all(answered)) if (failed !== undefined) throw failed.error;
}

/** Returns the id of a debate that it started. */
async function send(
  target: Target,
  clients: Clients,
  endpoint: Endpoint,
  path: string,
  body?: string,
): Promise<unknown> {
  const startedMs = performance.now();
  const answer = await fetch(target.httpUrl + path, body === undefined ? {} : { method: 'POST', body });
  const text = await answer.text();
  clients.add(
    endpoint,
    (performance.now() - startedMs) * 1000,
    answer.status === 200 ? 'ok' : `status_${answer.status}`,
  );
  return answer.status === 200 ? Object(JSON.parse(text))['debate_id'] : undefined;
}

/** Starts a debate and watches it, as the journey `agents` does. */
async function watchDebate(target: Target, clients: Clients): Promise<void> {
  const socket = new TestSocket(target.wsUrl);
  const openedMs = performance.now();
  await socket.event('loop_list');
  clients.add('ws-connect', (performance.now() - openedMs) * 1000);
  const sentMs = performance.now();
  const sinceUs = () => (performance.now() - sentMs) * 1000;
  const id = await send(target, clients, 'debates-create', '/api/debates', QUESTION);
  socket.send({ type: 'subscribe', debate_id: String(id), replay_from_seq: 0 });
  await socket.event('debate_end');
  clients.add('debate-end', sinceUs());
  const at = (type: string) =>
    socket.events.filter((event) => event.type === type).map(({ timestamp = 0 }) => timestamp);
  const startedSec = Math.min(...at('debate_start'));
  const messages = new Set(at('agent_message'));
  for (const _ of messages) clients.add('debate-message', sinceUs());
  for (const _ of new Set(at('consensus'))) clients.add('debate-consensus', 1);
  clients.add('agent-response', (Math.min(...messages) - startedSec) * 1e6);
  clients.add('debate-talk', (Math.max(...messages) - startedSec) * 1e6);
  socket.socket.close(1000);
  await socket.closed;
  clients.add('ws-close', 1);
}

async function holdSockets(target: Target, clients: Clients, over: AbortSignal): Promise<void> {
  const sockets = Array.from({ length: SOCKETS }, () => new TestSocket(target.wsUrl));
  await Promise.all(sockets.map((socket) => socket.event('loop_list')));
  for (const _ of sockets) clients.add('ws-connect', 1000);
  const openedAtMs = Date.now();
  if (!over.aborted) await once(over, 'abort');
  const closedAtMs = Date.now();
  for (const { socket, closed } of sockets) {
    socket.close(1000);
    await closed;
    clients.add('ws-close', 1);
  }
  // The part of each second in which they were open.
  for (let second = Math.floor(openedAtMs / 1000); second * 1000 < closedAtMs; second++) {
    const openMs = Math.min(closedAtMs, (second + 1) * 1000) - Math.max(openedAtMs, second * 1000);
    for (const _ of sockets) clients.add('ws-uptime', openMs * 1000, 'ok', second);
  }
}
