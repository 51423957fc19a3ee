/** What can be a baseline: a run folder, or the newest finished run of a ref in the history. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DAY_MS, makeRecord, NOW_MS } from '../../test/support/history.ts';
import { phasedFolder } from '../../test/support/phased.ts';
import { SloError } from '../core/error.ts';
import { addEntry } from '../history/history.ts';
import { addToHistory } from '../history/look.ts';
import { readRun } from '../run/stages.ts';
import { baselineOf } from './baseline.ts';

const root = mkdtempSync(join(tmpdir(), 'baseline-'));
afterAll(() => rmSync(root, { recursive: true }));

function history(...made: readonly Parameters<typeof makeRecord>[0][]): string {
  const dir = mkdtempSync(join(root, 'history-'));
  for (const one of made) addEntry(dir, makeRecord(one));
  return dir;
}

const night = (ago: number) => ({ startedAtMs: NOW_MS - ago * DAY_MS });

function refused(text: string, dir: string): SloError {
  try {
    baselineOf(text, dir, NOW_MS);
  } catch (error) {
    if (error instanceof SloError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a ref', () => {
  it('is its newest finished run, with the load, the objectives and what gated', () => {
    const newest = makeRecord({ ...night(2), ref: 'main' });
    const dir = history(
      { ...night(3), ref: 'main' },
      { ...night(2), ref: 'main' },
      { ...night(1), ref: 'main', loadEnded: 'interrupted' },
      { ...night(0), ref: 'feature' },
    );
    const { label, side, gates, journeys, objectives, warnings } = baselineOf('main', dir, NOW_MS);
    expect([label, side.label, warnings]).toEqual(['main', `main, run ${newest.runId}`, []]);
    expect(side.run).toMatchObject({ profile: 'nightly', contract: 'documented', httpUrl: null, runId: newest.runId });
    expect(side.endpoints).toEqual(newest.latency);
    expect(side.run.environment).toEqual(newest.versions);
    expect(journeys).toEqual(newest.plan.journeys);
    expect(objectives).toEqual(newest.plan.objectives);
    expect(gates).toEqual(objectives.filter(({ gating }) => gating).map(({ id }) => id));
  });

  it('is found from what else is there: a damaged entry is set aside', () => {
    const dir = history({ ...night(2), ref: 'main' });
    writeFileSync(join(dir, '2026-10-17T00-00-00-000Z-nightly.json'), '{"kind":');
    const { warnings } = baselineOf('main', dir, NOW_MS);
    expect(warnings).toEqual([expect.stringMatching(/2026-10-17T00-00-00-000Z-nightly\.json is set aside/)]);
    expect(readdirSync(join(dir, 'set-aside'))).toHaveLength(1);
  });
});

it('a run from the future is reported: it stays the newest until its day', () => {
  const dir = history({ ...night(-300), ref: 'main' });
  expect(baselineOf('main', dir, NOW_MS).warnings).toEqual([
    expect.stringMatching(/^2027-08-12T\S+ begins in the future/),
  ]);
});

describe('what is neither a folder nor a ref is refused', () => {
  it('with the refs that there are, and the nearest', () => {
    const dir = history({ ...night(2), ref: 'main' }, { ...night(1), ref: 'release-1' });
    const { code, message, hint } = refused('mian', dir);
    expect([code, message]).toEqual([
      'usage',
      `there is no run folder "mian" to be the baseline, and the history ${dir} has no readable finished run of a server of that ref`,
    ]);
    expect(hint).toBe('refs there: did you mean "main"? legal values: main, release-1');
  });

  it.each<[string, Parameters<typeof makeRecord>[0][], RegExp]>([
    ['without a run', [], /the history \S+ has no run$/],
    [
      'with a run that did not finish',
      [{ ...night(1), ref: 'main', loadEnded: 'interrupted' }],
      /has no readable finished run/,
    ],
    ['with a run that nobody named', [night(1)], /has no readable finished run of a server of that ref/],
  ])('in a history %s', (_, made, says) => {
    const { message, hint } = refused('main', history(...made));
    expect(message).toMatch(says);
    expect(hint).toBe('name the folder of a recorded run, or record one with --history and --server-ref');
  });

  it('with why, where the one entry is damaged', () => {
    const dir = history();
    writeFileSync(join(dir, '2026-10-17T00-00-00-000Z-nightly.json'), '');
    expect(refused('main', dir).message).toMatch(/has no run \(.* is set aside in .*: it is empty\)$/);
  });
});

describe('a run of several phases is refused: a gate offers one phase', () => {
  const run = mkdtempSync(join(root, 'phased-'));
  phasedFolder(run);

  it('in a folder', () => {
    const { code, message } = refused(run, history());
    expect([code, message]).toEqual([
      'usage',
      `the run in ${run} can't be a baseline: it has the phases baseline, fault, recovery`,
    ]);
  });

  it('in the history', () => {
    const dir = mkdtempSync(join(root, 'history-'));
    addToHistory(dir, readRun(run), { commit: null, ref: 'main' });
    expect(refused('main', dir).message).toMatch(/^the run test can't be a baseline: it has the phases baseline, /);
  });
});
