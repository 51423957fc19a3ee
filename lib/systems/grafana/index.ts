/** The observed system `grafana` as a whole. Its observer is loaded only when a run looks at it. */
import type { KnownSystem } from '../known.ts';
import { GRAFANA } from './system.ts';

export const grafana: KnownSystem = {
  ...GRAFANA,
  observe: async (context) => (await import('./observe/observer.ts')).observeGrafana(context),
  breaks: [],
};
