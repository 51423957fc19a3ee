/** Where a cluster is and how to sign in: read from the kubeconfig, as kubectl does. Nothing of it is ever stored. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import { runCommand } from '../engine/command.ts';
import type { HttpAccess, HttpAuth } from '../http/access.ts';
import { readConfigFile } from './check.ts';

export interface ClusterAccess {
  /** Of the context, for people. */
  readonly name: string;
  /** Address of the API server, without a slash at its end. */
  readonly server: string;
  /** That the context names, else `default`. */
  readonly namespace: string;
  readonly access: HttpAccess;
}

export interface AskedCluster {
  readonly context?: string | undefined;
  /** Reads KUBECONFIG, and gives the rest to a program that signs in. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

const named = <T extends z.ZodType>(key: string, inner: T) => z.array(z.object({ name: z.string(), [key]: inner }));
const program = z.object({
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});
const cluster = z.object({
  server: z.string(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
});
const user = z.object({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  exec: program.optional(),
});
const context = z.object({ cluster: z.string(), user: z.string(), namespace: z.string().optional() });
const kubeconfig = z.object({
  'current-context': z.string().nullish(),
  clusters: named('cluster', cluster).nullish(),
  users: named('user', user).nullish(),
  contexts: named('context', context).nullish(),
});
const credential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
  }),
});

type Kubeconfig = z.infer<typeof kubeconfig>;
type User = z.infer<typeof user>;
type Program = z.infer<typeof program>;

/** @throws SloError `prerequisite-missing` without a kubeconfig, `config-invalid` for one that can't be used, `usage` for an unknown context. */
export async function clusterAccess({ context: asked, env, signal }: AskedCluster): Promise<ClusterAccess> {
  const paths = kubeconfigPaths(env);
  const path = paths.find((one) => asked === undefined || contextNames(one).includes(asked)) ?? paths[0];
  if (path === undefined) {
    throw new SloError('prerequisite-missing', 'no cluster is known: there is no kubeconfig', {
      hint: 'name one in KUBECONFIG, or put it at ~/.kube/config, as for kubectl',
    });
  }
  const file = readConfigFile<Kubeconfig>(path, kubeconfig);
  const name = asked ?? file['current-context'] ?? '';
  const entry = (kind: 'clusters' | 'users' | 'contexts', of: string): Readonly<Record<string, unknown>> => {
    const found = (file[kind] ?? []).find((one) => one.name === of);
    if (found !== undefined) return found;
    const names = (file[kind] ?? []).map((one) => String(one.name));
    const code = kind === 'contexts' && asked !== undefined ? 'usage' : 'config-invalid';
    throw new SloError(code, `${path} has no ${kind.slice(0, -1)} "${of}"`, { hint: legalValues(of, names, kind) });
  };
  const its = context.parse(entry('contexts', name)['context']);
  const at = cluster.parse(entry('clusters', its.cluster)['cluster']);
  const who = user.parse(entry('users', its.user)['user'] ?? {});
  const pem = pemIn(path);
  const signed = who.exec === undefined ? who : { ...who, ...(await signedIn(who.exec, { env, signal })) };
  return {
    name,
    server: at.server.replace(/\/+$/, ''),
    namespace: its.namespace ?? 'default',
    access: {
      auth: authOf(signed, path),
      tls: {
        caPem: pem(at['certificate-authority-data'], at['certificate-authority']),
        certPem: pem(signed['client-certificate-data'], signed['client-certificate']),
        keyPem: pem(signed['client-key-data'], signed['client-key']),
        unchecked: at['insecure-skip-tls-verify'] === true,
      },
    },
  };
}

function kubeconfigPaths(env: NodeJS.ProcessEnv): string[] {
  const said = env['KUBECONFIG'] ?? '';
  const paths = said === '' ? [join(homedir(), '.kube/config')] : said.split(delimiter).filter((path) => path !== '');
  return paths.filter((path) => existsSync(path));
}

function contextNames(path: string): string[] {
  return (readConfigFile<Kubeconfig>(path, kubeconfig).contexts ?? []).map((one) => String(one.name));
}

/** What is written in the file itself is base64; a path is relative to the file. */
function pemIn(kubeconfigPath: string) {
  return (data: string | undefined, path: string | undefined): string | undefined => {
    if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
    return path === undefined ? undefined : textOf(resolve(dirname(kubeconfigPath), path));
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SloError('config-invalid', `the kubeconfig names ${path}, which can't be read`, { cause });
  }
}

function authOf({ token, tokenFile, username, password }: User, path: string): HttpAuth | undefined {
  if (token !== undefined) return { kind: 'bearer', token };
  if (tokenFile !== undefined) return { kind: 'bearer', token: textOf(resolve(dirname(path), tokenFile)).trim() };
  return username === undefined ? undefined : { kind: 'basic', user: username, password: password ?? '' };
}

/** Managed clusters sign in by a program of theirs, which prints a credential. */
async function signedIn(
  { command, args, env: own }: Program,
  { env, signal }: Pick<AskedCluster, 'env' | 'signal'>,
): Promise<User> {
  const more = Object.fromEntries((own ?? []).map(({ name, value }) => [name, value]));
  const told = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', spec: { interactive: false } };
  const its = { ...env, ...more, KUBERNETES_EXEC_INFO: JSON.stringify(told) };
  const { exitCode, stdout, stderr, startError } = await runCommand(command, args ?? [], { env: its, signal });
  const said = exitCode === 0 ? credential.safeParse(jsonOf(stdout)) : undefined;
  if (said?.success !== true) {
    const why = startError?.message ?? (stderr.trim().split('\n').at(-1) || `it exited with ${exitCode}`);
    throw new SloError('prerequisite-missing', `"${command}" of the kubeconfig gave no credential: ${why}`);
  }
  const { token, clientCertificateData, clientKeyData } = said.data.status;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return {
    ...(token !== undefined && { token }),
    ...(clientCertificateData !== undefined && { 'client-certificate-data': base64(clientCertificateData) }),
    ...(clientKeyData !== undefined && { 'client-key-data': base64(clientKeyData) }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
