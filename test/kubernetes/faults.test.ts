/** Faults in the pods of a real cluster: what clients see of them, that they end, and that nothing of them is left. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Child } from '../../lib/process/child.ts';
import { cleanUp, file, findings, tempDir } from '../cli/support/cli.ts';
import { Cluster, ENGINE_IMAGE, PROGRESS } from './cluster.ts';
import { loadOf, outcomeOf } from './runs.ts';
import { AGENT_IMAGE, agentImage, nodeImage, targetManifest } from './target.ts';

const NAMESPACE = 'load';
let cluster: Cluster;
let account: string;
let address: string;

beforeAll(async () => {
  cluster = await Cluster.start([await agentImage(PROGRESS), nodeImage()]);
  account = await cluster.deploy(NAMESPACE);
  const manifest = join(tempDir(), 'target.json');
  writeFileSync(manifest, targetManifest(2));
  await here('apply', '-f', manifest);
  await here('rollout', 'status', 'deployment', 'aragora', '--timeout', '50s');
  address = await here('get', 'service', 'aragora', '--output', 'jsonpath={.spec.clusterIP}');
}, 1_800_000);
afterAll(async () => {
  await cluster?.stop();
  cleanUp();
}, 180_000);
afterEach(async () => expect(await left()).toEqual([]));

const here = (...words: string[]): Promise<string> => cluster.kubectl('--namespace', NAMESPACE, ...words);
const ofTarget = ['--selector', 'app=aragora', '--output'] as const;

async function pods(): Promise<string[]> {
  const live = '{range .items[?(@.status.phase=="Running")]}{.metadata.name} {end}';
  return (await here('get', 'pods', ...ofTarget, `jsonpath=${live}`)).split(' ').filter((name) => name !== '');
}

/** What a run makes, and what its agents put into the pods, as far as it is still there. */
async function left(): Promise<string[]> {
  const label = 'app.kubernetes.io/managed-by=aragora-slo';
  const made = await here('get', 'pods,jobs,secrets,configmaps', '-l', label, '--output', 'name');
  const rules = await Promise.all((await agents()).map((pod) => inAgent(pod, 'iptables -S; iptables -t nat -S; ps')));
  const strange = rules.flatMap((said) => said.match(/^(-A .*|.*xk6-disruptor-agent.*)$/gm) ?? []);
  return [...made.split('\n'), ...strange].filter((line) => line !== '');
}

/** Pods that have an agent. */
async function agents(): Promise<string[]> {
  const named = '{range .items[?(@.spec.ephemeralContainers)]}{.metadata.name} {end}';
  const all = (await here('get', 'pods', ...ofTarget, `jsonpath=${named}`)).split(' ');
  return (await pods()).filter((name) => all.includes(name));
}

const inAgent = (pod: string, command: string): Promise<string> =>
  here('exec', pod, '--container', 'xk6-agent', '--', 'sh', '-c', command);

/** The run in the network of the cluster's node. */
function run(dir: string, phases: readonly object[], ...more: string[]): Child {
  const arrivals = { ratePerSec: 30, durationSec: 9 };
  const journeys = { health: arrivals, 'debates-list': arrivals };
  const profile = file(tempDir(), 'broken.yaml', { name: 'broken', journeys, gates: ['content.'], phases });
  const url = `http://${address}`;
  const words = [
    ...['bin/aragora-slo.mjs', 'run', '--no-config', '--target', url, '--ws', 'ws://127.0.0.1:1/ws', '--no-telemetry'],
    ...['--kubernetes', '--engine-image', ENGINE_IMAGE, '--runners', '2', '--profile', profile, '--out', dir, ...more],
  ];
  const [program = '', ...args] = [...cluster.inside, process.execPath, ...words];
  const env = { ...process.env, KUBECONFIG: account };
  const cwd = join(import.meta.dirname, '../..');
  return new Child(program, { args, env, cwd, stdio: ['ignore', 'pipe', 'pipe'], patienceMs: 60_000 });
}

const SERVICE = ['--fault-service', 'aragora'];
const AGENT = [...SERVICE, '--agent-image', AGENT_IMAGE];
const ERRORS = { kind: 'pod-status', status: 503, share: 0.2 };
const SLOW = { kind: 'pod-latency', delayMs: 300, jitterMs: 100, exclude: ['/api/health'] };

const faultsOf = (dir: string): object => {
  const its = findings(dir).findings.filter(({ id }) => id === 'load.faults');
  return Object.fromEntries(its.map(({ phase, status, summary }) => [phase, `${status}: ${summary}`]));
};

test('clients see what agents do, no request of the calm between them is lost, and a pod that is deleted stays away', async () => {
  const dir = join(tempDir(), 'run');
  const before = await pods();
  const phases = [
    { name: 'baseline' },
    { name: 'erring', faults: [ERRORS], expects: [] },
    { name: 'calm' },
    { name: 'slow', faults: [SLOW], expects: [] },
    { name: 'calm-again', durationSec: 12 },
    { name: 'dropping', faults: ['pod-drop'], expects: [] },
    { name: 'killing', faults: ['pod-kill'], expects: [] },
  ];
  const { said } = await outcomeOf(run(dir, phases, ...AGENT));
  expect(faultsOf(dir), said).toEqual({
    erring: expect.stringMatching(
      /^pass: pod-status, by 2 agents: \d+ of \d+ requests had its 503, which agrees with 0.2$/,
    ),
    slow: expect.stringMatching(/^pass: pod-latency, by 2 agents: (\d+) of \1 requests took 200 ms and more$/),
    dropping: expect.stringMatching(/^pass: pod-drop, by 2 agents: .* had no good answer$/),
    killing: expect.stringMatching(/^pass: pod-kill: aragora-\S+ ended, 1 of 1 never seen again/),
  });
  expect(loadOf(dir).reason.kind).toBe('finished');
  // Each agent ends without losing the answers that it holds back.
  const calm = findings(dir).findings.filter(({ phase, id }) => phase?.startsWith('calm') && id === 'availability.api');
  expect(calm.map(({ bad }) => bad)).toEqual([0, 0]);
  expect((await pods()).filter((name) => before.includes(name)).length).toBe(1);
});

test('Ctrl-C during a fault ends it', async () => {
  const dir = join(tempDir(), 'run');
  const phases = [
    { name: 'baseline', durationSec: 2 },
    { name: 'fault', durationSec: 600, faults: [ERRORS] },
  ];
  const child = run(dir, phases, ...AGENT);
  const ended = outcomeOf(child);
  const rules = async () => {
    const said = await Promise.all((await agents()).map((pod) => inAgent(pod, 'iptables -t nat -S')));
    expect(said.join()).toContain('REDIRECT');
  };
  await vi.waitFor(rules, { timeout: 90_000, interval: 500 });
  process.kill(child.pid ?? 0, 'SIGINT');
  const { exitCode, said } = await ended;
  expect([exitCode, findings(dir).outcome], said).toEqual([130, 'interrupted']);
});

test('what is not permitted, and a Service that is not there, is said before anything is sent', async () => {
  const phases = [{ name: 'baseline' }, { name: 'fault', faults: [ERRORS], expects: [] }];
  const elsewhere = await outcomeOf(run(join(tempDir(), 'a'), phases, '--fault-service', 'kubernetes.default'));
  expect([elsewhere.exitCode, elsewhere.said]).toEqual([
    2,
    expect.stringMatching(/does not permit in the namespace "default": get services, .*create pods\/exec/),
  ]);
  const nobody = await outcomeOf(run(join(tempDir(), 'b'), phases, '--fault-service', 'nobody'));
  expect([nobody.exitCode, nobody.said]).toEqual([
    2,
    expect.stringMatching(/there is no Service "nobody" in the namespace "load"/),
  ]);
});
