/** The observed system `status` as a whole. Its observer is loaded only when a run looks at it. */
import type { KnownSystem } from '../known.ts';
import { STATUS_PAGE } from './system.ts';

export const status: KnownSystem = {
  ...STATUS_PAGE,
  observe: async (context) => (await import('./observe/observer.ts')).observeStatus(context),
  breaks: [],
};
