/** The observed system `sentry` as a whole. Its observer is loaded only when a run asks for it. */
import type { KnownSystem } from '../known.ts';
import { SENTRY_BREAKS } from './faults/index.ts';
import { SENTRY } from './system.ts';

export const sentry: KnownSystem = {
  ...SENTRY,
  observe: async (context) => {
    const { sentry: api, sentryListen } = context.options;
    if (api !== undefined) return (await import('./observe/api.ts')).observeSentryApi(context);
    if (sentryListen === undefined) return { collect: async () => [] };
    return (await import('./observe/observer.ts')).observeSentry(context);
  },
  breaks: SENTRY_BREAKS,
};
