import { defineConfig } from 'vitest/config';

/** Against the real Aragora: installs it if the cache does not have it, so the first run needs PyPI and takes a minute longer. */
export default defineConfig({
  test: {
    include: ['test/aragora/**/*.test.ts'],
    globalSetup: 'test/support/bundle/make.ts',
    // Each file has its own servers. They share the machine's cores with the load, so there are not more files at a time than this.
    maxWorkers: 3,
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
});
