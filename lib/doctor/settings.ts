/** What a run from here would find set: options with the place that sets them, credentials, and variables that no option reads. */
import { SloError } from '../core/error.ts';
import { nearest } from '../core/nearest.ts';
import { shown } from '../options/kinds.ts';
import { resolve, type Said } from '../options/resolve.ts';
import { ACCESS, accessVariable, flagOf, type OptionSpec, SECRETS, variableOf } from '../options/spec.ts';

export interface Setting {
  /** Of the option, or of the variable where there is no option. */
  readonly name: string;
  readonly value: string;
  /** Where it is from; absent for what a run would refuse or not look at. */
  readonly from?: string;
  /** A run would be refused because of it. */
  readonly refused?: true;
}

/** Read by other parts than options. */
const OTHERS = ['ARAGORA_SLO_K6', 'ARAGORA_SLO_CACHE', 'ARAGORA_SLO_TRACE'];

export function settingsOf(specs: readonly OptionSpec[], said: Said): Setting[] {
  return [...options(specs, said), ...access(specs, said.env), ...unread(specs, said.env)];
}

function options(specs: readonly OptionSpec[], said: Said): Setting[] {
  return specs.flatMap((spec): Setting[] => {
    const name = `--${flagOf(spec)}`;
    try {
      const { values, origins } = resolve([spec], said);
      const origin = origins[spec.name];
      if (origin !== 'variable' && origin !== 'file') return [];
      return [
        {
          name,
          value: text(values[spec.name]),
          from: origin === 'variable' ? variableOf(spec) : (said.file?.path ?? ''),
        },
      ];
    } catch (error) {
      if (error instanceof SloError) return [{ name, value: error.message, refused: true }];
      throw error;
    }
  });
}

function text(value: unknown): string {
  return typeof value === 'object' ? shown(value) : String(value);
}

/** Credentials, never shown, and certificates. */
function access(specs: readonly OptionSpec[], env: Said['env']): Setting[] {
  return specs
    .filter(({ credentials }) => credentials)
    .flatMap((spec) =>
      ACCESS.flatMap((kind) => {
        const variable = accessVariable(spec, kind);
        const value = env[variable];
        if (!value) return [];
        const isSecret = SECRETS.some((secret) => secret === kind);
        return [{ name: `--${flagOf(spec)} ${kind}`, value: isSecret ? 'set (not shown)' : value, from: variable }];
      }),
    );
}

/** Variables that are called like ours, and that nothing reads: misspelt, most likely. */
function unread(specs: readonly OptionSpec[], env: Said['env']): Setting[] {
  const read = [
    ...OTHERS,
    ...specs.filter(({ from }) => from !== 'flag').map(variableOf),
    ...specs.flatMap((spec) => (spec.credentials ? ACCESS.map((kind) => accessVariable(spec, kind)) : [])),
  ];
  const unknown = Object.keys(env).filter((name) => name.startsWith('ARAGORA_SLO_') && !read.includes(name));
  return unknown.sort().map((name) => {
    const guess = nearest(name, read);
    return { name, value: `nothing reads it${guess === undefined ? '' : `: did you mean ${guess}?`}` };
  });
}

/** A line each; '' when nothing is set. */
export function settingsText(settings: readonly Setting[]): string {
  const width = Math.max(0, ...settings.map(({ name }) => name.length));
  return settings
    .map(({ name, value, from, refused }) => {
      const mark = refused ? '✗' : from === undefined ? '·' : '✓';
      return `${mark} ${name.padEnd(width)} ${value}${from === undefined ? '' : `  (${from})`}`;
    })
    .join('\n');
}
