/**
 * What an option is. One row of this shape gives its flag, environment variable, config key, check, help and documentation.
 * No option is ever a secret: those are read from the environment alone.
 */
import type { Kind } from './kinds.ts';

export interface OptionSpec {
  /** In camel case. The config file's key, and what the flag and the variable are called after: `logFile`, --log-file, ARAGORA_SLO_LOG_FILE. */
  readonly name: string;
  /** The flag, without its dashes, where it is called differently. */
  readonly flag?: string;
  readonly kind: Kind<unknown>;
  /** The value's name in help, for example `<url>`; `<name...>` takes several words, `[port]` none or one. Absent: the flag is a switch. */
  readonly value?: string;
  /** What the flag says without a value, for `[port]`. */
  readonly bare?: unknown;
  /** One phrase for help and documentation. */
  readonly text: string;
  /** Heading in help and documentation. */
  readonly group: string;
  readonly default?: unknown;
  /** What happens without it, for a person, where that is no value: `the target with /ws`. */
  readonly usual?: string;
  /** Where it can be said. Absent: as a flag, in the environment and in the config file. */
  readonly from?: 'flag' | 'flag or variable';
  /**
   * The embedded target has it, too, once it is asked for: it needs no --target. `flag`: only a flag asks for it, because what the
   * environment and the config file name is the team's own, and the embedded target would write there.
   */
  readonly embedded?: true | 'flag';
  /** The command needs it. */
  readonly required?: true;
  /** It names a server that may ask for credentials: they are read from ARAGORA_SLO_<name>_TOKEN and its like. */
  readonly credentials?: true;
  /**
   * Whether the command that makes the same run again says it. Absent: where it isn't the default. `always`: then too, as defaults may
   * change; `never`: it does not change what is measured.
   */
  readonly again?: 'always' | 'never';
}

type OneValue<Spec> = Spec extends { readonly kind: Kind<infer Value> } ? Value : never;
type ValueOf<Spec> = Spec extends { readonly value: `${string}...>` } ? readonly OneValue<Spec>[] : OneValue<Spec>;
type Certain<Spec> = Spec extends { readonly default: unknown } | { readonly required: true } ? Spec : never;

/** The values of a list of options, by name. */
export type OptionValues<Specs extends readonly OptionSpec[]> = {
  readonly [Spec in Certain<Specs[number]> as Spec['name']]: ValueOf<Spec>;
} & {
  readonly [Spec in Exclude<Specs[number], Certain<Specs[number]>> as Spec['name']]?: ValueOf<Spec> | undefined;
};

export function flagOf({ name, flag }: OptionSpec): string {
  return flag ?? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function variableOf({ name }: Pick<OptionSpec, 'name'>): string {
  return `ARAGORA_SLO_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** What gets the harness into a server that an option names: secrets, and what overrides --backend-… for this server. */
export const SECRETS = ['token', 'user', 'password'] as const;
export const ACCESS = [...SECRETS, 'ca', 'cert', 'key', 'insecure'] as const;
export type Access = (typeof ACCESS)[number];

/** The environment variable of one of them, e.g. ARAGORA_SLO_LOKI_TOKEN. */
export function accessVariable(spec: Pick<OptionSpec, 'name'>, access: Access): string {
  return `${variableOf(spec)}_${access.toUpperCase()}`;
}

/** Whether its flag takes several words. */
export function isList({ value }: OptionSpec): boolean {
  return value?.endsWith('...>') ?? false;
}

/** Whether it is a switch that is on without its flag: then --no-… switches it off. */
export function isNegatable({ value, default: standard }: OptionSpec): boolean {
  return value === undefined && standard === true;
}

/** Whether it is allowed in a config file. */
export function isKey({ from }: OptionSpec): boolean {
  return from === undefined;
}
