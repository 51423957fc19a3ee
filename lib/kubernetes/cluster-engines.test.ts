/** Engines in a cluster, against a fake API server: the load as it should be, and each way in which it goes wrong, with nothing left behind. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeApi, type Serve, serving } from '../../test/support/kubernetes/fake-api.ts';
import type { EngineRecord } from '../core/engine-protocol.ts';
import type { LoadReason } from '../core/recording.ts';
import { loadTogether } from '../load/together.ts';
import { Api } from './api.ts';
import { type ClusterEngines, startClusterEngines } from './cluster-engines.ts';
import type { ClusterLoad } from './manifests.ts';
import { expectToLoad, hasOperator } from './permissions.ts';

const START: EngineRecord = { type: 'start', protocol: 1, engineVersion: 'k6 v2.2.0', atMs: 1, cores: 2 };
const beat = (second: number): EngineRecord => ({
  type: 'interval',
  second,
  endpoints: {},
  iterations: {},
  dropped: {},
});
const END: EngineRecord = { type: 'end', atMs: 9, samples: 0, intervals: 2 };
const WHOLE = [START, beat(1), beat(2), END];
const RUNNING = WHOLE.slice(0, 3);
const PATIENCE = { startMs: 1500, silenceMs: 1500, goneMs: 5000 };
const never = new AbortController().signal;

let fake: FakeApi;
let server: string;
let warnings: string[];

beforeEach(async () => {
  fake = new FakeApi();
  server = await fake.start();
  warnings = [];
});
afterEach(async () => {
  await fake.stop();
  expect(fake.strange).toEqual([]);
});

const api = (at = server): Api => new Api({ name: 'here', server: at, namespace: 'default', access: {} }, 'load');

function start(signal = never): Promise<ClusterEngines> {
  const enginePlan = { generators: 2, scenarios: {} } as unknown as ClusterLoad['enginePlan'];
  const load = { enginePlan, script: '', durationSec: 60, secrets: { ARAGORA_API_TOKEN: 't' } };
  const cluster = { api: api(), withOperator: false, image: 'registry/engine:1' };
  return startClusterEngines({
    cluster,
    load,
    note: () => {},
    warn: (line) => warnings.push(line),
    signal,
    patience: PATIENCE,
  });
}

interface Ran {
  readonly reason: LoadReason;
  /** Of each generator. */
  readonly records: readonly EngineRecord[][];
}

/** Both engines to their end, and everything away. */
async function ran(engines: ClusterEngines, signal = never, decided = never, during?: () => void): Promise<Ran> {
  const records: EngineRecord[][] = [[], []];
  const generators = [0, 1].map((index) => ({
    id: String(index + 1),
    run: (signal: AbortSignal) =>
      engines.run({
        segment: { index, of: 2 },
        onRecord: (record) => {
          records[index]?.push(record);
          if (record.type === 'interval') during?.();
        },
        decided,
        signal,
      }),
  }));
  const reason = await loadTogether(generators, signal);
  await engines.close();
  expect([fake.isEmpty, warnings]).toEqual([true, []]);
  return { reason, records };
}

test('all engines begin together, each record counts once, and nothing is left', async () => {
  let broken = 0;
  fake.serve = {
    0: serving(WHOLE),
    // Every second connection breaks before its answer.
    1: (after) =>
      after > 0 && broken++ % 2 === 0 ? undefined : serving(after < 2 ? WHOLE.slice(0, after + 1) : WHOLE)(after),
  };
  const engines = await start();
  const { reason, records } = await ran(engines);
  expect([reason, records]).toEqual([{ kind: 'finished' }, [WHOLE, WHOLE]]);
  expect(engines.nodes).toEqual(['node-of-1', 'node-of-2']);
  expect(fake.made).toEqual(['configmaps', 'secrets', 'jobs', 'jobs']);
  expect(fake.patched).toEqual([{ paused: false }, { paused: false }]);
});

test.each<[string, () => void, RegExp]>([
  [
    'an image that cannot be pulled',
    () => (fake.states = { 1: { waiting: { reason: 'ErrImagePull', message: 'no such image' } } }),
    /^runner 2 of 2 does not start: ErrImagePull: no such image$/,
  ],
  [
    'pods that never start',
    () => (fake.states = { 0: { waiting: { reason: 'ContainerCreating' } } }),
    /^runner 1 of 2 does not start: it has not in 2 s: ContainerCreating$/,
  ],
  [
    'a quota',
    () => (fake.refusals['jobs'] = [403, { message: 'jobs.batch is forbidden: exceeded quota' }]),
    /refused a request \(status 403\): jobs.batch is forbidden: exceeded quota/,
  ],
  [
    'a namespace that is missing',
    () => (fake.refusals['configmaps'] = [404, { message: 'namespaces "load" not found' }]),
    /^the cluster here has no namespace "load"$/,
  ],
  [
    // The fake knows no DELETE of what is not ours.
    'a name that somebody else has',
    () => (fake.refusals['configmaps'] = [409, { message: 'configmaps "aragora-slo-1a" already exists' }]),
    /refused a request \(status 409\): configmaps "aragora-slo-1a" already exists/,
  ],
])('%s is said in one line, and nothing is left', async (_, wrong, message) => {
  fake.serve = { 0: serving(RUNNING), 1: serving(RUNNING) };
  wrong();
  await expect(start()).rejects.toThrow(message);
  expect([fake.isEmpty, warnings]).toEqual([true, []]);
});

test('a pod that is killed ends the others, and is named', async () => {
  fake.serve = { 0: serving(RUNNING), 1: serving(RUNNING) };
  const { reason, records } = await ran(await start(), never, never, () => fake.killPod(1));
  expect(reason).toMatchObject({
    kind: 'engine-died',
    generator: '2',
    detail: expect.stringMatching(/ is gone; what it recorded after its record 3 is lost$/),
  });
  expect(records[1]).toEqual(RUNNING);
});

test('a lost connection ends the load after its time, and the records are kept', async () => {
  // The other one goes on.
  const beating: Serve = (after) =>
    serving([...Array<EngineRecord>(after).fill(START), after === 0 ? START : beat(after)])(after);
  fake.serve = { 0: beating, 1: (after) => (after < 3 ? serving(RUNNING)(after) : undefined) };
  const { reason, records } = await ran(await start());
  expect(reason).toMatchObject({ kind: 'connection-lost', generator: '2', detail: 'the connection was closed' });
  expect(records[1]).toEqual(RUNNING);
});

test('an engine that was started again is not the same engine', async () => {
  let isNew = false;
  fake.serve = {
    0: serving(RUNNING),
    1: (after) =>
      isNew && after > 1 ? [409, 'there is no record 3 yet, the last one is 1\n'] : serving(RUNNING)(after),
  };
  const { reason } = await ran(await start(), never, never, () => {
    isNew = true;
  });
  expect(reason).toMatchObject({
    kind: 'ended-early',
    generator: '2',
    detail: expect.stringMatching(/^it was started again/),
  });
});

test('Ctrl-C stops all engines, and waits for their last records', async () => {
  const interrupt = new AbortController();
  let stopped = false;
  const serve = (after: number) => {
    stopped ||= fake.patched.some((one) => JSON.stringify(one) === '{"stopped":true}');
    return serving(stopped ? WHOLE : RUNNING)(after);
  };
  fake.serve = { 0: serve, 1: serve };
  const { reason, records } = await ran(await start(), interrupt.signal, never, () => interrupt.abort('SIGINT'));
  expect([reason, records]).toEqual([{ kind: 'interrupted', signal: 'SIGINT' }, [WHOLE, WHOLE]]);
});

test('Ctrl-C while the pods start leaves nothing', async () => {
  fake.states = { 0: { waiting: { reason: 'ContainerCreating' } } };
  const interrupt = new AbortController();
  const starting = start(interrupt.signal);
  await expect.poll(() => fake.made.filter((kind) => kind === 'jobs').length).toBe(2);
  interrupt.abort('SIGINT');
  await expect(starting).rejects.toMatchObject({ code: 'interrupted' });
  expect(fake.isEmpty).toBe(true);
});

test('what is not permitted is named, all of it', async () => {
  fake.forbidden.push('create jobs', 'patch pods/proxy');
  await expect(expectToLoad(api(), false, never)).rejects.toThrow(
    /does not permit in the namespace "load": patch pods\/proxy, create jobs.batch$/,
  );
  fake.forbidden.splice(0);
  await expectToLoad(api(), true, never);
});

test('an operator is recognised by what it serves', async () => {
  expect(await hasOperator(api(), never)).toBe(false);
  fake.groups = [200, { versions: [{ version: 'v1alpha1' }] }];
  expect(await hasOperator(api(), never)).toBe(true);
  fake.groups = [200, { versions: [{ version: 'v2' }] }];
  await expect(hasOperator(api(), never)).rejects.toThrow(/serves k6.io v2, and v1alpha1 is needed/);
});

test.each<[string, () => void, RegExp]>([
  ['no cluster', () => (server = 'http://127.0.0.1:1'), /^the cluster here at .* does not answer: connection refused$/],
  ['old credentials', () => (fake.groups = [401, {}]), /does not accept the credentials of the kubeconfig/],
])('%s is said in one line', async (_, wrong, message) => {
  wrong();
  await expect(hasOperator(api(), never)).rejects.toThrow(message);
});
