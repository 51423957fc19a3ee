import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { slowestFirst } from './test/support/slowest-first.ts';

/** Load a server, and need clients that nothing keeps from their work: alone, because they share the cores with what they measure. */
const STRICT = ['test/proofs/alone.test.ts', 'test/observe/check.test.ts'];

const LOADS = ['test/{proofs,innocent}/**/*.test.ts'];

/** They play one tape again. */
const TAPED = ['test/proofs/replay.test.ts', 'test/innocent/tape.test.ts'];

/** They take longest. */
const SLOWEST = [
  'cli/readme',
  'cli/capacity',
  'cli/bad-target',
  'proofs/batches',
  'cli/experiment',
  'cli/compare',
  'observe/backends',
  'cli/early',
  'innocent/front',
  'proofs/replay',
  'innocent/tape',
];

/** What is proven of the breaks without any load. */
const PROOFS_WITHOUT_LOAD = ['test/proofs/{catalogue,fault-breaks,judged}.test.ts'];

/** Claims about chances, tested by simulation: a few times with the unit tests, and every night often enough for the claims of docs/. */
const SIMULATIONS = ['lib/stats/{calibration,change-points,difference,sequential}.test.ts'];

/** What is polled for usually comes at once. On a machine that is busy with something else, the default of one second is too short. */
const EXPECT = { poll: { timeout: 30_000 } };

/** A program's colours depend on where it runs, and they are decided when the sources are loaded. Tests of colours ask for them. */
const ENV = { NO_COLOR: '1' };

/** Programs of ours start from a bundle of their sources: see there. */
const BUNDLED = {
  globalSetup: 'test/support/bundle/make.ts',
  alias: [{ find: /^\.\/program\.ts$/, replacement: join(import.meta.dirname, 'test/support/bundle/program.ts') }],
};

/** Tests that start programs, load a server, or play a tape. What they ask of the time is wide enough for a busy machine. */
const PROGRAMS = {
  expect: EXPECT,
  env: ENV,
  testTimeout: 120_000,
  // The first of them may have to build the load engine.
  hookTimeout: 900_000,
};

/** More files at a time than there are cores, because they mostly wait. */
const STARTED = { ...PROGRAMS, maxWorkers: 3, sequence: { groupOrder: 1 } };

/** Loads have to be whole, so fewer of them run side by side. A tape is played by one core, and nothing in it is late. */
const LOADED = { ...PROGRAMS, maxWorkers: 2, sequence: { groupOrder: 2 } };

export default defineConfig({
  test: {
    sequence: { sequencer: slowestFirst(SLOWEST) },
    projects: [
      {
        test: {
          // Tests of one module each, and of the whole repository. They start no program, so they can share threads, which saves reading
          // the sources again for each file. Much of their time is waiting for timers, so there are more threads than cores.
          name: 'unit',
          expect: EXPECT,
          include: [
            '{lib,scenarios,thresholds,reports}/**/*.test.ts',
            'test/*.test.ts',
            'test/{tapes,mutation}/**/*.test.ts',
            ...PROOFS_WITHOUT_LOAD,
          ],
          pool: 'threads',
          isolate: false,
          maxWorkers: 3,
          provide: { thorough: false },
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...STARTED,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
        },
      },
      {
        test: {
          ...STARTED,
          ...BUNDLED,
          name: 'programs',
          include: ['test/{processes,engine,cli,observe,extend}/**/*.test.ts'],
          exclude: STRICT,
        },
      },
      {
        test: {
          ...LOADED,
          ...BUNDLED,
          name: 'loads',
          include: LOADS,
          exclude: [...STRICT, ...TAPED, ...PROOFS_WITHOUT_LOAD],
        },
      },
      {
        test: {
          ...LOADED,
          name: 'taped',
          globalSetup: 'test/support/tape/make.ts',
          include: TAPED,
        },
      },
      {
        test: {
          ...PROGRAMS,
          ...BUNDLED,
          name: 'strict',
          include: STRICT,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'simulations',
          include: SIMULATIONS,
          pool: 'threads',
          maxWorkers: 2,
          provide: { thorough: true },
          testTimeout: 600_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
