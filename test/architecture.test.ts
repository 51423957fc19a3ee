/** The dependency rules that the compiler does not hold: who may import whom, and one importing room per npm package. */
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

/** The room a file lives in: a folder of lib/, or a top folder. */
function room(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return top === 'lib' ? `lib/${second}` : top;
}

const npm = imports.filter(({ to }) => !to.includes('/..') && !/^(lib|scenarios|thresholds|reports|node:|k6)/.test(to));

/** What each room may import besides itself and lib/core. `*` is everything but scenarios and the command line. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  'lib/core': [],
  thresholds: [],
  scenarios: ['thresholds'],
  'lib/config': ['thresholds'],
  'lib/stats': [],
  'lib/capacity': ['thresholds'],
  'lib/experiment': ['lib/stats'],
  'lib/judge': ['lib/stats'],
  'lib/compare': ['lib/stats'],
  'lib/history': ['lib/stats'],
  reports: [],
  'lib/engine': [],
  'lib/load': [],
  'lib/observe': [],
  'lib/record': [],
  'lib/target': ['lib/config', 'thresholds'],
  'lib/doctor': ['lib/engine'],
  'lib/ci': ['lib/engine', 'reports'],
  'lib/run': ['*'],
  'lib/cli': ['lib/run', 'lib/doctor', 'lib/config', 'thresholds', 'reports'],
};

describe('the rooms', () => {
  test('are all known', () => {
    expect([...new Set(files.map(room))].filter((name) => MAY[name] === undefined)).toEqual([]);
  });

  test('import only what they may', () => {
    const breaches = imports.filter(({ from, to }) => {
      if (!/^(lib|scenarios|thresholds|reports)\//.test(to)) return false;
      const [here, there] = [room(from), room(to)];
      if (here === there || there === 'lib/core') return false;
      const allowed = MAY[here] ?? [];
      return allowed[0] === '*' ? there === 'scenarios' || there === 'lib/cli' : !allowed.includes(there);
    });
    expect(breaches).toEqual([]);
  });

  test('of judge, stats, compare, capacity, experiment and reports touch no disk, network, process or clock', () => {
    const pure = files.filter(
      (file) =>
        /^(lib\/(judge|stats|compare|capacity|experiment|core)|reports|thresholds)/.test(file) &&
        !file.includes('/client/'),
    );
    const touching = pure.filter((file) =>
      /node:|\bDate\.now\(|new Date\(\)|\bprocess\.[a-z]|Math\.random/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(touching).toEqual([]);
  });
});

/**
 * `ws` is the reference target's server and the preflight's client: two sides of one wire. `esbuild` bundles two unlike things: the
 * report's script, and a config file that is a program.
 */
const TWO_ROOMS = new Set(['ws', 'esbuild']);

test('each npm package is imported by one room', () => {
  const importers = new Map<string, Set<string>>();
  for (const { from, to } of npm) {
    const parts = to.split('/');
    const packageName = to.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? to);
    importers.set(packageName, (importers.get(packageName) ?? new Set()).add(room(from)));
  }
  const shared = [...importers].filter(([packageName, rooms]) => rooms.size > (TWO_ROOMS.has(packageName) ? 2 : 1));
  expect(shared.map(([packageName, rooms]) => `${packageName}: ${[...rooms].join(', ')}`)).toEqual([]);
});

test('every file says at its head what it owns', () => {
  const silent = files.filter((file) => !/^(#!.*\n)?\/\*\*/.test(readFileSync(join(root, file), 'utf8')));
  expect(silent).toEqual([]);
});
