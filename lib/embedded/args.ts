/** The command line of the reference target's own process. */
import { parseArgs } from 'node:util';
import { SloError } from '../core/error.ts';
import { type FlagValue, resolve } from '../options/resolve.ts';
import { flagOf, isList } from '../options/spec.ts';
import { breakNamed } from '../systems/breaks.ts';
import type { Patch, Wait } from '../target/behaviour.ts';
import type { TargetOptions } from '../target/target.ts';
import { PROCESS_OPTIONS } from './options.ts';

/**
 * Its options are in options.ts. The token comes from `ARAGORA_API_TOKEN`, never from the command line, where others could read it.
 * @throws SloError `usage`.
 */
export function parseTargetArgs(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): TargetOptions {
  const { values } = resolve(PROCESS_OPTIONS, { flags: flagsIn(argv), env: {} });
  const { host, port, wsPort, seed, capacity, sentryDsn, sentryEnvironment, redis } = values;
  const { otlp, alsoOtlp, traceRatio, log, alsoLog, logLevel } = values;
  const { oauthProvider, oauthStateTtl, debates } = values;
  // A server that is slower everywhere by as much has this law.
  const delay = values.delayMs === undefined ? [] : [`all=constant(${values.delayMs}ms)`];
  const token = env['ARAGORA_API_TOKEN'] || undefined;
  return {
    ...given({ host, port, wsPort, seed, capacityPerSec: capacity, token, debates }),
    breaks: (values.break ?? []).map(breakNamed),
    patch: latencyPatch([...(values.latency ?? []), ...delay]),
    tracing: given({ otlpUrl: otlp, alsoOtlpUrl: alsoOtlp, ratio: traceRatio }),
    ...(sentryDsn !== undefined && { reports: { dsn: sentryDsn, ...given({ environment: sentryEnvironment }) } }),
    ...(redis !== undefined && { tasks: { url: redis } }),
    ...(oauthProvider !== undefined && {
      signIn: { providerUrl: oauthProvider.replace(/\/+$/, ''), ...given({ stateTtlSec: oauthStateTtl }) },
    }),
    log: given({ to: log === '-' ? 2 : log, alsoTo: alsoLog, level: logLevel }),
  };
}

/** By the names of the options. */
function flagsIn(argv: readonly string[]): Record<string, FlagValue> {
  const options = PROCESS_OPTIONS.map((spec) => [flagOf(spec), { type: 'string', multiple: isList(spec) }] as const);
  try {
    const { values } = parseArgs({ args: [...argv], options: Object.fromEntries(options), strict: true });
    const typed = PROCESS_OPTIONS.map((spec) => [spec.name, values[flagOf(spec)]] as const);
    return Object.fromEntries(
      typed.flatMap(([name, value]) => (value === undefined ? [] : [[name, value as FlagValue]])),
    );
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const flags = PROCESS_OPTIONS.map((spec) => `--${flagOf(spec)}`);
    throw new SloError('usage', message, { hint: `options: ${flags.join(', ')}`, cause });
  }
}

/** Without those that are undefined. */
function given<T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof given<T>
  >;
}

function latencyPatch(pairs: readonly string[]): Patch {
  const waits: Partial<Record<Wait, string>> = {};
  for (const pair of pairs) {
    const [name = '', ...law] = pair.split('=');
    // The kind of the option accepts no other name.
    waits[name as Wait] = law.join('=');
  }
  return { waits };
}
