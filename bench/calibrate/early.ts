/**
 * Tries early answers on synthetic series. Where the truth stands at the limit: how often a run with looks passes and fails, compared with
 * the same run judged once. Where the truth is a fifth of the limit: when the run stops.
 */
import { plannedLooks } from '../../lib/stats/sequential.ts';
import { judgeShare, type Second } from '../../lib/stats/share.ts';
import { type Load, type Process, type Series, seededDraws } from './processes.ts';
import { type Repeats, tally } from './simulate.ts';

/** Power is measured at this part of the allowed share. */
const GOOD_PART = 1 / 5;

export interface EarlyRow {
  readonly process: string;
  readonly allowedShare: number;
  /** Shares of runs, 0–1, judged once at their end. */
  readonly once: { readonly falsePass: number; readonly falseFail: number; readonly power: number };
  /** The same, for runs with looks. */
  readonly early: { readonly falsePass: number; readonly falseFail: number; readonly power: number };
  /** Mean part of the run that was saved, 0–1, where the truth is a fifth of the limit. */
  readonly saved: number;
}

interface Answer {
  readonly status: string;
  readonly atSec: number;
}

/** Runs `repetitions` series of one process under one load, with the first look at `firstSec`. Equal seeds give equal rows. */
export function simulateEarly(
  process: Process,
  load: Load & { readonly firstSec: number },
  allowedShares: readonly number[],
  { repetitions, seed }: Repeats,
): EarlyRow[] {
  const draws = seededDraws(seed);
  const samples = load.seconds * load.ratePerSec;
  const series: Series = { latency: new Float64Array(samples), second: new Int32Array(samples) };
  const counters = allowedShares.map(() => ({ once: zero(), early: zero(), saved: 0 }));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    if (!process.dependsOnShare) process.fill(series, load, draws, 0);
    for (const [index, allowedShare] of allowedShares.entries()) {
      const counter = counters[index];
      if (counter === undefined) continue;
      for (const part of [1, GOOD_PART]) {
        const truth = allowedShare * part;
        if (process.dependsOnShare) process.fill(series, load, draws, truth);
        const judge = { series, load, limit: process.limit(truth, load.ratePerSec), allowedShare };
        const whole = knownAt(judge, load.seconds);
        const early = judgedEarly(judge, whole, load.firstSec);
        count(counter.once, part, judgeShare(whole, allowedShare).status);
        count(counter.early, part, early.status);
        if (part === GOOD_PART) counter.saved += 1 - early.atSec / load.seconds;
      }
    }
  }
  return allowedShares.map((allowedShare, index) => {
    const { once, early, saved } = counters[index] ?? { once: zero(), early: zero(), saved: 0 };
    const shares = (counts: Counts) => ({
      falsePass: counts.falsePass / repetitions,
      falseFail: counts.falseFail / repetitions,
      power: counts.power / repetitions,
    });
    return {
      process: process.name,
      allowedShare,
      once: shares(once),
      early: shares(early),
      saved: saved / repetitions,
    };
  });
}

interface Judging {
  readonly series: Series;
  readonly load: Load;
  readonly limit: number;
  readonly allowedShare: number;
}

function judgedEarly(judging: Judging, whole: readonly Second[], firstSec: number): Answer {
  const { seconds } = judging.load;
  const { looks, finalConfidence } = plannedLooks(firstSec, seconds);
  for (const { atSec, confidence } of looks) {
    const { status } = judgeShare(knownAt(judging, atSec), judging.allowedShare, confidence);
    if (status === 'pass' || status === 'fail') return { status, atSec };
  }
  return { status: judgeShare(whole, judging.allowedShare, finalConfidence).status, atSec: seconds };
}

/** Samples that are complete by then. Samples under way at that moment are not known. At the end all are waited for. */
function knownAt({ series, load, limit, allowedShare }: Judging, atSec: number): Second[] {
  const known = atSec >= load.seconds ? series : until(series, atSec);
  return tally(known, { ...load, seconds: atSec }, { limit, allowedShare, sorted: known.latency.slice().sort() });
}

function until({ latency, second }: Series, atSec: number): Series {
  const isKnown = (_: number, index: number): boolean => (second[index] ?? 0) < atSec;
  return { latency: latency.filter(isKnown), second: second.filter(isKnown) };
}

interface Counts {
  falsePass: number;
  falseFail: number;
  power: number;
}

function zero(): Counts {
  return { falsePass: 0, falseFail: 0, power: 0 };
}

function count(counts: Counts, part: number, status: string): void {
  if (part === GOOD_PART) counts.power += status === 'pass' ? 1 : 0;
  else if (status === 'pass') counts.falsePass++;
  else if (status === 'fail') counts.falseFail++;
}
