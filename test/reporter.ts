/**
 * What `npm test` learns of a vitest run: how many tests passed, and a line with its reason for everything that failed: tests, hooks, files
 * that could not be collected, errors that no test caught. Written to the file that env VITEST_REPORT names. Prints nothing.
 */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

export interface Report {
  readonly passed: number;
  readonly failed: number;
  /** One line each; at least one where anything failed. */
  readonly failures: readonly string[];
  /** How long each file took, to read it and to run it. */
  readonly files: readonly { readonly file: string; readonly seconds: number }[];
  /** Breaks of the reference target that a test proved: those that a passed test names in its meta as `proves`. */
  readonly proven: readonly string[];
}

declare module 'vitest' {
  interface TaskMeta {
    /** The break that the test proves. */
    proves?: string;
  }
}

/** The first 600 characters of the output, without its stack, for places where only the end of the output is kept. */
export function oneLine(said: string): string {
  const [message = ''] = stripVTControlCharacters(said).split(/\n\s+at /);
  return message.replace(/\s+/g, ' ').trim().slice(0, 600);
}

type Thrown = Pick<SerializedError, 'message' | 'name' | 'stack'>;

/** Where it was thrown in our own sources, ` at file:line`; '' where its stack does not say. */
function placeOf([error]: readonly Thrown[]): string {
  const stack = error?.stack ?? '';
  for (const [, path = '', line] of stripVTControlCharacters(stack).matchAll(
    /\(?((?:file:\/\/)?\/[^\s():]+):(\d+):\d+/g,
  )) {
    const file = relative(process.cwd(), path.replace('file://', ''));
    if (!file.startsWith('..') && !file.includes('node_modules')) return ` at ${file}:${line}`;
  }
  return '';
}

function reasonOf(errors: readonly Thrown[]): string {
  const [error] = errors;
  return error === undefined ? 'no reason was given' : oneLine(error.message);
}

function unhandled(error: SerializedError): string {
  const path = error['VITEST_TEST_PATH'] as string | undefined;
  const test = error['VITEST_TEST_NAME'] as string | undefined;
  const file = path === undefined ? 'an unknown file' : relative(process.cwd(), path);
  const during = test === undefined ? '' : `, perhaps of "${test}"`;
  const type = error['type'] as string | undefined;
  return `${file}: ${type ?? 'Unhandled Error'}${during}: ${oneLine(`${error.name}: ${error.message}`)}${placeOf([error])}`;
}

/**
 * The report of one file: its own failures first, then those of each test. A test that never ran because of these is counted, and reported
 * with them.
 */
function reportOf(module: TestModule): Report {
  const tests = [...module.children.allTests()];
  const broken = tests.filter((test) => test.result().state !== 'passed');
  const errorsOf = (test: TestCase): readonly Thrown[] => test.result().errors ?? [];
  const silent = broken.filter((test) => errorsOf(test).length === 0);
  const outer = [module, ...module.children.allSuites()].filter((part) => part.errors().length > 0);
  const nameOf = (part: TestModule | TestSuite | TestCase): string =>
    `${module.relativeModuleId}${part.type === 'module' ? '' : ` > ${part.fullName}`}`;
  const left = silent.length === 0 ? '' : ` (of its tests ${silent.length} did not run)`;
  const { collectDuration, duration } = module.diagnostic();
  return {
    files: [{ file: module.relativeModuleId, seconds: (collectDuration + duration) / 1000 }],
    proven: tests.filter((test) => !broken.includes(test)).flatMap((test) => test.meta().proves ?? []),
    passed: tests.length - broken.length,
    failed: broken.length + outer.length,
    failures: [
      ...outer.map((part) => `${nameOf(part)}: ${reasonOf(part.errors())}${left}`),
      ...broken
        .filter((test) => !silent.includes(test))
        .map((test) => `${nameOf(test)}: ${reasonOf(errorsOf(test))}${placeOf(errorsOf(test))}`),
      // No test is skipped on purpose, so one that did not run is a failure.
      ...(outer.length > 0 ? [] : silent.map((test) => `${nameOf(test)}: it did not run to its end`)),
    ],
  };
}

export default class implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const reports = modules.map(reportOf);
    const sum = (of: 'passed' | 'failed'): number => reports.reduce((total, one) => total + one[of], 0);
    const all: Report = {
      passed: sum('passed'),
      failed: sum('failed') + errors.length,
      failures: [...reports.flatMap(({ failures }) => failures), ...errors.map(unhandled)],
      files: reports.flatMap(({ files }) => files),
      proven: reports.flatMap(({ proven }) => proven),
    };
    const path = process.env['VITEST_REPORT'];
    if (path !== undefined) writeFileSync(path, JSON.stringify(all));
  }
}
