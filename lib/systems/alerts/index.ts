/** The observed system `alerts` as a whole. Its observer is loaded only when a run looks at it. What breaks it is in lib/drill/breaks.ts. */
import type { KnownSystem } from '../known.ts';
import { ALERTS } from './system.ts';

export const alerts: KnownSystem = {
  ...ALERTS,
  observe: async (context) => (await import('./observe/observer.ts')).observeAlerts(context),
  breaks: [],
};
