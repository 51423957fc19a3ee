/** The status page's evidence from a real blackbox_exporter and a real Prometheus: before and after the server has gone away. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Observation } from '../../lib/core/observation.ts';
import type { JudgeInput } from '../../lib/core/run.ts';
import type { ObserveContext } from '../../lib/observe/observer.ts';
import { probeJobs, runBlackbox } from '../../lib/stack/blackbox.ts';
import { type Backend, until } from '../../lib/stack/process.ts';
import { runPrometheus } from '../../lib/stack/prometheus.ts';
import type { StatusObserved } from '../../lib/systems/status/observation.ts';
import { observeStatus } from '../../lib/systems/status/observe/observer.ts';
import { statusPromises } from '../../lib/systems/status/promises.ts';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { EXTERNAL, factsOf, HEALTH_PLAN, judged, type MadeSecond, START_SECOND, times } from '../support/judged.ts';

const progress = { onProgress: (line: string) => console.log(line) };
const promises = statusPromises();
const telemetry = {
  systems: { status: { promises, sources: ['blackbox'] } },
  ...{ checklist: [], exclusive: false, untracedEvery: 2, gates: 'all' as const },
};
const LOAD_SEC = 60;

let target: Target;
let blackbox: Backend;
let prometheus: Backend;

beforeAll(async () => {
  [target, blackbox] = await Promise.all([startTarget(), runBlackbox(progress)]);
  const urls = promises.monitors.flatMap(({ url, path }) => {
    if (path === null) return [];
    return url.startsWith('ws') ? [target.wsUrl] : [target.httpUrl + path];
  });
  const scrape_configs = probeJobs({ exporterUrl: blackbox.url, urls: [...new Set(urls)], every: '2s' });
  prometheus = await runPrometheus({ ...progress, config: JSON.stringify({ scrape_configs }) });
});
afterAll(async () => {
  await Promise.all([prometheus?.stop(), blackbox?.stop(), target?.stop()]);
});

/** What Prometheus has now of each monitor, newest last. */
async function lastProbes(): Promise<string[][]> {
  const query = 'probe_success[1m]';
  const answer = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query })}`);
  const { data } = (await answer.json()) as { data: { result: { values: [number, string][] }[] } };
  return data.result.map(({ values }) => values.map(([, value]) => value));
}

async function observed(): Promise<readonly Observation[]> {
  const context = {
    ...{ options: { blackbox: prometheus.url }, access: {}, token: undefined, telemetry },
    signal: new AbortController().signal,
  } as unknown as ObserveContext;
  const observer = observeStatus(context);
  await observer.before?.({
    httpUrl: target.httpUrl,
    wsUrl: '',
    subprotocol: '',
    distinctClients: false,
    debateId: null,
  });
  const { load, recording } = factsOf([], {}, { load: { startedAtMs: Date.now() - LOAD_SEC * 1000 } });
  return (await observer.after?.({ load, recording, started: {} })) ?? [];
}

/** Judged beside clients who all saw the same in the minute before. */
function statusesOf(observations: readonly Observation[], every: MadeSecond): Record<string, string> {
  const seconds = Array.from({ length: LOAD_SEC }, () => every);
  const { recording, ...facts } = factsOf([EXTERNAL], { health: seconds }, { plan: { ...HEALTH_PLAN, telemetry } });
  const shift = Math.floor(Date.now() / 1000) - START_SECOND - LOAD_SEC + 5;
  const [health] = recording.endpoints.values();
  if (health === undefined) throw new Error('no seconds');
  const moved = { ...health, seconds: health.seconds.map((one) => ({ ...one, second: one.second + shift })) };
  const input: JudgeInput = {
    ...facts,
    recording: { ...recording, endpoints: new Map([['health', moved]]) },
    observations,
  };
  const own = judged(input).findings.filter(({ system, id }) => system === 'status' || id === EXTERNAL.id);
  return Object.fromEntries(own.map(({ id, status }) => [id, status]));
}

const answered = { ms: times(50, 3) };
const failing = { ms: [], failed: { refused: 50 } };

test('monitors of a server that is up, and then is gone', async () => {
  await until('probed 5 times each', async () => {
    const probes = await lastProbes();
    return (
      probes.length === 3 && probes.every((one) => one.length >= 5 && one.slice(-4).every((value) => value === '1'))
    );
  });
  const up = await observed();
  const [status] = up as readonly StatusObserved[];
  expect(status?.monitors.map(({ path, atTarget }) => `${path} ${atTarget}`).sort()).toEqual([
    '/api/health true',
    '/api/health/services true',
    '/ws true',
  ]);
  expect(status?.monitors.map(({ pings }) => pings.at(-1)?.outcome)).toEqual(['up', 'up', 'up']);
  expect(status?.monitors.flatMap(({ pings }) => pings).every(({ tookMs }) => tookMs !== null && tookMs > 0)).toBe(
    true,
  );
  const upFindings = {
    'availability.status-page': 'inconclusive',
    'status.monitors': 'pass',
    'status.answers': 'pass',
    'status.interval': 'pass',
    'status.clients': 'pass',
  };
  expect(statusesOf(up, answered)).toEqual(upFindings);
  expect(statusesOf(up, failing)).toEqual({ ...upFindings, 'status.clients': 'fail' });

  await target.stop();
  await until('seen as gone 3 times each', async () =>
    (await lastProbes()).every((one) => one.slice(-3).every((value) => value === '0')),
  );
  const down = await observed();
  // The server is gone for the harness, too: it can't say which URL is there.
  const downFindings = { ...upFindings, 'availability.status-page': 'fail', 'status.answers': 'inconclusive' };
  expect(statusesOf(down, answered)).toEqual({ ...downFindings, 'status.clients': 'fail' });
});
