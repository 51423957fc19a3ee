import { defineConfig } from 'vitest/config';

/** Tests that load a server: one file at a time and alone, since they share the cores with what they measure. */
const LOADING = [
  'test/cli/**/*.test.ts',
  'test/engine/**/*.test.ts',
  'test/breaks/**/*.test.ts',
  'test/observe/**/*.test.ts',
  'test/readme.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{lib,thresholds,reports,test}/**/*.test.ts'],
          exclude: ['test/aragora/**', 'test/real/**', ...LOADING],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'load',
          include: LOADING,
          fileParallelism: false,
          testTimeout: 120_000,
          // The first of them may have to build the load engine.
          hookTimeout: 900_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
