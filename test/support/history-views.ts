/** Sample views of histories for tests of the reports: one for each kind of thing that a history can say. */
import type { HistoryEntry } from '../../lib/history/model/record.ts';
import type { BudgetView, HistoryView, PrometheusMissing } from '../../lib/history/model/view.ts';
import { viewOf } from '../../lib/history/view.ts';
import { burnRates, monthBudget } from '../../lib/stats/burn-rate.ts';
import { MACHINE, makeRecord, NOW_MS, nights } from './history.ts';

const OTHER = { ...MACHINE, cpu: 'Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz' };
const HOUR_MS = 3_600_000;

interface Options {
  readonly last?: number;
  readonly warnings?: readonly string[];
  readonly prometheus?: BudgetView | PrometheusMissing;
  readonly nowMs?: number;
}

function view(entries: readonly HistoryEntry[], options: Options = {}): HistoryView {
  const { last = 90, warnings = [], prometheus, nowMs = NOW_MS } = options;
  const said = new Map(prometheus === undefined ? [] : [['availability.api', prometheus] as const]);
  const prometheusUrl = prometheus === undefined ? null : 'http://prometheus:9090';
  const made = viewOf(entries, { dir: 'history', nowMs, last, warnings, prometheusUrl, prometheus: said });
  if (made === null) throw new Error('the sample has no run');
  return made;
}

/** As from a Prometheus that scraped every minute: the last hour was bad. */
function burning(): BudgetView {
  const counted = [
    { fromMs: NOW_MS - 300 * HOUR_MS, toMs: NOW_MS - HOUR_MS, samples: 900_000, bad: 90 },
    { fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS, samples: 3000, bad: 60 },
  ];
  const { samples, bad, leftShare } = monthBudget(counted, 0.001, NOW_MS);
  return { samples, bad, leftShare, burn: burnRates(counted, 0.001, NOW_MS) };
}

export const HISTORIES = {
  /** Thirty nights, 40 % slower from the 22nd on, and a night with failures. */
  changed: () =>
    view(
      nights(30, (night) => ({ slower: night >= 21 ? 1.4 : 1, failed: night === 25 ? 14 : night % 9 === 0 ? 3 : 0 })),
      { prometheus: burning() },
    ),
  steady: () => view(nights(20)),
  first: () => view(nights(1)),
  /** Runs of other machines, profiles and loads; an interrupted run; a file that was set aside; a Prometheus that is down. */
  mixed: () => {
    const entries = [
      ...nights(14, (night) => ({ machine: night % 4 === 2 ? OTHER : MACHINE, failed: night % 4 === 2 ? 9 : 0 })),
      makeRecord({ startedAtMs: NOW_MS - 200 * HOUR_MS, profile: 'smoke', durationSec: 60 }),
      makeRecord({ startedAtMs: NOW_MS - 150 * HOUR_MS, durationSec: 600 }),
      makeRecord({ startedAtMs: NOW_MS - 100 * HOUR_MS, machine: null }),
      makeRecord({ startedAtMs: NOW_MS - 90 * HOUR_MS, loadEnded: 'interrupted' }),
    ].sort((a, b) => a.startedAtMs - b.startedAtMs);
    return view(entries, {
      last: 6,
      warnings: [
        '2026-10-09T02-00-00-000Z-nightly.json is set aside in history/set-aside: it is not valid JSON: cut short, or changed',
      ],
      prometheus: {
        unavailable: 'GET http://prometheus:9090/api/v1/query does not answer: connection refused',
        hint: 'is it running, and is this its port?',
      },
    });
  },
  /** A Prometheus without data. */
  silent: () =>
    view(nights(2), {
      prometheus: { samples: 0, bad: 0, leftShare: null, burn: burnRates([], 0.001, NOW_MS) },
    }),
  /** On the first of a month: nothing of it is known yet, and the last three days burn. */
  turned: () =>
    view([makeRecord({ startedAtMs: Date.UTC(2026, 9, 31, 22), failed: 30 })], { nowMs: Date.UTC(2026, 10, 1, 0, 30) }),
  /** Only last month's runs, on an unknown machine. */
  stale: () => view([makeRecord({ startedAtMs: NOW_MS - 40 * 24 * HOUR_MS, machine: null })]),
} as const satisfies Record<string, () => HistoryView>;
