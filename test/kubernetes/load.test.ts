/** Loads by pods of a real cluster: the engines of one run, with the rights that deploy/ grants, and nothing left behind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Child } from '../../lib/process/child.ts';
import { cleanUp, file, findings, statusOf, tempDir, until } from '../cli/support/cli.ts';
import { lenientObjectives, lenientProfile } from '../cli/support/profiles.ts';
import { recordedSeconds } from '../support/journal.ts';
import { Cluster, ENGINE_IMAGE, NODE_IP } from './cluster.ts';
import { loadOf, outcomeOf } from './runs.ts';

const ROOT = join(import.meta.dirname, '../..');
const PORT = 8099;
const NAMESPACE = 'load';
let cluster: Cluster;
let account: string;
let target: Child;

beforeAll(async () => {
  cluster = await Cluster.start();
  account = await cluster.deploy(NAMESPACE);
  target = program(['--import', 'tsx', 'lib/embedded/main.ts', '--host', '0.0.0.0', '--port', String(PORT)]);
  expect(await target.firstLine(AbortSignal.timeout(60_000))).toContain('httpUrl');
}, 1_800_000);
afterAll(async () => {
  await target?.stop();
  await cluster?.stop();
  cleanUp();
}, 180_000);
afterEach(async () => expect(await left()).toBe(''));

/** Node in the network of the cluster's node. */
function program(args: readonly string[]): Child {
  const [file = '', ...words] = [...cluster.inside, process.execPath, ...args];
  const env = { ...process.env, KUBECONFIG: account };
  return new Child(file, { args: words, env, cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], patienceMs: 60_000 });
}

/** What a load makes, as far as it is still there. */
async function left(): Promise<string> {
  const kinds = 'pods,jobs,secrets,configmaps';
  const label = 'app.kubernetes.io/managed-by=aragora-slo';
  return await cluster.kubectl('get', kinds, '--namespace', NAMESPACE, '-l', label, '--output', 'name');
}

const profile = (durationSec: number): string => {
  const arrivals = { ratePerSec: 30, durationSec };
  const journeys = { health: arrivals, 'debates-list': arrivals };
  return file(tempDir(), 'three.yaml', { name: 'three', journeys, gates: ['content.'] });
};

const words = (durationSec: number, dir: string, image = ENGINE_IMAGE): string[] => [
  ...['bin/aragora-slo.mjs', 'run', '--no-config', '--target', `http://${NODE_IP}:${PORT}`, '--no-telemetry'],
  ...['--kubernetes', '--engine-image', image, '--runners', '3', '--profile', profile(durationSec), '--out', dir],
];

async function sharesALoad(): Promise<void> {
  const dir = join(tempDir(), 'run');
  const { said } = await outcomeOf(program(words(8, dir)));
  const { reason, journeys, generators } = loadOf(dir);
  expect([reason.kind, statusOf(dir, 'load.runners')], said).toEqual(['finished', 'pass']);
  expect(journeys.map(({ offered, delivered, dropped }) => [offered, delivered, dropped])).toEqual([
    [240, 240, 0],
    [240, 240, 0],
  ]);
  expect(generators.map(({ engine }) => engine.path)).toEqual(Array(3).fill(ENGINE_IMAGE));
  for (const { clockOffsetMs } of generators) expect(Math.abs(clockOffsetMs ?? Infinity)).toBeLessThan(1000);
}

test('three Jobs share a load', sharesALoad);

test.each<[string, (pod: string) => Promise<unknown>, object]>([
  [
    'killed',
    (pod) => cluster.killContainer(pod, NAMESPACE),
    {
      kind: 'engine-died',
      exitCode: 137,
      detail: expect.stringMatching(/; what it recorded after its record \d+ is lost$/),
    },
  ],
  [
    // It hands over its last record first.
    'asked to end, as where its node is emptied,',
    (pod) => cluster.kubectl('delete', 'pod', pod, '--namespace', NAMESPACE, '--wait=false'),
    { kind: 'ended-early', detail: expect.stringMatching(/^it was ended: /) },
  ],
])('a pod that is %s ends the others, and is named', async (_, end, reason) => {
  const dir = join(tempDir(), 'run');
  const running = outcomeOf(program(words(60, dir)));
  await until('records', () => recordedSeconds(dir) > 3);
  const pods = await cluster.kubectl('get', 'pods', '--namespace', NAMESPACE, '--output', 'name');
  await end(/pod\/(\S+-2-\S+)/.exec(pods)?.[1] ?? '');
  const { exitCode, said } = await running;
  const status = statusOf(dir, 'load.runners');
  expect([exitCode, findings(dir).outcome, status], said).toEqual([3, 'inconclusive', 'inconclusive']);
  expect(loadOf(dir).reason, said).toMatchObject({ generator: '2', ...reason });
});

test('a connection that is lost for 30 s ends the load, and the records are kept', async () => {
  const dir = join(tempDir(), 'run');
  const running = outcomeOf(program(words(120, dir)));
  await until('records', () => recordedSeconds(dir) > 3);
  cluster.signalApi('SIGSTOP');
  try {
    await until('the end of the load', () => sizeOf(join(dir, 'load.json')) > 0);
  } finally {
    cluster.signalApi('SIGCONT');
  }
  const { exitCode, said } = await running;
  expect([exitCode, loadOf(dir).reason.kind, statusOf(dir, 'load.runners')], said).toEqual([
    3,
    'connection-lost',
    'inconclusive',
  ]);
  expect(said).toMatch(/\d+ samples/);
});

test('Ctrl-C stops all pods, and keeps what they recorded', async () => {
  const dir = join(tempDir(), 'run');
  const child = program(words(60, dir));
  const running = outcomeOf(child);
  await until('records', () => recordedSeconds(dir) > 3);
  process.kill(child.pid ?? 0, 'SIGINT');
  const { exitCode, said } = await running;
  expect([exitCode, findings(dir).outcome], said).toEqual([130, 'interrupted']);
});

const PODS = ['--kubernetes', '--engine-image', ENGINE_IMAGE, '--runners', '3'];
const command = (name: string, ...more: string[]): Child =>
  program(['bin/aragora-slo.mjs', name, '--no-config', ...PODS, ...more]);

test('a gate compares loads of the same pods', async () => {
  const [url, base, dir] = [`http://${NODE_IP}:${PORT}`, join(tempDir(), 'base'), join(tempDir(), 'candidate')];
  const load = ['--profile', lenientProfile(12), '--slo', lenientObjectives(), '--full'];
  const recorded = await outcomeOf(command('run', '--target', url, '--no-telemetry', ...load, '--out', base));
  expect(recorded.exitCode, recorded.said).toBe(0);
  const against = ['--baseline', base, '--candidate', url, '--no-telemetry', '--smallest-ms', '800'];
  const gated = await outcomeOf(command('gate', ...against, '--out', dir));
  expect([gated.exitCode, gated.said]).toEqual([0, expect.not.stringContaining('machines differ')]);
});

test('a search has pods of its own for each step', async () => {
  const dir = join(tempDir(), 'search');
  const load = ['--journey', 'health', '--slo', lenientObjectives(), '--max-rate', '20'];
  const found = await outcomeOf(command('capacity', '--target', `http://${NODE_IP}:${PORT}`, ...load, '--out', dir));
  expect([found.exitCode, found.said]).toEqual([0, expect.stringContaining('AT LEAST')]);
});

test('an image that can not be pulled is said in one line', async () => {
  const { exitCode, said } = await outcomeOf(program(words(8, join(tempDir(), 'run'), '127.0.0.1:1/nothing:1')));
  expect([exitCode, said]).toEqual([
    2,
    expect.stringMatching(/error: runner 1 of 3 does not start: ErrImagePull: .*127\.0\.0\.1/),
  ]);
});

test('a namespace where nothing is permitted is said with all that is missing', async () => {
  const { exitCode, said } = await outcomeOf(program([...words(8, join(tempDir(), 'run')), '--namespace', 'default']));
  expect([exitCode, said]).toEqual([
    2,
    expect.stringMatching(/does not permit in the namespace "default": create configmaps, .*create jobs\.batch/),
  ]);
});

test('three pods of k6-operator share a load', async () => {
  await cluster.installOperator();
  await sharesALoad();
});

function sizeOf(path: string): number {
  try {
    return readFileSync(path).length;
  } catch {
    return 0;
  }
}
