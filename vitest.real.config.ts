import { defineConfig } from 'vitest/config';

/** Against real backends: `npm run test:real` makes those that the cache lacks before, which the first time takes ten minutes and more. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    // The backends share the machine's cores: one file at a time.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
});
