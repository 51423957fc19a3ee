/** A real cluster with one node, for the tests of this folder: made once, and taken away with everything that it started. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { Child } from '../../lib/process/child.ts';
import { kubernetesPath, operatorBundle, operatorPath, pausePath } from '../backends/kubernetes.ts';
import { type Image, librariesOf, packImage } from './images.ts';

const execute = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const SCRIPT = join(import.meta.dirname, 'cluster.sh');
/** Of the node, and so of whatever a test starts in its network. */
export const NODE_IP = '10.88.0.2';
export const ENGINE_IMAGE = 'local/engine:1';
const OPERATOR_IMAGE = 'ghcr.io/grafana/k6-operator:controller-v1.5.0';
const STARTER_IMAGE = 'ghcr.io/grafana/k6-operator:latest-starter';

interface Progress {
  readonly onProgress: (line: string) => void;
}

export const PROGRESS: Progress = { onProgress: (line) => console.log(line) };

export class Cluster {
  readonly #state: string;
  /** Network namespaces that are not ours. */
  readonly #before: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  /** Words before a command that is to run in the network of the node. */
  readonly inside: readonly string[];
  readonly kubeconfig: string;

  private constructor(state: string, kubernetes: string, before: readonly string[]) {
    this.#state = state;
    this.#before = before;
    const NAMESPACE = `aragora-slo-${process.pid}`;
    this.#env = { ...process.env, STATE: state, KUBERNETES: kubernetes, NAMESPACE };
    this.inside = ['nsenter', `--net=/run/netns/${NAMESPACE}`];
    this.kubeconfig = join(state, 'admin.kubeconfig');
  }

  /** @param more images that its node has, besides those of a load. */
  static async start(more: readonly Image[] = []): Promise<Cluster> {
    const kubernetes = await kubernetesPath(PROGRESS);
    const images = [...(await imagesOf(PROGRESS)), ...more];
    const state = mkdtempSync(join(tmpdir(), 'aragora-slo-cluster-'));
    mkdirSync(join(state, 'images'));
    for (const [at, image] of images.entries()) packImage(image, join(state, 'images', `${at}.tar`));
    const cluster = new Cluster(state, kubernetes, await networkNamespaces());
    try {
      await execute(SCRIPT, ['up'], { env: cluster.#env, timeout: 240_000 });
    } catch (error) {
      const log = (name: string): string => readFileSync(join(state, 'log', name), 'utf8').slice(-500);
      console.error(`the cluster did not start: ${log('apiserver.log')}\n${log('kubelet.log')}`);
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** Ends what it started, and nothing that only looks like it. */
  async stop(): Promise<void> {
    const looksLike = [
      '-e',
      'setTimeout(() => {}, 600_000)',
      'containerd-shim',
      '-address',
      join(this.#state, 'ctr/c.sock'),
    ];
    const innocent = new Child(process.execPath, {
      args: looksLike,
      stdio: ['ignore', 'pipe', 'pipe'],
      patienceMs: 1000,
    });
    try {
      await execute(SCRIPT, ['down'], { env: this.#env, timeout: 120_000 });
      await this.#expectGone();
      process.kill(innocent.pid ?? 0, 0);
    } finally {
      await innocent.stop();
    }
    rmSync(this.#state, { recursive: true, force: true });
  }

  async #expectGone(): Promise<void> {
    const networks = (await networkNamespaces()).filter((name) => !this.#before.includes(name));
    const mounts = readFileSync('/proc/mounts', 'utf8').includes(this.#state) ? ['mounts'] : [];
    const left = [...networks, ...mounts];
    if (left.length > 0) throw new Error(`the cluster left ${left.join(', ')}`);
  }

  /** @returns stdout. */
  async kubectl(...args: readonly string[]): Promise<string> {
    const [file = '', ...words] = [...this.inside, 'kubectl', '--kubeconfig', this.kubeconfig, ...args];
    return (await execute(file, words, { timeout: 60_000 })).stdout;
  }

  /** As when nothing gets through to the API server any more, until `SIGCONT`. */
  signalApi(signal: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(Number(readFileSync(join(this.#state, 'run/apiserver.pid'), 'utf8')), signal);
  }

  /** As when the node has no memory left: the pod can say nothing more. */
  async killContainer(pod: string, namespace: string): Promise<void> {
    const path = 'jsonpath={.status.containerStatuses[0].containerID}';
    const id = (await this.kubectl('get', 'pod', pod, '--namespace', namespace, '--output', path)).split('//')[1] ?? '';
    const where = ['--address', join(this.#state, 'ctr/c.sock'), '--namespace', 'k8s.io'];
    await execute('ctr', [...where, 'task', 'kill', '--signal', 'SIGKILL', id]);
  }

  /** The kubeconfig of the ServiceAccount that deploy/ makes: whoever has it may do what the role grants, and nothing else. */
  async deploy(namespace: string): Promise<string> {
    await this.kubectl('create', 'namespace', namespace);
    for (const what of ['deploy', 'deploy/faults'])
      await this.kubectl('apply', '-k', join(ROOT, what), '--namespace', namespace);
    const token = (await this.kubectl('create', 'token', 'aragora-slo', '--namespace', namespace)).trim();
    const authority = join(this.#state, 'pki/ca.crt');
    const config = {
      clusters: [{ name: 'c', cluster: { server: `https://${NODE_IP}:6443`, 'certificate-authority': authority } }],
      users: [{ name: 'u', user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'c', user: 'u', namespace } }],
      'current-context': 'test',
    };
    const path = join(this.#state, 'account.kubeconfig');
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  async installOperator(): Promise<void> {
    const bundle = await operatorBundle({ onProgress: () => {} });
    await this.kubectl('apply', '--server-side', '-f', bundle);
    await this.kubectl('rollout', 'status', 'deployment', '--namespace', 'k6-operator-system', '--timeout', '50s');
  }
}

async function networkNamespaces(): Promise<string[]> {
  const { stdout } = await execute('ip', ['netns', 'list']);
  return stdout.split('\n').flatMap((line) => line.split(' ')[0] || []);
}

async function imagesOf(progress: Progress): Promise<Image[]> {
  const engine = await ensureEngine(progress);
  const shell = { '/bin/busybox': '/usr/bin/busybox', '/bin/curl': '/usr/bin/curl', ...librariesOf('/usr/bin/curl') };
  return [
    { tag: 'docker.io/local/pause:1', files: { '/pause': await pausePath(progress) }, entrypoint: ['/pause'] },
    { tag: `docker.io/${ENGINE_IMAGE}`, files: { '/bin/k6': engine.path }, entrypoint: ['/bin/k6'] },
    {
      tag: OPERATOR_IMAGE,
      files: { '/manager': await operatorPath(progress) },
      entrypoint: ['/manager'],
      user: '65532:65532',
    },
    { tag: STARTER_IMAGE, files: shell, links: { '/bin/sh': 'busybox' }, entrypoint: [] },
  ];
}
