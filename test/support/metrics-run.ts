/**
 * A small real load for the tests of the metrics checks: requests, debates and sockets against a reference target, recorded as clients
 * measured them, and scraped meanwhile.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../../lib/core/endpoint.ts';
import { momentOf } from '../../lib/core/moment.ts';
import type { Journey } from '../../lib/core/plan.ts';
import type { LoadResult } from '../../lib/core/recording.ts';
import { onePhase } from '../../lib/core/timeline.ts';
import { agents } from '../../lib/journeys/agents.ts';
import { consensus } from '../../lib/journeys/consensus.ts';
import { debatesList } from '../../lib/journeys/debates.ts';
import { health } from '../../lib/journeys/health.ts';
import { websocket } from '../../lib/journeys/websocket.ts';
import { startPrometheus } from '../../lib/systems/metrics/observe/prometheus.ts';
import { startScraping } from '../../lib/systems/metrics/observe/scrape.ts';
import { DOCUMENTED_METRIC_MAPPING, DOCUMENTED_METRICS } from '../../lib/systems/metrics/promises.ts';
import { startTarget, type Target, type TargetOptions } from '../../lib/target/target.ts';
import { Clients } from './clients.ts';
import { startFakePrometheus } from './fake-prometheus.ts';
import type { MetricsInput } from './judge-metrics.ts';
import { factsOf } from './judged.ts';
import { TestSocket, until } from './target.ts';

/**
 * The load lasts for this many scrapes, however long they take, because the verdict depends on their number: for longer than a gauge may be
 * set from time to time.
 */
const SCRAPES = 40;
const SOCKETS = 3;
const steps = { steps: [], vus: 1, maxVus: 1 };
const JOURNEYS: readonly Journey[] = [
  ...[health, debatesList, agents, consensus].map((journey) => ({ ...journey, ...steps })),
  { ...websocket, sockets: SOCKETS, durationSec: 1, pingEverySec: 1 },
];
const QUESTION = JSON.stringify({ question: 'Is this long enough?', agents: ['demo', 'demo'], rounds: 1 });

let shared: Promise<MetricsInput> | undefined;

/** One run for all test files of a thread, in which some listings fail. Tests change copies of it, never itself. */
export function sharedRun(): Promise<MetricsInput> {
  shared ??= realRun({
    patch: { http: [{ kind: 'status', status: 503, route: 'debates-list', pick: { share: 0.2 } }] },
  });
  return shared;
}

/**
 * Runs the load against a reference target with these options and returns what the judge needs, scraped directly or through a stand-in for
 * a Prometheus. Takes about 9 s.
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

interface Load {
  readonly target: Target;
  readonly clients: Clients;
}

async function loaded(target: Target, through: 'direct' | 'prometheus'): Promise<MetricsInput> {
  const clients = new Clients();
  const load: Load = { target, clients };
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
    holdSockets(load, over.signal),
    every(100, () => send(load, { endpoint: 'health', path: '/api/health' })),
    every(150, () => send(load, { endpoint: 'debates-list', path: '/api/debates' })),
    every(150, () => send(load, { endpoint: 'consensus', path: `/api/debates/${debateId}/convergence` })),
    every(250, () => watchDebate(load)),
  ]);
  const endedAtMs = Date.now();
  const observation = await scraping.stop();
  stop();
  const lasted: Partial<LoadResult> = { startedAtMs, endedAtMs };
  const facts = factsOf([], {}, { load: lasted });
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

interface Request {
  readonly endpoint: Endpoint;
  readonly path: string;
  /** Of a POST request. */
  readonly body?: string;
}

/** Returns the id of a debate that it started. */
async function send({ target, clients }: Load, { endpoint, path, body }: Request): Promise<unknown> {
  const startedMs = performance.now();
  const answer = await fetch(target.httpUrl + path, body === undefined ? {} : { method: 'POST', body });
  const text = await answer.text();
  const outcome = answer.status === 200 ? 'ok' : `status_${answer.status}`;
  clients.add(endpoint, (performance.now() - startedMs) * 1000, outcome);
  return answer.status === 200 ? Object(JSON.parse(text))['debate_id'] : undefined;
}

/** Starts a debate and watches it, as the journey `agents` does. */
async function watchDebate(load: Load): Promise<void> {
  const { target, clients } = load;
  const socket = new TestSocket(target.wsUrl);
  const openedMs = performance.now();
  await socket.event('loop_list');
  clients.add('ws-connect', (performance.now() - openedMs) * 1000);
  const sentMs = performance.now();
  const sinceUs = () => (performance.now() - sentMs) * 1000;
  const id = await send(load, { endpoint: 'debates-create', path: '/api/debates', body: QUESTION });
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
  addClose(clients);
}

/** With the moment at which it was closed. */
function addClose(clients: Clients): void {
  clients.add('ws-close', 1);
  clients.add('socket-closed-at', 1000 * momentOf(Date.now()));
}

async function holdSockets({ target, clients }: Load, over: AbortSignal): Promise<void> {
  const sockets = Array.from({ length: SOCKETS }, () => new TestSocket(target.wsUrl));
  await Promise.all(sockets.map((socket) => socket.event('loop_list')));
  for (const _ of sockets) clients.add('ws-connect', 1000);
  const openedAtMs = Date.now();
  if (!over.aborted) await once(over, 'abort');
  const closedAtMs = Date.now();
  for (const { socket, closed } of sockets) {
    socket.close(1000);
    await closed;
    addClose(clients);
  }
  // The part of each second in which they were open.
  for (let second = Math.floor(openedAtMs / 1000); second * 1000 < closedAtMs; second++) {
    const openMs = Math.min(closedAtMs, (second + 1) * 1000) - Math.max(openedAtMs, second * 1000);
    for (const _ of sockets) clients.add('ws-uptime', openMs * 1000, 'ok', second);
  }
}
