/** The command line of the reference target's own process. */
import { parseArgs } from 'node:util';
import { SloError } from '../core/error.ts';
import { nearest } from '../core/nearest.ts';
import { breakNamed } from '../systems/breaks.ts';
import { type Patch, WAITS, type Wait } from '../target/behaviour.ts';
import { LOG_LEVELS, type LogLevel } from '../target/log.ts';
import type { TargetOptions } from '../target/target.ts';

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  'ws-port': { type: 'string' },
  seed: { type: 'string' },
  break: { type: 'string', multiple: true },
  latency: { type: 'string', multiple: true },
  capacity: { type: 'string' },
  'delay-ms': { type: 'string' },
  otlp: { type: 'string' },
  'trace-ratio': { type: 'string' },
  log: { type: 'string' },
  'log-level': { type: 'string' },
} as const;

/**
 * Reads `--host H --port N --ws-port N --seed N --break NAME… --latency NAME=LAW… --capacity N --delay-ms N --otlp URL --trace-ratio R
 * --log FILE|- --log-level L`
 * (`-` logs to stderr); the token comes from `ARAGORA_API_TOKEN`, never from the command line, where others could read it.
 * Throws SloError("usage").
 */
export function parseTargetArgs(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): TargetOptions {
  const values = parse(argv);
  const token = env['ARAGORA_API_TOKEN'];
  return {
    ...(values.host === undefined ? {} : { host: values.host }),
    ...given('port', whole('port', values.port, 65_535)),
    ...given('wsPort', whole('ws-port', values['ws-port'], 65_535)),
    ...given('seed', whole('seed', values.seed, 2 ** 32 - 1)),
    breaks: (values.break ?? []).map(breakNamed),
    ...given('capacityPerSec', positive('capacity', values.capacity)),
    patch: latencyPatch([...(values.latency ?? []), ...delay(whole('delay-ms', values['delay-ms'], 60_000))]),
    tracing: { ...given('otlpUrl', values.otlp), ...given('ratio', ratio(values['trace-ratio'])) },
    log: { ...given('to', values.log === '-' ? 2 : values.log), ...given('level', level(values['log-level'])) },
    ...given('token', token === '' ? undefined : token),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, strict: true }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new SloError('usage', message, { hint: `options: --${Object.keys(OPTIONS).join(', --')}`, cause });
  }
}

/** An object with the property, or without it when there is no value. */
function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}

function whole(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new SloError('usage', `--${name} must be a whole number from 0 to ${max}, got "${text}"`);
}

function positive(name: string, text: string | undefined): number | undefined {
  const value = whole(name, text, 1_000_000);
  if (value !== 0) return value;
  throw new SloError('usage', `--${name} must be greater than 0`);
}

/** What a server that is slower everywhere by as much has as its law. */
function delay(ms: number | undefined): string[] {
  return ms === undefined ? [] : [`all=constant(${ms}ms)`];
}

function ratio(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text || Number.NaN);
  if (value >= 0 && value <= 1) return value;
  throw new SloError('usage', `--trace-ratio must be a number from 0 to 1, got "${text}"`);
}

function level(text: string | undefined): LogLevel | undefined {
  return text === undefined ? undefined : oneOf('--log-level', text.toLowerCase(), LOG_LEVELS);
}

function latencyPatch(pairs: readonly string[]): Patch {
  const waits: Partial<Record<Wait, string>> = {};
  for (const pair of pairs) {
    const [name = '', ...law] = pair.split('=');
    waits[oneOf('--latency', name, WAITS)] = law.join('=');
  }
  return { waits };
}

function oneOf<T extends string>(what: string, text: string, legal: readonly T[]): T {
  const found = legal.find((value) => value === text);
  if (found !== undefined) return found;
  const guess = nearest(text, legal);
  throw new SloError('usage', `${what} does not know "${text}"`, {
    hint: `${guess === undefined ? '' : `did you mean "${guess}"? `}legal: ${legal.join(', ')}`,
  });
}
