import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Loads a server and applies the documented limits: alone, because it shares the cores with what it measures. */
const STRICT = 'test/proofs/alone.test.ts';

/** Tests whose loads have to be whole, but may be slow. */
const LOADS = ['test/{proofs,innocent}/**/*.test.ts'];

/** They take longest, so they begin first: one that begins last would run alone at the end. vitest knows only how long a file took here before. */
const SLOWEST = [
  'cli/capacity',
  'cli/readme',
  'cli/experiment',
  'cli/compare',
  'observe/backends',
  'proofs/batches',
  'proofs/replay',
];

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number =>
      SLOWEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`)) + 1 || Infinity;
    const groupOrder = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => groupOrder(a) - groupOrder(b) || Math.sign(place(a) - place(b)) || 0);
  }
}

/** What is proven of the breaks without any load. */
const PROOFS_WITHOUT_LOAD = ['test/proofs/{catalogue,judged}.test.ts'];

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

export default defineConfig({
  test: {
    sequence: { sequencer: SlowestFirst },
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
          name: 'browser',
          expect: EXPECT,
          include: ['test/browser/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          // Programs of ours, some of which load a server with limits that a busy machine does not reach: more files at a time than there
          // are cores, because they mostly wait.
          name: 'programs',
          ...BUNDLED,
          expect: EXPECT,
          env: ENV,
          include: ['test/{processes,engine,cli,observe,extend}/**/*.test.ts'],
          exclude: LOADS,
          maxWorkers: 3,
          testTimeout: 120_000,
          // The first of them may have to build the load engine.
          hookTimeout: 900_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'loads',
          ...BUNDLED,
          expect: EXPECT,
          env: ENV,
          include: LOADS,
          exclude: [STRICT, ...PROOFS_WITHOUT_LOAD],
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'strict',
          ...BUNDLED,
          expect: EXPECT,
          env: ENV,
          include: [STRICT],
          testTimeout: 120_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 4 },
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
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
