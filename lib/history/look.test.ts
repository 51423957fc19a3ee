/** What becomes an entry of a history: of version 1 too, and of several phases. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NOW_MS } from '../../test/support/history.ts';
import { phasedFolder } from '../../test/support/phased.ts';
import { readRun } from '../run/stages.ts';
import { readHistory } from './history.ts';
import { addToHistory, lookAtHistory } from './look.ts';
import { viewOf } from './view.ts';

const root = mkdtempSync(join(tmpdir(), 'aragora-slo-look-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const folder = (): string => mkdtempSync(join(root, 'history-'));

const NOBODY = { commit: null, ref: null };
const OLD_ENTRY = new URL('golden/entry-of-version-1.json', import.meta.url);
const ITS_RUN = new URL('../../test/tapes/no-telemetry/', import.meta.url);

function run(): string {
  const dir = folder();
  phasedFolder(dir);
  return dir;
}

describe('an entry that was made of a run of version 1, before there were phases', () => {
  const dir = folder();
  mkdirSync(dir, { recursive: true });
  cpSync(OLD_ENTRY, join(dir, '2026-11-27T23-45-19-124Z-no-telemetry.json'));
  const { entries, warnings } = readHistory(dir);
  const [old] = entries;

  it('is read', () => {
    expect(warnings).toEqual([]);
    expect(old).toMatchObject({
      runId: '2026-11-27T23-45-19-124Z-no-telemetry',
      outcome: 'conforms',
      loadEnded: 'finished',
    });
  });

  it('says what an entry of today says of the same run, and is comparable with it', () => {
    const today = folder();
    addToHistory(today, readRun(ITS_RUN.pathname), { commit: null, ref: 'main' });
    const [entry] = readHistory(today).entries;
    if (old === undefined || entry === undefined) throw new Error('there are two entries');
    expect(entry.findings).toEqual(old.findings);
    expect(entry.latency).toEqual(old.latency);
    const options = { dir: 'h', nowMs: NOW_MS, last: 9, warnings: [], prometheusUrl: null, prometheus: new Map() };
    const view = viewOf([old, { ...entry, runId: 'again' }], options);
    expect(view?.compared).toHaveLength(2);
    expect(view?.leftOut).toEqual([]);
  });
});

describe('a run of several phases', () => {
  it('has a trend for each objective and phase', async () => {
    const dir = folder();
    addToHistory(dir, readRun(run()), NOBODY);
    const { view } = await lookAtHistory({ dir, last: 9, nowMs: NOW_MS, signal: new AbortController().signal });
    expect(view?.objectives.map(({ objective, points }) => [objective.subject, points[0]?.actual])).toEqual([
      ['health p95 in baseline', 5],
      ['health p95 in recovery', 5],
      ['API availability in baseline', 1],
      ['API availability in recovery', 1],
      ['degraded health p95 in fault', expect.closeTo(900, 0)],
    ]);
  });
});
