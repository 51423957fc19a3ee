/** Run folders read again: of several phases, of version 1, and what is refused. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { phasedFolder } from '../../test/support/phased.ts';
import { SloError } from '../core/error.ts';
import { readJson } from './folder.ts';
import { judgeRun, readRun } from './stages.ts';

const root = mkdtempSync(join(tmpdir(), 'aragora-slo-stages-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const folder = (): string => mkdtempSync(join(root, 'run-'));

const TAPE = new URL('../../test/tapes/no-telemetry/', import.meta.url);

/** A run of version 1, one of its files changed. */
function ofVersion1(name: string, change: (file: Record<string, unknown>) => unknown): string {
  const dir = folder();
  cpSync(TAPE, dir, { recursive: true });
  const file = JSON.parse(readFileSync(join(dir, name), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(dir, name), JSON.stringify(change(file)));
  return dir;
}

function refusal(dir: string): SloError {
  try {
    readRun(dir);
  } catch (error) {
    if (error instanceof SloError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

it('a folder of three phases is judged phase by phase, again and again', () => {
  const dir = folder();
  phasedFolder(dir);
  const { verdict } = judgeRun(dir);
  expect(verdict.outcome).toBe('conforms');
  expect(verdict.findings.map(({ id, phase, status }) => `${id} ${phase} ${status}`)).toEqual([
    'latency.health.p95 baseline pass',
    'availability.api baseline pass',
    'degraded.health.p95 fault pass',
    'latency.health.p95 recovery pass',
    'availability.api recovery pass',
    'load.completed undefined pass',
    'load.generator undefined pass',
    'load.delivered baseline pass',
    'load.delivered fault pass',
    'load.delivered recovery pass',
  ]);
  const before = readFileSync(join(dir, 'findings.json'), 'utf8');
  judgeRun(dir);
  expect(readFileSync(join(dir, 'findings.json'), 'utf8')).toBe(before);
});

describe('a folder of version 1', () => {
  it('is read in the shapes of today, and its files stay as they are', () => {
    const dir = ofVersion1('environment.json', (file) => file);
    cpSync(TAPE, dir, { recursive: true });
    const { plan, load } = readRun(dir);
    expect(plan).toMatchObject({ schemaVersion: 2, phases: [{ name: 'load', faults: [], expects: 'all' }] });
    expect(load).toMatchObject({ schemaVersion: 2, generators: [{ id: '1', segment: { index: 0, of: 1 } }] });
    expect(JSON.parse(readFileSync(join(dir, 'plan.json'), 'utf8'))).toMatchObject({ schemaVersion: 1 });
  });

  it.each<[string, string, (file: Record<string, unknown>) => unknown, string, RegExp]>([
    [
      'a plan of a later version',
      'plan.json',
      (plan) => ({ ...plan, schemaVersion: 3 }),
      'schema-version',
      /plan\.json has schema version 3, this harness reads 1 and 2$/,
    ],
    [
      'a load of no version',
      'load.json',
      ({ schemaVersion: _, ...load }) => load,
      'schema-version',
      /load\.json has schema version none/,
    ],
    [
      'a plan without what version 1 had',
      'plan.json',
      ({ journeys: _, ...plan }) => plan,
      'run-folder',
      /plan\.json is damaged: it has no journeys$/,
    ],
    [
      'a plan with a damaged telemetry part',
      'plan.json',
      (plan) => ({ ...plan, telemetry: { metrics: {} } }),
      'run-folder',
      /plan\.json is damaged: its telemetry has no spans$/,
    ],
    [
      'a load without what version 1 had',
      'load.json',
      ({ engine: _, ...load }) => load,
      'run-folder',
      /load\.json is damaged: it has no engine$/,
    ],
    [
      'a plan that says it is of version 2',
      'plan.json',
      (plan) => ({ ...plan, schemaVersion: 2 }),
      'run-folder',
      /plan\.json is damaged: it has no phases$/,
    ],
    [
      'a plan that was altered',
      'plan.json',
      (plan) => ({ ...plan, profile: 'another' }),
      'run-folder',
      /plan\.json is not as the run wrote it$/,
    ],
  ])('is refused with %s', (_, name, change, code, message) => {
    const error = refusal(ofVersion1(name, change));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

it('findings of version 1 are read: watch shows how the run ended', () => {
  const dir = folder();
  const verdict = { outcome: 'conforms', headline: 'all is well', exitCode: 0 };
  writeFileSync(join(dir, 'findings.json'), JSON.stringify({ schemaVersion: 1, ...verdict }));
  expect(readJson(dir, 'findings')).toMatchObject(verdict);
});
