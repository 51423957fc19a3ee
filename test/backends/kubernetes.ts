/** What a cluster for tests is made of: Kubernetes 1.34.1 as one program, and k6-operator, both from their published Go modules. */
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type MakeOptions } from '../../lib/stack/cache.ts';
import { madeWithGo } from '../../lib/stack/go.ts';

const MODULE = join(import.meta.dirname, 'kubernetes');
const FILES = ['go.mod', 'go.sum', 'main.go'] as const;
const VERSION = 'v1.34.1';
const SET = 'k8s.io/component-base/version.git';
const FLAGS = [
  '-trimpath',
  '-buildvcs=false',
  `-ldflags=-s -w -X ${SET}Version=${VERSION} -X ${SET}Major=1 -X ${SET}Minor=34`,
];

const OPERATOR = {
  module: 'github.com/grafana/k6-operator',
  version: 'v1.5.0',
  sum: 'h1:rtEbUefalu1Es7IrKe/bQxSN2xACG8WIOXx6OLsRLK4=',
  programs: ['./cmd'],
  usually: 'a minute',
} as const;

/** The program; its first argument says which part. */
export async function kubernetesPath(options: MakeOptions): Promise<string> {
  const sources = await Promise.all(FILES.map((name) => readFile(join(MODULE, name), 'utf8')));
  const folder = await cached(
    {
      name: `kubernetes-${VERSION}`,
      madeFrom: [...sources, ...FLAGS],
      usually: '6 minutes',
      make: async (folder, run) => {
        for (const name of FILES) await cp(join(MODULE, name), join(folder, name));
        const env = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };
        await run('go', ['build', '-p', '2', ...FLAGS, '-o', 'kubernetes', '.'], { cwd: folder, env });
      },
    },
    options,
  );
  return join(folder, 'kubernetes');
}

/** The program of the operator. */
export async function operatorPath(options: MakeOptions): Promise<string> {
  return join(await madeWithGo('k6-operator', OPERATOR, options), 'cmd');
}

/** The operator's own file with its CRDs, roles and deployment. */
export async function operatorBundle(options: MakeOptions): Promise<string> {
  const { module, version, sum } = OPERATOR;
  const folder = await cached(
    {
      name: `k6-operator-bundle-${version}`,
      madeFrom: [sum],
      usually: 'a second',
      make: async (folder, run) => {
        const said = await run('go', ['mod', 'download', '-json', `${module}@${version}`], { cwd: folder });
        const { Dir, Sum } = JSON.parse(said) as { readonly Dir: string; readonly Sum: string };
        if (Sum !== sum) throw new Error(`${module} ${version}: expected the checksum ${sum}, got ${Sum}`);
        await cp(join(Dir, 'bundle.yaml'), join(folder, 'bundle.yaml'));
      },
    },
    options,
  );
  return join(folder, 'bundle.yaml');
}

/** Holds the network of a pod. */
export async function pausePath(options: MakeOptions): Promise<string> {
  const source = await readFile(join(MODULE, 'pause/main.go'), 'utf8');
  const folder = await cached(
    {
      name: 'pause',
      madeFrom: [source],
      usually: 'a second',
      make: async (folder, run) => {
        await cp(join(MODULE, 'pause/main.go'), join(folder, 'main.go'));
        const env = { CGO_ENABLED: '0', GO111MODULE: 'off', GOFLAGS: '' };
        await run('go', ['build', '-o', 'pause', 'main.go'], { cwd: folder, env });
      },
    },
    options,
  );
  return join(folder, 'pause');
}
