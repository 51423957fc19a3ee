/** The options of all observed systems, and of the backends that they share. */
import type { OptionSpec, OptionValues } from '../options/spec.ts';
import { BACKEND_OPTIONS } from './backend-options.ts';
import { SYSTEMS } from './index.ts';
import { LOGS_OPTIONS } from './logs/options.ts';
import { METRICS_OPTIONS } from './metrics/options.ts';
import { TRACES_OPTIONS } from './traces/options.ts';

export type SystemValues = OptionValues<typeof METRICS_OPTIONS> &
  OptionValues<typeof TRACES_OPTIONS> &
  OptionValues<typeof LOGS_OPTIONS> &
  OptionValues<typeof BACKEND_OPTIONS>;

/** In the order of the systems, those that were added after them; last what all backends share. */
export function systemOptions(): readonly OptionSpec[] {
  const own = [...METRICS_OPTIONS, ...TRACES_OPTIONS, ...LOGS_OPTIONS];
  const all = SYSTEMS.flatMap(({ options, sources }) => [
    ...options,
    ...sources.flatMap(({ ownOptions = [] }) => ownOptions),
  ]);
  const added = all.filter(({ name }) => !own.some((spec) => spec.name === name));
  return [...own, ...added, ...BACKEND_OPTIONS];
}
