import { defineConfig } from 'vitest/config';

/** Against the real Aragora: installs it if the cache does not have it, so the first run needs PyPI and takes a minute longer. */
export default defineConfig({
  test: {
    include: ['test/aragora/**/*.test.ts'],
    // Aragora binds one fixed port (9090) and the machine's cores are shared with the load: one file at a time.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
});
