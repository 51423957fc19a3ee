/** One arrival as the harness makes it: scenarios/health.ts, unchanged. */
import { benchOptions } from './options.ts';

export { default as iteration } from '../../scenarios/health.ts';

export const options = benchOptions;
