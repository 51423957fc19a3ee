/** The options of all observed systems, and of the backends that they share. */
import type { OptionSpec, OptionValues } from '../options/spec.ts';
import { BACKEND_OPTIONS } from './backend-options.ts';
import { LOGS_OPTIONS } from './logs/options.ts';
import { METRICS_OPTIONS } from './metrics/options.ts';
import { TRACES_OPTIONS } from './traces/options.ts';

export type SystemValues = OptionValues<typeof METRICS_OPTIONS> &
  OptionValues<typeof TRACES_OPTIONS> &
  OptionValues<typeof LOGS_OPTIONS> &
  OptionValues<typeof BACKEND_OPTIONS>;

export function systemOptions(): readonly OptionSpec[] {
  return [...METRICS_OPTIONS, ...TRACES_OPTIONS, ...LOGS_OPTIONS, ...BACKEND_OPTIONS];
}
