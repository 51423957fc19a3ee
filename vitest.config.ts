import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['lib/**/*.test.ts', 'thresholds/**/*.test.ts', 'reports/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['node_modules', 'test/aragora/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
