/** Healthy servers that look odd to clients, all in one load: a slow server, and everything that may stand in front of one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { run } from '../../lib/run/run.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { startTarget } from '../../lib/target/target.ts';
import { recordedFailures } from '../proofs/outcomes.ts';
import { SEED, SILENT } from '../proofs/telemetry.ts';
import type { Innocent } from './innocent.ts';
import { OF_PROXIES, OF_SERVERS } from './of-proxies.ts';
import { startProxy } from './proxy.ts';

const INNOCENTS: readonly Innocent[] = [...OF_PROXIES, ...OF_SERVERS];
const LOAD_SEC = 8;
/** Together 6 s: the first agent's message, and the second's. */
const WAITS = { 'agent-response': 'constant(1800ms)', 'agent-call': 'constant(4200ms)' } as const;
/** Of the requests for health; the balancer sends each of them again. */
const REFUSED = { kind: 'status', status: 503, route: 'health', pick: { share: 0.1 } } as const;

const at = (ratePerSec: number) => ({ ratePerSec, durationSec: LOAD_SEC });
const PROFILE = {
  name: 'innocent',
  journeys: {
    health: at(10),
    'debates-list': at(6),
    agents: at(3),
    consensus: at(6),
    websocket: { sockets: 6, durationSec: LOAD_SEC },
  },
  gates: 'all',
} as const;

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-innocent-'));
const abort = new AbortController();
let facts: RunFacts;

beforeAll(async () => {
  await ensureEngine({ onProgress: () => {} });
  const [otlpPort = 0] = await freePorts(1);
  const log = join(dir, 'server.log');
  const target = await startTarget({
    patch: { waits: WAITS, http: [REFUSED] },
    tracing: { otlpUrl: `http://127.0.0.1:${otlpPort}` },
    log: { to: log },
  });
  const proxy = await startProxy(
    target,
    OF_PROXIES.map((one) => one.proxy),
  );
  const { httpUrl, wsUrl } = proxy;
  const profile = join(dir, 'innocent.profile.json');
  writeFileSync(profile, JSON.stringify(PROFILE));
  const request = { target: httpUrl, ws: wsUrl, targetArgs: [], profile, token: undefined };
  const sources = { otlpPort, logFile: log };
  const asked = {
    ...request,
    contract: 'documented',
    out: join(dir, 'run'),
    seed: SEED,
    telemetry: true,
    sources,
  } as const;
  ({ facts } = await run(asked, SILENT, abort.signal).finally(async () => {
    await proxy.stop();
    // Nobody receives its last spans any more.
    await target.stop().catch(() => {});
  }));
});
afterAll(() => {
  abort.abort('the tests are over');
  rmSync(dir, { recursive: true, force: true });
});

test('the load was sent as planned', () => {
  expect(facts.load.reason).toEqual({ kind: 'finished' });
});

test('clients recorded no failure, but that no debate announces rounds', () => {
  const unannounced = { 'debate-rounds': { 'round-unannounced': expect.any(Number) } };
  expect(recordedFailures(facts.recording.endpoints.values())).toEqual(unannounced);
});

test('the telemetry of the server was looked at', () => {
  const passed = facts.verdict.findings.filter(({ gating, status }) => gating && status === 'pass').map(({ id }) => id);
  for (const system of ['metrics', 'traces', 'logs'])
    expect(passed.filter((id) => id.startsWith(`${system}.`)).length, system).toBeGreaterThan(8);
});

test('nobody is accused', () => {
  const failed = facts.verdict.findings.filter(({ gating, status }) => gating && status === 'fail');
  expect(failed.filter(({ id }) => !id.startsWith('latency.')).map(words)).toEqual([]);
});

test.for(INNOCENTS)('$name is left in peace', ({ because, undecided = {} }) => {
  for (const [id, why] of Object.entries(undecided)) {
    const finding = facts.verdict.findings.find((one) => one.id === id);
    expect(finding, because).toMatchObject({ status: 'inconclusive', summary: expect.stringMatching(why) });
  }
});

function words({ id, status, summary }: Finding): string {
  return `${id} ${status}: ${summary}`;
}
