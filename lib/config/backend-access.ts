/** The credentials and certificates for a team's backends, read from the environment and from files. No message repeats any of them. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';
import type { BackendAccess, HttpAccess, HttpAuth, HttpTls } from '../http/access.ts';
import { onOff } from '../options/kinds.ts';
import { readText } from '../options/resolve.ts';
import { type Access, accessVariable, type OptionSpec, type OptionValues } from '../options/spec.ts';
import type { BACKEND_OPTIONS } from '../systems/backend-options.ts';
import { systemOptions } from '../systems/options.ts';

type Env = Readonly<Record<string, string | undefined>>;
/** For every backend whose own variables don't say otherwise. */
type Certificates = OptionValues<typeof BACKEND_OPTIONS>;

/**
 * Of each option that names a server with credentials ARAGORA_SLO_<name>_TOKEN, or _USER and _PASSWORD; _CA, _CERT and _KEY name files,
 * _INSECURE=1 accepts any certificate. Empty variables count as absent.
 * @throws SloError `usage` for half a pair, for both kinds of credentials, for a token that fits no header and a file that can't be read.
 */
export function backendAccess(env: Env, certificates: Certificates, specs = systemOptions()): BackendAccess {
  const servers = specs.filter(({ credentials }) => credentials);
  return Object.fromEntries(servers.map((server) => [server.name, accessOf(server, env, certificates)]));
}

function accessOf(server: OptionSpec, env: Env, certificates: Certificates): HttpAccess {
  const read = (access: Access) => env[accessVariable(server, access)] || undefined;
  const cert = read('cert') ?? certificates.backendCert;
  const key = read('key') ?? certificates.backendKey;
  if ((cert === undefined) !== (key === undefined)) {
    const got = cert === undefined ? 'second' : 'first';
    const own = `${accessVariable(server, 'cert')} and ${accessVariable(server, 'key')}`;
    throw new SloError('usage', `a client certificate and its key go together, got the ${got} alone`, {
      hint: `--backend-cert FILE and --backend-key FILE, or ${own}`,
    });
  }
  const ca = read('ca') ?? certificates.backendCa;
  const insecure = read('insecure');
  const unchecked =
    (insecure === undefined ? undefined : readText(onOff, insecure, accessVariable(server, 'insecure'))) ??
    certificates.backendInsecure ??
    false;
  const tls = { caPem: pem(ca), certPem: pem(cert), keyPem: pem(key), unchecked };
  return { auth: authOf(server, read('token'), { user: read('user'), password: read('password') }), tls };
}

function authOf(
  server: OptionSpec,
  token: string | undefined,
  { user, password }: { readonly user: string | undefined; readonly password: string | undefined },
): HttpAuth | undefined {
  const name = (access: Access) => accessVariable(server, access);
  const pair = `${name('user')} and ${name('password')}`;
  if (token !== undefined && (user ?? password) !== undefined)
    throw new SloError('usage', `either ${name('token')}, or ${pair}: got both`);
  if ((user === undefined) !== (password === undefined))
    throw new SloError('usage', `${pair} go together, got one of them`);
  if (user !== undefined && password !== undefined) return { kind: 'basic', user, password };
  return token === undefined ? undefined : { kind: 'bearer', token: headerToken(name('token'), token) };
}

/** @throws SloError `usage` when `token` is not legal in an HTTP header (RFC 6750 allows visible ASCII). */
export function headerToken(variable: string, token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new SloError('usage', `${variable} must be visible ASCII characters, got others (not shown)`, {
    hint: 'a line break at the end of a secret is a usual cause',
  });
}

/** What of TLS is the target's own. @throws SloError `usage` for a file that can't be read, and for one that is no PEM. */
export function targetTls(ca: string | undefined): HttpTls | undefined {
  return ca === undefined ? undefined : { caPem: pem(ca), caFile: resolve(ca) };
}

function pem(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SloError('usage', `cannot read ${path}: ${fileErrorText(cause)}`, { cause });
  }
  if (text.includes('-----BEGIN ')) return text;
  throw new SloError('usage', `${path} must be a PEM file, got one without "-----BEGIN"`);
}
