import { defineConfig } from 'vitest/config';

/** Against real backends: `npm run test:real` first makes those that the cache does not have, which takes ten minutes and more the first time. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    // Programs of ours start from a bundle of their sources: see there.
    globalSetup: 'test/support/bundle/make.ts',
    // The backends share the machine's cores: one file at a time.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
});
