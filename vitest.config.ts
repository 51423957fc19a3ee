import { defineConfig } from 'vitest/config';

/** Tests that load a server with limits that a busy machine does not reach: two files at a time, for most of their time is waiting. */
const LENIENT = ['test/cli/**/*.test.ts', 'test/observe/**/*.test.ts'];

/** Tests that load a server and hold it to the documented limits: one file at a time and alone, since they share the cores with what they measure. */
const STRICT = ['test/engine/**/*.test.ts', 'test/breaks/**/*.test.ts', 'test/readme.test.ts'];

/** What is polled for comes at once, but for on a machine that is busy with something else: the usual second is too little there. */
const EXPECT = { poll: { timeout: 30_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          expect: EXPECT,
          include: ['{lib,thresholds,reports,test}/**/*.test.ts'],
          exclude: ['test/aragora/**', 'test/real/**', ...LENIENT, ...STRICT],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'cli',
          expect: EXPECT,
          include: LENIENT,
          maxWorkers: 2,
          testTimeout: 120_000,
          // The first of them may have to build the load engine.
          hookTimeout: 900_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'load',
          expect: EXPECT,
          include: STRICT,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
