/** The reference target as pods of the test cluster, and the agent that breaks what comes to them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MakeOptions } from '../../lib/stack/cache.ts';
import { madeWithGo } from '../../lib/stack/go.ts';
import { type Image, librariesOf } from './images.ts';

const ROOT = join(import.meta.dirname, '../..');
const NODE_IMAGE = 'docker.io/local/node:1';
export const AGENT_IMAGE = 'local/disruptor-agent:1';
export const TARGET_PORT = 8099;

const DISRUPTOR = {
  module: 'github.com/grafana/xk6-disruptor',
  version: 'v0.3.17',
  sum: 'h1:BZNRthyzNjgvE6AuWnswAwkeNB8U4U/vf3fWlaotAOM=',
  programs: ['./cmd/agent'],
  usually: 'half a minute',
} as const;

/** What the published image has, too: the agent, iptables and a shell. */
export async function agentImage(options: MakeOptions): Promise<Image> {
  const agent = join(await madeWithGo('xk6-disruptor-agent', DISRUPTOR, options), 'agent');
  const extensions = '/usr/lib/x86_64-linux-gnu/xtables';
  const names = readdirSync(extensions).filter((name) => name.endsWith('.so'));
  const libraries = names.map((name) => join(extensions, name));
  const files = {
    '/usr/bin/xk6-disruptor-agent': agent,
    '/usr/bin/iptables': '/usr/sbin/iptables-nft',
    '/bin/busybox': '/usr/bin/busybox',
    ...librariesOf('/usr/sbin/iptables-nft'),
    ...Object.fromEntries(libraries.map((path) => [path, path])),
  };
  const links = { '/bin/sh': 'busybox', '/bin/grep': 'busybox', '/bin/sleep': 'busybox' };
  return { tag: `docker.io/${AGENT_IMAGE}`, files, links, entrypoint: ['/bin/sh'] };
}

/** The target's sources come from this machine. */
export const nodeImage = (): Image => ({
  tag: NODE_IMAGE,
  files: { '/bin/node': process.execPath, ...librariesOf(process.execPath) },
  entrypoint: ['/bin/node'],
});

/** So many pods behind the Service `aragora`, as a Deployment makes them. */
export function targetManifest(replicas: number): string {
  const labels = { app: 'aragora' };
  const container = {
    name: 'server',
    image: NODE_IMAGE,
    args: ['--import', 'tsx', 'lib/embedded/main.ts', '--host', '0.0.0.0', '--port', String(TARGET_PORT)],
    workingDir: ROOT,
    ports: [{ name: 'http', containerPort: TARGET_PORT }],
    readinessProbe: { tcpSocket: { port: TARGET_PORT }, periodSeconds: 1 },
    volumeMounts: [{ name: 'sources', mountPath: ROOT, readOnly: true }],
  };
  const spec = { containers: [container], volumes: [{ name: 'sources', hostPath: { path: ROOT } }] };
  const template = { metadata: { labels }, spec: { ...spec, terminationGracePeriodSeconds: 1 } };
  const deployment = { replicas, selector: { matchLabels: labels }, template };
  const service = { selector: labels, ports: [{ name: 'http', port: 80, targetPort: TARGET_PORT }] };
  const items = [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'aragora' }, spec: deployment },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'aragora' }, spec: service },
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
