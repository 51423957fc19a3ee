/** The observed system `aws` as a whole. Its observer is loaded only when a run asks for it: the SDK takes long to load. */
import type { KnownSystem } from '../known.ts';
import { AWS } from './system.ts';

export const aws: KnownSystem = {
  ...AWS,
  observe: async (context) =>
    context.options['secrets'] === undefined
      ? { collect: async () => [] }
      : (await import('./observe/observer.ts')).observeAws(context),
  breaks: [],
};
