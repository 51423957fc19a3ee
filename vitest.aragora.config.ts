import { defineConfig } from 'vitest/config';
import { slowestFirst } from './test/support/slowest-first.ts';

/** Gate latencies and look at every single request: one file at a time and alone. */
const GATES = ['test/aragora/{gate,crowded}.test.ts'];

const COMMON = {
  // Programs of ours start from a bundle of their sources: see there.
  globalSetup: 'test/support/bundle/make.ts',
  testTimeout: 600_000,
  hookTimeout: 900_000,
};

/** Against the real Aragora: installs it if the cache does not have it, so the first run needs PyPI and takes a minute longer. */
export default defineConfig({
  test: {
    sequence: {
      sequencer: slowestFirst(['aragora/capacity', 'aragora/experiment', 'aragora/compare', 'aragora/set-up']),
    },
    projects: [
      { test: { ...COMMON, name: 'gates', include: GATES, fileParallelism: false, sequence: { groupOrder: 0 } } },
      {
        test: {
          ...COMMON,
          name: 'aragora',
          include: ['test/aragora/**/*.test.ts'],
          exclude: GATES,
          // Each file has servers of its own. They wait for fixed times more than they compute.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
