import { defineConfig } from 'vitest/config';
import { slowestFirst } from './test/support/slowest-first.ts';

/** They load a server, or hold a clock that runs faster: one file at a time and alone, because all that runs shares the machine's cores. */
const ALONE = ['test/real/{aragora,cloudwatch,drill*,slo-drill,stack,stack-run}.test.ts'];

const COMMON = {
  // Programs of ours start from a bundle of their sources: see there.
  globalSetup: 'test/support/bundle/make.ts',
  testTimeout: 180_000,
  hookTimeout: 600_000,
};

/** Against real backends: `npm run test:real` first makes those that the cache does not have, which takes ten minutes and more the first time. */
export default defineConfig({
  test: {
    sequence: { sequencer: slowestFirst(['real/release', 'real/slo-rules', 'real/stack-up', 'real/loki']) },
    projects: [
      { test: { ...COMMON, name: 'alone', include: ALONE, fileParallelism: false, sequence: { groupOrder: 0 } } },
      {
        test: {
          ...COMMON,
          name: 'abreast',
          include: ['test/real/**/*.test.ts'],
          exclude: ALONE,
          // Each file has backends of its own, and mostly waits for them. What is late there is waited for.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
