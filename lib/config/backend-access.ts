/**
 * Owns the credentials and certificates for a team's backends: read from the environment and from files, fit to be sent.
 * Refuses to repeat any of them, in a message or anywhere else.
 */
import { readFileSync } from 'node:fs';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';
import { type BackendAccess, HTTP_SOURCES, type HttpAccess, type HttpAuth } from '../core/http-access.ts';

/** For every backend whose own variables don't say otherwise. */
export interface TlsFiles {
  readonly backendCa?: string | undefined;
  readonly backendCert?: string | undefined;
  readonly backendKey?: string | undefined;
  readonly backendInsecure?: boolean | undefined;
}

/**
 * Of each source `ARAGORA_SLO_<SOURCE>_TOKEN`, or `_USER` and `_PASSWORD`; `_CA`, `_CERT` and `_KEY` name files, `_INSECURE=1` takes any
 * certificate. Empty variables count as absent.
 * @throws SloError `usage` for half a pair, for both kinds of credentials, for a token that fits no header and a file that can't be read.
 */
export function backendAccess(env: NodeJS.ProcessEnv, files: TlsFiles): BackendAccess {
  return Object.fromEntries(
    HTTP_SOURCES.map((source) => {
      const prefix = `ARAGORA_SLO_${source.toUpperCase()}`;
      return [source, accessOf((name) => env[`${prefix}_${name}`] || undefined, prefix, files)];
    }),
  );
}

type Read = (name: string) => string | undefined;

function accessOf(read: Read, prefix: string, files: TlsFiles): HttpAccess {
  const auth = authOf(read, prefix);
  const cert = read('CERT') ?? files.backendCert;
  const key = read('KEY') ?? files.backendKey;
  if ((cert === undefined) !== (key === undefined)) {
    throw new SloError(
      'usage',
      `a client certificate and its key go together, got the ${cert ? 'first' : 'second'} alone`,
      {
        hint: `--backend-cert FILE and --backend-key FILE, or ${prefix}_CERT and ${prefix}_KEY`,
      },
    );
  }
  const ca = read('CA') ?? files.backendCa;
  const unchecked = isSet(read('INSECURE'), `${prefix}_INSECURE`) ?? files.backendInsecure ?? false;
  const tls = { caPem: pem(ca), certPem: pem(cert), keyPem: pem(key), unchecked };
  return { auth, tls };
}

function authOf(read: Read, prefix: string): HttpAuth | undefined {
  const [token, user, password] = [read('TOKEN'), read('USER'), read('PASSWORD')];
  if (token !== undefined && (user ?? password) !== undefined)
    throw new SloError('usage', `either ${prefix}_TOKEN, or ${prefix}_USER and ${prefix}_PASSWORD: got both`);
  if ((user === undefined) !== (password === undefined))
    throw new SloError('usage', `${prefix}_USER and ${prefix}_PASSWORD go together, got one of them`);
  if (user !== undefined && password !== undefined) return { kind: 'basic', user, password };
  if (token === undefined) return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return { kind: 'bearer', token };
  throw new SloError('usage', `${prefix}_TOKEN must be visible ASCII characters, got others (not shown)`, {
    hint: 'a line break at the end of a secret is a usual cause',
  });
}

/** What the variable of a switch says; undefined when it is absent. @throws SloError `usage` for anything but 1, true, 0 and false. */
export function isSet(value: string | undefined, name: string): boolean | undefined {
  if (value === undefined) return undefined;
  if (value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return false;
  throw new SloError('usage', `${name} must be 1 or 0, got ${JSON.stringify(value)}`);
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
