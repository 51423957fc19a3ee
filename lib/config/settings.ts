/**
 * Owns what a config file says, checked: every key and value, and its paths taken from its own folder.
 * Refuses to know where the file was found (find.ts), and what wins over it (the command line).
 */
import { dirname, relative, resolve } from 'node:path';
import { z } from 'zod';
import { CONTRACTS } from '../../thresholds/contracts.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { SloError } from '../core/error.ts';
import { HTTP_SOURCES } from '../core/http-access.ts';
import type { Objective } from '../core/plan.ts';
import { checkConfig, readDocument } from './check.ts';
import type { Config } from './define.ts';
import { isProfilePath, profileOf } from './profile.ts';
import { runScript } from './script.ts';
import { objectivesOf } from './slo.ts';

/** Ready for a run: what was written out in the file is checked, paths are told from the current folder. */
export interface Settings extends Omit<Config, 'profile' | 'slo'> {
  readonly profile?: string | Profile;
  readonly slo?: string | readonly Objective[];
}

/** @throws SloError `config-invalid` naming the file and the key, what was expected and what came; never repeats a secret. */
export async function readSettings(path: string): Promise<Settings> {
  const value = await contentOf(path);
  refuseSecrets(path, value);
  const { profile, slo, ...plain } = checkConfig(path, value, schemaFor(dirname(path)));
  return {
    ...(plain as Omit<Config, 'profile' | 'slo'>),
    ...(profile === undefined ? {} : { profile: isText(profile) ? profile : profileOf(path, profile, ['profile']) }),
    ...(slo === undefined ? {} : { slo: isText(slo) ? slo : objectivesOf(path, slo, ['slo']) }),
  };
}

async function contentOf(path: string): Promise<unknown> {
  if (/\.(json|ya?ml)$/.test(path)) return readDocument(path);
  if (/\.(ts|m?js)$/.test(path)) return runScript(path);
  throw new SloError('config-invalid', `a config file ends in .ts, .js, .mjs, .json, .yaml or .yml, got "${path}"`);
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';

const PORT = 'a port, 0 to 65535';
const port = z.number({ error: PORT }).int({ error: PORT }).min(0, { error: PORT }).max(65_535, { error: PORT });
const text = z.string({ error: 'a text that is not empty' }).min(1, { error: 'a text that is not empty' });
const yesNo = z.boolean({ error: 'true or false' });

function url(schemes: readonly string[]): z.ZodType<string> {
  const error = `a URL that begins with ${schemes.join('// or ')}//, without credentials, query and fragment: it is stored`;
  const hint = 'credentials go into the environment, see aragora-slo run --help';
  return z.string({ error }).refine((value) => isPlain(value, schemes), { error, params: { hint } });
}

function isPlain(value: string, schemes: readonly string[]): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, search, hash } = new URL(value);
  return schemes.includes(protocol) && username + password + search + hash === '';
}

const http = url(['http:', 'https:']);
const CONTRACT_NAMES = Object.keys(CONTRACTS);
const PROFILE_NAMES = Object.keys(PROFILES);
const PROFILE = 'the name of a profile, the path of a file, or an object with name and journeys';
const SLO = 'the path of an SLO file, an SLO, or a list of them';

const asPath = (value: string): string => (isProfilePath(value) ? value : `./${value}`);

/** @param folder from which the paths in the file are taken. */
function schemaFor(folder: string) {
  const here = (value: string): string => relative('', resolve(folder, value)) || '.';
  const path = z
    .string({ error: 'a path' })
    .min(1, { error: 'a path' })
    .refine((value) => !value.includes('-----BEGIN'), { error: 'a path, not what the file holds' })
    .transform(here);
  const profile = z
    .unknown()
    .refine((value) => isText(value) || isObject(value), { error: PROFILE })
    .refine((value) => !isText(value) || isProfilePath(value) || PROFILE_NAMES.includes(value), {
      error: PROFILE,
      params: { legal: PROFILE_NAMES },
    })
    // With a slash it stays a path, whatever its name ends in.
    .transform((value) => (isText(value) && isProfilePath(value) ? asPath(here(value)) : value));
  return z.strictObject(
    {
      target: http.optional(),
      ws: url(['ws:', 'wss:']).optional(),
      profile: profile.optional(),
      contract: z
        .string({ error: 'the name of a contract' })
        .refine((name) => CONTRACT_NAMES.includes(name), {
          error: 'the name of a contract',
          params: { legal: CONTRACT_NAMES },
        })
        .optional(),
      slo: z.union([path, z.looseObject({}), z.array(z.unknown())], { error: SLO }).optional(),
      accept: path.optional(),
      history: path.optional(),
      out: path.optional(),
      telemetry: yesNo.optional(),
      metrics: http.optional(),
      logFile: z.union([z.literal('-'), path], { error: 'a path, or "-" for what is piped in' }).optional(),
      otlpPort: port.optional(),
      otlpGrpcPort: port.optional(),
      otlpHost: text.optional(),
      prometheus: http.optional(),
      prometheusJob: text.optional(),
      jaeger: http.optional(),
      loki: http.optional(),
      lokiSelector: text.optional(),
      lokiTenant: text.optional(),
      elasticsearch: http.optional(),
      elasticsearchIndex: text.optional(),
      cloudwatch: text.optional(),
      cloudwatchEndpoint: http.optional(),
      backendCa: path.optional(),
      backendCert: path.optional(),
      backendKey: path.optional(),
      backendInsecure: yesNo.optional(),
    } satisfies Record<keyof Config, z.ZodType>,
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys' ? undefined : 'an object with target, profile and the like',
    },
  );
}

/** Every key that a config file may have. */
export const CONFIG_KEYS: readonly string[] = Object.keys(schemaFor('.').shape);

const SECRET_KEY = /token|passw|secret|credential|api_?key|auth|bearer|user/i;

/** @throws SloError for a key that is none and is called like a secret, with the variable that it belongs into. */
function refuseSecrets(path: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const key = Object.keys(value).find((name) => !CONFIG_KEYS.includes(name) && SECRET_KEY.test(name));
  if (key === undefined) return;
  const source = HTTP_SOURCES.find((name) => key.toLowerCase().startsWith(name));
  const kind = /user/i.test(key) ? 'USER' : /passw/i.test(key) ? 'PASSWORD' : 'TOKEN';
  const variable = source === undefined ? 'ARAGORA_API_TOKEN' : `ARAGORA_SLO_${source.toUpperCase()}_${kind}`;
  throw new SloError('config-invalid', `${path}: "${key}" is a secret, and has no place in a config file`, {
    hint: `put it into the environment variable ${variable}`,
  });
}
