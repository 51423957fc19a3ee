/** How long it took until the objectives of a phase held again after its beginning, between exact bounds; and whether failures were fast. */
import { mostOf } from '../core/extent.ts';
import type { Finding } from '../core/finding.ts';
import { countText, msText, percentText, plural } from '../core/numbers.ts';
import type { AvailabilityObjective, LatencyObjective, Objective } from '../core/plan.ts';
import { failedCount } from '../core/recording.ts';
import { plannedJourneys, plannedSec } from '../core/timeline.ts';
import { judgeShare, type Second } from '../stats/share.ts';
import { findingOf, lacking } from '../systems/finding.ts';
import { FAIL_FAST, RECOVERY } from './checks.ts';
import type { Context } from './context.ts';
import { ofPhase } from './frame.ts';
import { spoiltByLateness, startedLate } from './generator.ts';
import { allowedShareOf as allowedLatencyShare } from './latency.ts';
import type { PhaseContext } from './phases.ts';
import { allowedShareOf as allowedFailureShare } from './promises.ts';

/** What is expected of the phases besides their objectives. */
export function judgeExpectations(whole: Context, phases: readonly PhaseContext[]): Finding[] {
  return whole.plan.phases.flatMap(({ name, recoverWithinSec, failFastMs }, at) => {
    const phase = phases[at];
    if (phase === undefined) return [];
    return [
      ...(recoverWithinSec === undefined ? [] : [ofPhase(name, judgeRecovery(phase, recoverWithinSec))]),
      ...(failFastMs === undefined ? [] : [ofPhase(name, judgeFailFast(phase.whole, failFastMs))]),
    ];
  });
}

type Shared = LatencyObjective | AvailabilityObjective;
const isShared = (objective: Objective): objective is Shared =>
  objective.gating && (objective.kind === 'latency' || objective.kind === 'availability');

const allowedOf = (objective: Shared): number =>
  objective.kind === 'latency' ? allowedLatencyShare(objective) : allowedFailureShare(objective);

interface Series {
  readonly subject: string;
  /** Why the generator may have broken it; null when it can't have. */
  readonly ours: string | null;
  readonly allowedShare: number;
  /** From the beginning of the phase on. */
  readonly seconds: readonly Second[];
}

/**
 * Not before: the beginning of the last window of some seconds that shows an objective broken; its confidence counts all windows that are
 * looked at. Not after: from here to the end of the phase all of them are proven kept, and in each window that is long enough to show it.
 */
function judgeRecovery({ whole, objectives, beginSecond }: PhaseContext, withinSec: number): Finding {
  const frame = { operator: '<=', unit: 'ms', expected: withinSec * 1000 } as const;
  const last = lastSecond(whole);
  // The last answers of a load come after its end, few in a second.
  const length =
    last === null || beginSecond === null ? 0 : Math.min(last - beginSecond + 1, plannedSec(whole.plan) - 1);
  const series = objectives.filter(isShared).map((objective) => seriesOf(whole, objective, beginSecond ?? 0, length));
  const measured = series.filter(({ seconds }) => seconds.some(({ count }) => count > 0));
  if (measured.length === 0) return lacking(RECOVERY, 'no-data', 'no sample of an objective was recorded in the phase');
  const each = whole.confidence;
  const sure = 1 - (1 - each) / (measured.length * Math.max(1, length) * LENGTHS.length);
  const bounds = measured.map((one) => boundsOf(one, { sure, each }));
  const least = mostOf(bounds.map(({ least }) => least));
  const most = bounds.some(({ most }) => most === null) ? null : mostOf(bounds.map(({ most }) => most ?? 0));
  const late = measured.filter((_, at) => (bounds[at]?.least ?? 0) > withinSec);
  const ours = late.every((one) => one.ours !== null) ? (late[0]?.ours ?? null) : null;
  const proven = most !== null && most <= withinSec ? 'pass' : 'inconclusive';
  const status = late.length > 0 && ours === null ? 'fail' : proven;
  const slowest =
    measured[bounds.findIndex((one) => one.least === least && (most === null || one.most === most))] ?? measured[0];
  const between = most === null ? `not proven by the end of the phase, ${length} s` : `at most ${most} s`;
  const actual = most === null ? null : most * 1000;
  return findingOf(RECOVERY, {
    ...frame,
    status,
    actual,
    margin: actual === null ? null : (withinSec * 1000 - actual) / (withinSec * 1000),
    samples: measured.reduce((sum, { seconds }) => sum + seconds.reduce((all, { count }) => all + count, 0), 0),
    summary: `the objectives hold again after at least ${least} s and ${between} (each bound ${percentText(each)} sure); the last was ${slowest?.subject ?? ''}${overloaded(ours)}`,
    evidence: measured.map(({ subject }, at) => {
      const { least, most } = bounds[at] ?? { least: 0, most: null };
      return {
        label: subject,
        value: most === null ? `broken until ${least} s, and not proven kept since` : `${least} to ${most} s`,
      };
    }),
  });
}

function lastSecond({ recording }: Context): number | null {
  const lasts = [...recording.endpoints.values()].flatMap(({ seconds }) => seconds.at(-1)?.second ?? []);
  return lasts.length === 0 ? null : mostOf(lasts);
}

const overloaded = (why: string | null): string => (why === null ? '' : `; the generator was overloaded: ${why}`);

function whyOurs(context: Context, objective: Shared): string | null {
  if (context.generator.kind !== 'fit') return context.generator.why;
  return objective.kind === 'latency' ? spoiltByLateness(objective, allowedOf(objective), context.recording) : null;
}

function seriesOf(context: Context, objective: Shared, begin: number, length: number): Series {
  const { recording } = context;
  const seconds = Array.from({ length }, () => ({ count: 0, bad: 0 }));
  const endpoints = objective.kind === 'latency' ? [objective.endpoint] : objective.endpoints;
  for (const endpoint of endpoints) {
    for (const one of recording.endpoints.get(endpoint)?.seconds ?? []) {
      const slot = seconds[one.second - begin];
      if (slot === undefined) continue;
      const slow = objective.kind === 'latency' ? one.histogram.countOverUs(objective.limitMs * 1000) : 0;
      slot.count += one.count + one.dropped;
      slot.bad += failedCount(one.failed) + one.dropped + slow;
    }
  }
  return { subject: objective.subject, ours: whyOurs(context, objective), allowedShare: allowedOf(objective), seconds };
}

/** A window has so many times the samples that could decide it if none were bad: some of them may be. */
const ROOM = 3;

function boundsOf(
  { seconds, allowedShare }: Series,
  { sure, each }: { readonly sure: number; readonly each: number },
): { least: number; most: number | null } {
  const statusOf = (from: number, length: number, confidence: number) =>
    judgeShare(seconds.slice(from, from + length), allowedShare, confidence).status;
  const breaks = (from: number): boolean =>
    LENGTHS.some((length) => from + length <= seconds.length && statusOf(from, length, sure) === 'fail');
  const least = seconds.findLastIndex((_, from) => breaks(from)) + 1;
  const window = windowOf(seconds, allowedShare, each);
  const unproven = seconds.findLastIndex(
    (_, from) => from + window <= seconds.length && statusOf(from, window, each) !== 'pass',
  );
  for (let from = Math.max(least, unproven + 1); from < seconds.length; from++) {
    if (statusOf(from, seconds.length, each) === 'pass') return { least, most: from };
  }
  return { least, most: null };
}

/** Seconds of the windows in which an objective may be seen to be broken. */
const LENGTHS = [1, 2, 4, 8, 16, 32] as const;

/** The seconds that it takes to see, with some room, that an objective is kept. */
function windowOf(seconds: readonly Second[], allowedShare: number, confidence: number): number {
  const perSec = seconds.reduce((sum, { count }) => sum + count, 0) / seconds.length;
  const needed = Math.log(1 - confidence) / Math.log(1 - allowedShare);
  return Math.max(1, Math.ceil((ROOM * needed) / perSec));
}

/**
 * An answer's time is known exactly, a failure's only with those of its second together: so many of them were surely late, and no more can
 * have been.
 */
function judgeFailFast({ plan, recording, generator }: Context, limitMs: number): Finding {
  const asked = plannedJourneys(plan).flatMap(({ endpoints }) => endpoints.filter(({ http }) => http !== undefined));
  let [samples, surely, perhaps] = [0, 0, 0];
  for (const { name } of asked) {
    for (const second of recording.endpoints.get(name)?.seconds ?? []) {
      const late = second.histogram.countOverUs(limitMs * 1000);
      const { least, most } = lateFailures(second, limitMs * 1000);
      samples += second.count;
      surely += late + least;
      perhaps += late + most;
    }
  }
  if (samples === 0) return lacking(FAIL_FAST, 'no-data', 'no request was sent in the phase');
  const why = generator.kind === 'fit' ? startedLate(recording, limitMs, surely) : generator.why;
  const ours = surely > 0 ? why : null;
  const status = surely > 0 && ours === null ? 'fail' : perhaps > 0 ? 'inconclusive' : 'pass';
  const range = surely === perhaps ? countText(surely) : `${countText(surely)} to ${countText(perhaps)}`;
  const of = `of ${plural(samples, 'request')} ended later than ${msText(limitMs)}`;
  return findingOf(FAIL_FAST, {
    status,
    actual: surely,
    margin: surely === 0 ? 0 : -surely / samples,
    samples,
    bad: surely,
    summary: `${range} ${of}, whether they failed or not${overloaded(ours)}`,
  });
}

/** Histograms have four digits, so the sum of what they hold may be off by this share. */
const DIGITS = 1e-3;

function lateFailures(
  {
    failed,
    sumUs,
    histogram,
  }: {
    failed: Readonly<Record<string, number>>;
    sumUs: number;
    histogram: { buckets(): readonly { valueUs: number; count: number }[] };
  },
  limitUs: number,
): { least: number; most: number } {
  const failures = failedCount(failed);
  if (failures === 0) return { least: 0, most: 0 };
  const answered = histogram.buckets().reduce((sum, { valueUs, count }) => sum + valueUs * count, 0);
  const [low, high] = [Math.max(0, sumUs - answered), Math.max(0, sumUs - answered * (1 - DIGITS))];
  return { least: low > failures * limitUs ? 1 : 0, most: Math.min(failures, Math.floor(high / limitUs)) };
}
