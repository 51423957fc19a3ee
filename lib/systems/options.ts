/** The options of all observed systems, and of the backends that they share. */
import type { OptionSpec, OptionValues } from '../options/spec.ts';
import { BACKEND_OPTIONS } from './backend-options.ts';
import { SYSTEMS } from './index.ts';
import type { LOGS_OPTIONS } from './logs/options.ts';
import type { METRICS_OPTIONS } from './metrics/options.ts';
import type { TRACES_OPTIONS } from './traces/options.ts';

export type SystemValues = OptionValues<typeof METRICS_OPTIONS> &
  OptionValues<typeof TRACES_OPTIONS> &
  OptionValues<typeof LOGS_OPTIONS> &
  OptionValues<typeof BACKEND_OPTIONS>;

/** In the order of the systems; last what all backends share. */
export function systemOptions(): readonly OptionSpec[] {
  return [...SYSTEMS.flatMap(({ options }) => options), ...BACKEND_OPTIONS];
}
