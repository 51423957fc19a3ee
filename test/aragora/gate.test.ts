/**
 * The real Aragora, gated. It shares its cores with the load and with everything else on the machine, so no test here depends on its speed.
 * Its answers, how often it was asked, and what follows from that are checked exactly.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Finding, STATUSES } from '../../lib/core/finding.ts';
import { outcomeOf } from '../../lib/core/verdict.ts';
import { documentedObjectives } from '../../thresholds/slos.ts';
import { countedByServer, type Gated, gate, HTTP_ENDPOINTS } from './gate.ts';
import { type Aragora, startAragora } from './server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aragora-gate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const CONTENT = documentedObjectives().flatMap(({ id }) => (id.startsWith('content.') ? [id] : []));

/** Only the bounds decide a share; only an overloaded generator excuses what they refute. */
function expectDecidedByBounds({ interval, allowedShare, status, summary }: Finding): void {
  if (interval === null || allowedShare === null) throw new Error('it has no interval');
  if (interval.upper <= allowedShare) expect(status).toBe('pass');
  else if (interval.lower <= allowedShare) expect(status).toBe('inconclusive');
  else expect(summary.includes('the generator was overloaded') ? 'fail' : status).toBe('fail');
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
  /** One debate a second for a minute gives fewer than the 299 samples that a P99 needs. */
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
    expect(requests).toBeGreaterThanOrEqual(60 * (20 + 20 + 1 + 15));
    expect(gated.finding('availability.websocket')).toMatchObject({ samples: 20 * 60, bad: 0, actual: 1 });
    expect(gated.finding('websocket.subscribe')).toMatchObject({ samples: 20, bad: 0 });
    expect(gated.finding('websocket.connect').samples).toBe(20 + gated.recorded('debates-create'));
    // Each socket's first ping is due within a second of its start, so the last of sixty may fall after the end.
    expect(Math.abs(gated.finding('websocket.ping').samples - 20 * 60)).toBeLessThanOrEqual(20);
  });

  test.each(TOO_FEW)('%s can not be known from so few debates, and is not said to pass', (id) => {
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
      gated.recorded('consensus') + 1,
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
