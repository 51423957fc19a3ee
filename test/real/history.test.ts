/**
 * Error budgets and burn rates of `history --prometheus`, compared with a real Prometheus: one that was filled with sixteen days of known
 * traffic, one that scrapes the reference target while some of its requests fail, and one that knows nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { addEntry } from '../../lib/history/history.ts';
import { lookAtHistory } from '../../lib/history/look.ts';
import type { BudgetView, HistoryView } from '../../lib/history/model/view.ts';
import { renderHistoryText } from '../../lib/history/report/text.ts';
import { until } from '../../lib/stack/process.ts';
import { breakNamed } from '../../lib/systems/breaks.ts';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { type Backend, launchPrometheus } from '../backends/launch.ts';
import { makeRecord } from '../support/history.ts';
import { failedOverMin, SPAN_MIN, trafficUntil } from './traffic.ts';

/** A scrape that takes longer has failed. */
const EVERY_MS = 1000;
/** Allowed by the documented 99.9 %. */
const ALLOWED = 0.001;
/** Long ago, in the middle of a month, so the present is never within it. */
const NOW_MS = Date.UTC(2025, 9, 16, 22);
const SILENT = /NO DATA API availability, Prometheus: it has no request of this month or of the last 3 days /;

let folder: string;
const backends: Backend[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aragora-slo-history-'));
});
afterAll(async () => {
  await Promise.all(backends.map((backend) => backend.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function prometheus(...launch: Parameters<typeof launchPrometheus>): Promise<string> {
  const backend = await launchPrometheus(...launch);
  backends.push(backend);
  return backend.url;
}

/** With one run in it, one hour before `nowMs`. */
function historyOf(name: string, nowMs: number, contract = 'documented'): string {
  const dir = join(folder, name);
  const record = makeRecord({ startedAtMs: nowMs - 3_600_000, blocks: 1 });
  addEntry(dir, { ...record, plan: { ...record.plan, contract } });
  return dir;
}

/** What the command prints about Prometheus: from the objective's name on, in one line. */
async function said(dir: string, url: string, ...more: string[]): Promise<string> {
  const args = [inject('bundled').command, 'history', '--no-config', '--dir', dir, '--prometheus', url, ...more];
  const { stdout, stderr, exitCode } = await execa(process.execPath, args, { reject: false, env: { NO_COLOR: '1' } });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return stdout.replace(/\s+/g, ' ');
}

describe('sixteen days of known traffic', () => {
  let url: string;
  beforeAll(async () => {
    url = await prometheus([], EVERY_MS, trafficUntil(NOW_MS));
  });

  async function view(job: string | undefined, contract = 'documented'): Promise<HistoryView> {
    const dir = historyOf(`${contract}-${job}`, NOW_MS, contract);
    const { signal } = new AbortController();
    const shown = await lookAtHistory({ dir, last: 90, prometheus: url, prometheusJob: job, nowMs: NOW_MS, signal });
    if (shown.view === null) throw new Error('there is a run');
    return shown.view;
  }

  function budget({ objectives }: HistoryView): BudgetView {
    const found = objectives.find(({ objective }) => objective.id === 'availability.api')?.prometheus;
    if (found === undefined || found === null || 'unavailable' in found) throw new Error(JSON.stringify(found));
    return found;
  }

  /** Share of failed requests in the last `minutes`, divided by the allowed share. */
  const rate = (minutes: number): number => failedOverMin(minutes) / minutes / ALLOWED;
  const near = (value: number) => expect.closeTo(value, value < 2 ? 2 : 0);

  test.each([
    ['under the documented name', 'documented'],
    ['where Aragora 2.11 keeps it, where each request is counted twice', 'aragora-2.11'],
  ])('%s: burn rates and the budget are those of the traffic', async (_, contract) => {
    const { burn, leftShare, samples, bad } = budget(await view('aragora', contract));
    expect(burn.map(({ long, short, state }) => ({ long, short, state }))).toEqual([
      { long: near(rate(60)), short: near(rate(5)), state: 'burning' },
      { long: near(rate(360)), short: near(rate(30)), state: 'within' },
      { long: near(rate(4320)), short: near(rate(360)), state: 'within' },
    ]);
    // From the first of October to ten in the evening on the sixteenth.
    const monthMin = 15 * 1440 + 22 * 60;
    expect(SPAN_MIN).toBeGreaterThan(monthMin);
    expect(leftShare).toBeCloseTo(1 - rate(monthMin) * (monthMin / (31 * 1440)), 2);
    expect(samples / (600 * monthMin)).toBeCloseTo(1, 2);
    expect(bad / samples / ALLOWED).toBeCloseTo(rate(monthMin), 2);
  });

  test('reads as it is', async () => {
    const text = renderHistoryText(await view('aragora')).replace(/\s+/g, ' ');
    expect(text).toMatch(
      /BURNING API availability, Prometheus n=13,7\d\d,\d{3} 73 % left 16×, 40× 5\.3×, 28× 0\.61×, 5\.3× /,
    );
  });

  test('a job of its own is counted apart, and all together where none is named', async () => {
    const other = budget(await view('other'));
    // It always fails, and was restarted once a day.
    expect(other.burn.map(({ long }) => long)).toEqual([1000, 1000, 1000].map((value) => expect.closeTo(value, 6)));
    expect(other.leftShare).toBeLessThan(0);
    const both = budget(await view(undefined));
    expect(both.samples).toBeCloseTo(budget(await view('aragora')).samples + other.samples, 0);
    const [first] = both.burn;
    expect(first?.long).toBeCloseTo((rate(60) * 600 + 1000 * 60) / 660, 0);
  });

  test('of a job that there is not, nothing is known', async () => {
    const nobody = budget(await view('nobody'));
    expect(nobody).toMatchObject({ samples: 0, bad: 0, leftShare: null });
    expect(nobody.burn.map(({ long, short, state }) => [long, short, state])).toEqual(
      [0, 0, 0].map(() => [null, null, 'no-data']),
    );
  });

  test('what ended weeks ago says nothing of the last hours, and is no budget left', async () => {
    // By the clock of this machine the traffic is over, or has not begun.
    const text = await said(historyOf('now', Date.now()), url);
    expect(text).toMatch(SILENT);
  });
});

describe('a target that is scraped', () => {
  const BREAK = 'availability.debates-list.status-500';
  let target: Target;
  let url: string;
  beforeAll(async () => {
    target = await startTarget({ breaks: [breakNamed(BREAK)], patch: { waits: { 'debates-list': 'constant(0ms)' } } });
    // A series that begins with its first failure counts from its second scrape, and one near zero is extrapolated by less.
    for (let failed = 0; failed < 5; ) failed += await send(50);
    url = await prometheus([{ job: 'aragora', address: new URL(target.httpUrl).host }], EVERY_MS);
  });
  afterAll(() => target.stop());

  /** How many of the requests were answered with 500. */
  async function send(requests: number): Promise<number> {
    let failed = 0;
    for (let at = 0; at < requests; at++) {
      const answer = await fetch(`${target.httpUrl}/api/debates`);
      await answer.arrayBuffer();
      if (answer.status === 500) failed += 1;
    }
    return failed;
  }

  async function counted(): Promise<number> {
    const query = new URLSearchParams({ query: 'sum(aragora_requests_total)' });
    const answer = await fetch(`${url}/api/v1/query?${query}`);
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    return Number(data.result[0]?.value[1] ?? 0);
  }

  test('burns by what clients saw fail, in every window', async () => {
    const before = await counted();
    const failed = await send(1500);
    expect(failed).toBeGreaterThan(0);
    await until('scraped all', async () => (await counted()) === before + 1500);
    const text = await said(historyOf('scraped', Date.now()), url);
    const line = /API availability, Prometheus n=([\d,]+) .*? ([\d.]+)× ([\d.]+)× ([\d.]+)× /.exec(text);
    expect(line, text).not.toBeNull();
    for (const burn of line?.slice(2) ?? []) {
      expect(Number(burn) / (failed / 1500 / ALLOWED), text).toBeGreaterThan(0.9);
      expect(Number(burn) / (failed / 1500 / ALLOWED), text).toBeLessThan(1.1);
    }
  });
});

test('an empty Prometheus is no data, and never a budget of which all is left', async () => {
  const text = await said(historyOf('empty', Date.now()), await prometheus([], EVERY_MS));
  expect(text).toMatch(SILENT);
});
