/** A kind of backend that a team may run, e.g. Loki, and how those that a run's options name are opened. */
import type { OptionSpec } from '../options/spec.ts';
import type { ObserveContext } from './observer.ts';

/** What opening a backend needs. */
export type BackendContext = Pick<ObserveContext, 'options' | 'access' | 'signal'>;

export interface BackendKind<Backend> {
  /** As observations name their source, e.g. `loki`. */
  readonly id: string;
  /** Its name for a person, e.g. `Loki`. */
  readonly title: string;
  /** Options that say where it is: any one of them will do. */
  readonly options: readonly string[];
  /** Those of `options` that the backend brings itself; absent: the system has them all. */
  readonly brings?: readonly OptionSpec[];
  /** How it is named on the command line, for a hint: `--loki URL`. */
  readonly usage: string;
  /** @param at what the option says. Asks nothing yet. */
  open(at: string, context: BackendContext): Backend | Promise<Backend>;
}

/** Those that the options name. */
export function openNamed<Backend>(
  kinds: readonly BackendKind<Backend>[],
  context: BackendContext,
): Promise<Backend[]> {
  return Promise.all(
    kinds.flatMap((kind) => {
      const option = kind.options.find((name) => context.options[name] !== undefined);
      return option === undefined ? [] : [kind.open(String(context.options[option]), context)];
    }),
  );
}

/** `give A, B or C`. */
export function giveOneOf(usages: readonly string[]): string {
  const last = usages.at(-1) ?? '';
  return `give ${usages.length < 2 ? last : `${usages.slice(0, -1).join(', ')} or ${last}`}`;
}
