/**
 * The real Aragora, gated. It shares its cores with the load and with everything else on the machine, so no test here depends on its speed.
 * Its answers, how often it was asked, and what follows from that are checked exactly.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endpointsOf } from '../../lib/core/endpoint.ts';
import { type Finding, STATUSES } from '../../lib/core/finding.ts';
import { outcomeOf } from '../../lib/core/verdict.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { JOURNEYS } from '../../lib/journeys/index.ts';
import { documentedObjectives } from '../../thresholds/slos.ts';
import { countedByServer, evidence, type Gated, gate, ROOT } from './gate.ts';
import { type Aragora, startAragora } from './server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aragora-gate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const CONTENT = documentedObjectives().flatMap(({ id }) => (id.startsWith('content.') ? [id] : []));
const HTTP_ENDPOINTS = endpointsOf(JOURNEYS).flatMap(({ name, http }) => (http === undefined ? [] : [name]));

/** Only the bounds decide a share; only an overloaded generator excuses what they refute. */
function expectDecidedByBounds({ interval, allowedShare, status, summary }: Finding): void {
  if (interval === null || allowedShare === null) throw new Error('it has no interval');
  if (interval.upper <= allowedShare) expect(status).toBe('pass');
  else if (interval.lower <= allowedShare) expect(status).toBe('inconclusive');
  else expect(summary.includes('the generator was overloaded') ? 'fail' : status).toBe('fail');
}

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

describe('at a rate that it keeps up with', () => {
  /** The server keeps these with a margin that no noise uses up. */
  const KEPT = [
    'latency.debates-list.p50',
    'latency.debates-create.p50',
    'latency.agent-response.p50',
    'latency.consensus.p50',
    'availability.api',
    'availability.websocket',
    'websocket.connect',
    'websocket.ping',
    'websocket.subscribe',
    'websocket.frames',
    'websocket.close',
    ...CONTENT,
    'load.completed',
    'load.delivered',
  ];
  /** One debate a second for a minute and a half gives fewer than the 299 samples that a P99 needs. */
  const TOO_FEW = ['latency.debates-create.p99', 'latency.agent-response.p99'];
  /** A debate holds the interpreter's lock, and with more than five connections waiting the next one comes back after a second. */
  const DEPENDS = [
    'latency.health.p50',
    'latency.health.p95',
    'latency.health.p99',
    'latency.debates-list.p95',
    'latency.debates-list.p99',
    'latency.debates-create.p95',
    'latency.agent-response.p95',
    'latency.consensus.p95',
    'latency.consensus.p99',
  ];

  let server: Aragora;
  let gated: Gated;
  let before: Record<string, number>;
  beforeAll(async () => {
    server = await startAragora();
    before = await countedByServer(server);
    gated = await gate(server, 'gentle.yaml', path.join(folder, 'gentle'));
  });
  afterAll(() => server.stop());

  test('every objective has its finding, and each stands in one group of this test', () => {
    const groups = [...KEPT, ...TOO_FEW, ...DEPENDS, 'websocket.order', 'load.generator', 'availability.status-page'];
    expect(gated.verdict.findings.map(({ id }) => id).sort()).toEqual(groups.sort());
    for (const { status } of gated.verdict.findings) expect(STATUSES).toContain(status);
  });

  test.each(KEPT)('%s passes', (id) => {
    expect(gated.finding(id)).toMatchObject({ status: 'pass', gating: true });
  });

  test.each(HTTP_ENDPOINTS)('not one request of %s fails', (endpoint) => {
    expect(gated.failed(endpoint)).toEqual({});
  });

  test('availability rests on every request, sockets on every second and every ping', () => {
    const requests = HTTP_ENDPOINTS.reduce((sum, endpoint) => sum + gated.recorded(endpoint), 0);
    expect(gated.finding('availability.api')).toMatchObject({ samples: requests, bad: 0, actual: 1 });
    expect(requests).toBeGreaterThanOrEqual(90 * (20 + 20 + 1 + 15));
    expect(gated.finding('availability.websocket')).toMatchObject({ samples: 20 * 90, bad: 0, actual: 1 });
    expect(gated.finding('websocket.subscribe')).toMatchObject({ samples: 20, bad: 0 });
    expect(gated.finding('websocket.connect').samples).toBe(20 + gated.recorded('debates-create'));
    // Each socket's first ping is due within a second of its start, so the last of ninety may fall after the end.
    expect(Math.abs(gated.finding('websocket.ping').samples - 20 * 90)).toBeLessThanOrEqual(20);
  });

  test.each(TOO_FEW)('%s can not be told from so few debates, and is not said to pass', (id) => {
    const finding = gated.finding(id);
    expect(finding.samples).toBe(gated.recorded('debates-create'));
    expect(finding.samples).toBeLessThan(299);
    expect(finding.status).not.toBe('pass');
    if (finding.bad === 0) {
      expect(finding).toMatchObject({ status: 'inconclusive', furtherSamples: 299 - finding.samples });
      expect(finding.actual).toBeLessThan(finding.expected);
    }
  });

  test.each(DEPENDS)('%s is what its bounds say', (id) => {
    expectDecidedByBounds(gated.finding(id));
  });

  test('events of a debate come in order; at most those of an overlapping one leak in', () => {
    const finding = gated.finding('websocket.order');
    expect(finding.samples).toBe(gated.recorded('debates-create'));
    expect(finding.status).toBe(finding.bad === 0 ? 'pass' : 'fail');
    expect(gated.failed('ws-order')).toEqual(finding.bad === 0 ? {} : { 'event-of-another-debate': finding.bad });
  });

  test('no monitor, no word about the status page', () => {
    expect(gated.finding('availability.status-page')).toMatchObject({ status: 'no-data', gating: false, samples: 0 });
  });

  test('so it does not conform, the exit code says the same, and a person reads it', () => {
    const { verdict } = gated;
    expect(verdict.outcome).toBe(outcomeOf(verdict.findings));
    expect(verdict.outcome).toBe(gated.withStatus('fail').length > 0 ? 'breaches' : 'inconclusive');
    expect(gated.exitCode).toBe(verdict.outcome === 'breaches' ? 99 : 3);
    expect(gated.text.split('\n')[0]).toContain(verdict.outcome.toUpperCase());
    expect(verdict.run).toMatchObject({
      profile: 'gentle',
      contract: 'aragora-2.11',
      loadEnded: 'finished',
      dropped: 0,
    });
  });

  test('the server counted exactly the requests that were recorded, one of each path of the preflight and those of the setup', async () => {
    const since = async (): Promise<Record<string, number>> => {
      const now = Object.entries(await countedByServer(server));
      return Object.fromEntries(now.map(([request, count]) => [request, count - (before[request] ?? 0)]));
    };
    const counts = await since();
    const [checked = ''] = Object.keys(counts).filter((request) => request.endsWith('/convergence'));
    const polled = checked.replace('/convergence', '');
    expect(polled).toMatch(/^GET \/api\/debates\/adhoc_/);
    const polls = counts[polled] ?? 0;
    const [created, listed, consensus] = [
      gated.recorded('debates-create') + 1,
      gated.recorded('debates-list') + 1,
      gated.recorded('consensus'),
    ];
    const health = gated.recorded('health') + 1;
    expect(polls).toBeGreaterThanOrEqual(1);
    expect(counts).toEqual({
      'GET /api/health': health,
      'HANDLE HealthHandler': health,
      'GET /api/debates': listed,
      [checked]: consensus,
      [polled]: polls,
      'HANDLE DebatesHandler': listed + consensus + polls,
      'POST /api/debates': created,
      'POST DebatesHandler': created,
    });
  });
});

describe('at twelve debates a second, several times what it finishes', () => {
  let server: Aragora;
  let gated: Gated;
  let refused: number;
  beforeAll(async () => {
    server = await startAragora();
    gated = await gate(server, 'crowded.yaml', path.join(folder, 'crowded'));
    refused = gated.failed('debates-create')['success-false'] ?? 0;
  });
  afterAll(() => server.stop());

  test('it breaches, and says so in its exit code', () => {
    expect(gated).toMatchObject({ exitCode: 99, verdict: { outcome: 'breaches', exitCode: 99 } });
    expect(gated.text.split('\n')[0]).toContain('BREACHES');
    expect(gated.finding('load.completed').status).toBe('pass');
  });

  test('API availability fails on creations that were refused with status 200', () => {
    const finding = gated.finding('availability.api');
    const failures = HTTP_ENDPOINTS.reduce((sum, endpoint) => sum + sumOf(gated.failed(endpoint)), 0);
    expect(finding).toMatchObject({ status: 'fail', gating: true, expected: 0.999 });
    expect(finding.interval?.lower).toBeGreaterThan(0.001);
    expect(evidence(finding, 'failures')).toContain(`success-false ×${refused}`);
    expect(finding.bad).toBe(failures + gated.verdict.run.dropped);
    expect(refused).toBeGreaterThanOrEqual(10);
    const budget = gated.verdict.errorBudgets.find(({ objectiveId }) => objectiveId === 'availability.api');
    expect(budget?.burnRate).toBeGreaterThan(1);
  });

  test('a refusal is fast, and no percentile of creation counts it as such', () => {
    for (const percentile of [50, 95, 99]) {
      const finding = gated.finding(`latency.debates-create.p${percentile}`);
      expect(finding.bad).toBeGreaterThanOrEqual(refused);
      expect(finding.status).not.toBe('pass');
      expect(evidence(finding, 'failures')).toContain(`success-false ×${refused}`);
    }
  });

  test('without a debate there is no agent that answers: each refusal counts there too', () => {
    expect(gated.failed('agent-response')['no-debate']).toBe(sumOf(gated.failed('debates-create')));
    expect(gated.finding('latency.agent-response.p99').status).not.toBe('pass');
  });

  test('every arrival is accounted for: delivered or dropped, and a dropped one counts as failed', () => {
    for (const { journey, offered, delivered, dropped } of gated.journeys) {
      expect(delivered + dropped, journey).toBe(offered);
    }
    const requests = HTTP_ENDPOINTS.reduce((sum, endpoint) => sum + gated.recorded(endpoint), 0);
    expect(gated.finding('availability.api').samples).toBe(requests + gated.verdict.run.dropped);
  });

  test('a refused creation never gives its slot back: idle, the server still refuses', async () => {
    const response = await fetch(`${server.httpUrl}/api/debates`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '198.18.0.1' },
      body: JSON.stringify({ question: 'Is there a slot for one more debate?', agents: ['demo', 'demo'], rounds: 1 }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ success: false });
  });
});

describe('a little at a time', () => {
  let server: Aragora;
  let k6: string;
  beforeAll(async () => {
    server = await startAragora();
    k6 = (await ensureEngine({ onProgress: (line) => console.info(line) })).path;
  });
  afterAll(() => server.stop());

  test('a debate alone is in order: what the server says of it under the inner id of its engine is no leak', async () => {
    const gated = await gate(server, 'alone.yaml', path.join(folder, 'alone'));
    const debates = gated.recorded('debates-create');
    expect(debates).toBeGreaterThanOrEqual(3);
    for (const id of ['order', 'connect', 'close', 'frames']) {
      expect(gated.finding(`websocket.${id}`), id).toMatchObject({ status: 'pass', bad: 0 });
    }
    expect(gated.finding('websocket.order').samples).toBe(debates);
    expect(gated.failed('agent-response')).toEqual({});
    expect(gated.verdict.outcome).not.toBe('breaches');
  });

  test.each([
    ['health', 250, { 'GET /api/health': 250 }],
    ['debates', 150, { 'GET /api/debates': 150, 'POST /api/debates': 5 }],
    ['agents', 20, { 'POST /api/debates': 5 }],
    ['consensus', 100, {}],
    ['websocket', 20, {}],
  ] as const)('k6 run scenarios/%s.ts', async (name, atLeast, requests) => {
    const before = await countedByServer(server);
    const summaryFile = path.join(folder, `${name}.json`);
    const settings = { TARGET: server.httpUrl, WS: server.wsUrl, DURATION_SEC: '5', DISTINCT_CLIENTS: '1' };
    const env = Object.entries(settings).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
    const args = ['run', '--no-usage-report', '--summary-export', summaryFile, `scenarios/${name}.ts`, ...env];
    const { exitCode, all } = await execa(k6, args, { cwd: ROOT, reject: false, all: true });
    const { metrics, root_group } = JSON.parse(await readFile(summaryFile, 'utf8')) as Summary;
    const failing = Object.values(root_group.checks).filter(({ name, fails }) => fails > 0 && !LEAKS.includes(name));
    // 99 is k6's exit code for a crossed threshold: the documented limits are thresholds here, and the machine may be slow.
    expect([0, 99], all).toContain(exitCode);
    expect(failing, all).toEqual([]);
    expect(metrics.checks.passes).toBeGreaterThanOrEqual(atLeast);
    const after = await countedByServer(server);
    for (const [request, count] of Object.entries(requests)) {
      expect((after[request] ?? 0) - (before[request] ?? 0), request).toBeGreaterThanOrEqual(count);
    }
  });
});

/** When two debates overlap, as they do on a slow machine, Aragora 2.11.1 sends a socket events of the other one. */
const LEAKS: readonly string[] = ['ws-order'];

interface Summary {
  readonly metrics: { readonly checks: { readonly passes: number; readonly fails: number } };
  readonly root_group: { readonly checks: Readonly<Record<string, { readonly name: string; readonly fails: number }>> };
}
