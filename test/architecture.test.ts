/** The dependency rules that the compiler does not check: which room may import which, and one importing room for each npm package. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

const files = ['lib', 'scenarios', 'thresholds', 'reports'].flatMap(sources);
const imports: Import[] = files.flatMap((from) =>
  [
    ...readFileSync(join(root, from), 'utf8').matchAll(
      /^(?:import|export)\b[^'"`;]*?from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm,
    ),
  ].map(([, named, bare, dynamic]) => {
    const to = named ?? bare ?? dynamic ?? '';
    return { from, to: to.startsWith('.') ? relative(root, resolve(root, dirname(from), to)) : to };
  }),
);

/** The room of a file: a folder of lib/, a top folder, or `lib/main.ts`, which puts the commands together. */
function room(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return top === 'lib' ? `lib/${second}` : top;
}

const npm = imports.filter(({ to }) => !to.includes('/..') && !/^(lib|scenarios|thresholds|reports|node:|k6)/.test(to));

/**
 * The rooms from the bottom to the top. A room may import itself and the rooms below it, so no import goes upward and there is no circle.
 * Rooms of one row do not import each other.
 */
const ROWS: readonly (readonly string[])[] = [
  ['lib/core'],
  ['lib/http', 'lib/process', 'lib/bundle', 'lib/promql'],
  ['lib/rules', 'lib/redis'],
  ['lib/journeys', 'lib/options'],
  ['lib/stats', 'lib/engine', 'lib/load', 'lib/record', 'lib/observe'],
  ['lib/target', 'lib/stack'],
  ['lib/systems'],
  ['thresholds'],
  ['lib/causes'],
  ['lib/judge', 'lib/config', 'lib/embedded', 'scenarios', 'reports'],
  ['lib/preflight', 'lib/kubernetes', 'lib/faults'],
  ['lib/run'],
  ['lib/cli'],
  ['lib/history', 'lib/watch', 'lib/validate', 'lib/accept', 'lib/contract', 'lib/init', 'lib/doctor', 'lib/ci'],
  ['lib/commands'],
  ['lib/compare', 'lib/capacity', 'lib/drill', 'lib/slo', 'lib/stacked'],
  ['lib/experiment'],
  ['lib/main.ts'],
];

const floorOf = (name: string): number => ROWS.findIndex((row) => row.includes(name));

const importsOf = new Map(files.map((file) => [file, imports.filter(({ from }) => from === file)]));

/** Circles that are not known yet, as their files one after the other. `path`: the way to the file. `done`: what was followed to its end. */
function circlesFrom(file: string, path: readonly string[], done: Set<string>): string[] {
  if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' → ')];
  if (done.has(file)) return [];
  const circles = (importsOf.get(file) ?? []).flatMap(({ to }) => circlesFrom(to, [...path, file], done));
  done.add(file);
  return circles;
}

test('no file imports itself by way of others, for types neither', () => {
  const done = new Set<string>();
  expect(files.flatMap((file) => circlesFrom(file, [], done))).toEqual([]);
});

describe('the rooms', () => {
  test('are all known', () => {
    expect([...new Set(files.map(room))].filter((name) => floorOf(name) === -1)).toEqual([]);
  });

  test('import only from rooms below', () => {
    const breaches = imports.filter(({ from, to }) => {
      if (!/^(lib|scenarios|thresholds|reports)\//.test(to)) return false;
      const [here, there] = [room(from), room(to)];
      return here !== there && floorOf(there) >= floorOf(here);
    });
    expect(breaches).toEqual([]);
  });

  test('that judge, count and report touch no disk, network, process or clock', () => {
    const pure = files.filter(
      (file) =>
        /^(lib\/(judge|causes|stats|core|journeys|options|promql|rules|systems)\/|lib\/\w+\/(model|report)\/|reports|thresholds)/.test(
          file,
        ) && !/\/client\/|^lib\/systems\/((index|breaks|observed)\.ts|\w+\/(observe|faults)\/)/.test(file),
    );
    const touching = pure.filter((file) =>
      /node:|\bDate\.now\(|new Date\(\)|\bprocess\.[a-z]|Math\.random/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(touching).toEqual([]);
  });
});

/** It is both the reference target's server and the client of preflight and probes. */
const TWO_ROOMS = new Set(['ws']);

/** Declares commands: each feature has its own `command.ts`. */
const OF_COMMANDS = 'commander';

test('each npm package is imported by one room', () => {
  const importers = new Map<string, Set<string>>();
  for (const { from, to } of npm) {
    const parts = to.split('/');
    const packageName = to.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? to);
    if (packageName === OF_COMMANDS && /^lib\/(cli\/|commands\/|main\.ts|\w+\/(gate-)?command\.ts)/.test(from))
      continue;
    importers.set(packageName, (importers.get(packageName) ?? new Set()).add(room(from)));
  }
  const shared = [...importers].filter(([packageName, rooms]) => rooms.size > (TWO_ROOMS.has(packageName) ? 2 : 1));
  expect(shared.map(([packageName, rooms]) => `${packageName}: ${[...rooms].join(', ')}`)).toEqual([]);
});

test('a command takes its flags from a table of options', () => {
  const own = files.filter(
    (file) =>
      file !== 'lib/cli/options.ts' && /\.(required|add)?[oO]ption\(/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(own).toEqual([]);
});

test('every deadline is made by lib/core/within.ts, which holds it until the work is done', () => {
  const own = files.filter((file) => /\bAbortSignal\.timeout\(/.test(readFileSync(join(root, file), 'utf8')));
  expect(own).toEqual([]);
});

test('the least and the most of many values are found by lib/core/extent.ts, whatever their number', () => {
  const own = files.filter((file) => /\bMath\.(min|max)\(\.\.\./.test(readFileSync(join(root, file), 'utf8')));
  expect(own.filter((file) => file !== 'lib/core/extent.ts' && !file.includes('/client/'))).toEqual([]);
});

test('every file says at its head what is in it', () => {
  const silent = files.filter((file) => !/^(#!.*\n)?\/\*\*/.test(readFileSync(join(root, file), 'utf8')));
  expect(silent).toEqual([]);
});
