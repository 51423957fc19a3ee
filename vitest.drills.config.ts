import { defineConfig } from 'vitest/config';

/** Drills that take minutes, because they wait for what must not come: every night. */
export default defineConfig({
  test: {
    include: ['test/drills/**/*.test.ts'],
    // Programs of ours start from a bundle of their sources: see there.
    globalSetup: 'test/support/bundle/make.ts',
    // They share the machine's cores with the clock that they hold: one file at a time.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
});
