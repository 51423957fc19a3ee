import { defineConfig } from 'vitest/config';

/** With a real cluster: `npm run test:kubernetes` says what it needs. The first time it is built, which takes about seven minutes. */
export default defineConfig({
  test: {
    include: ['test/kubernetes/**/*.test.ts'],
    // Programs of ours start from a bundle of their sources: see there.
    globalSetup: 'test/support/bundle/make.ts',
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 1_800_000,
  },
});
