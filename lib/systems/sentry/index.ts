/** The observed system `sentry` as a whole. Its observer is loaded only when a run asks for it. */
import type { KnownSystem } from '../known.ts';
import { SENTRY_BREAKS } from './faults/index.ts';
import { SENTRY } from './system.ts';

export const sentry: KnownSystem = {
  ...SENTRY,
  observe: async (context) =>
    context.options['sentryListen'] === undefined
      ? { collect: async () => [] }
      : (await import('./observe/observer.ts')).observeSentry(context),
  breaks: SENTRY_BREAKS,
};
