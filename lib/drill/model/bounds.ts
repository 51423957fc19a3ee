/** How long a drill's steps may take, in documented seconds: bounds by theory, and how long is waited before a step counts as missed. */
import { type DrilledRule, type Entry, type Intervals, ofKind, type Stage, type Step } from './timeline.ts';

/** The longest gaps that were seen: what a slow machine stretches is part of the bound. */
export interface Gaps {
  readonly scrapeSec: number;
  readonly evaluationSec: number;
}

export function gapsOf({ setup, entries }: Stage): Gaps {
  const { scrapeSec, evaluationSec } = setup.intervals;
  const most = (least: number, gaps: readonly (number | null)[]): number =>
    gaps.reduce<number>((longest, gap) => Math.max(longest, gap ?? 0), least);
  return {
    scrapeSec: most(
      scrapeSec,
      ofKind(entries, 'scrape').map(({ gapSec }) => gapSec),
    ),
    evaluationSec: most(
      evaluationSec,
      ofKind(entries, 'evaluation').map(({ gapSec }) => gapSec),
    ),
  };
}

/** Between a fault's first effect and the rule that fires, at most. */
export interface FiringBound {
  /** In all. */
  readonly sec: number;
  /** `window 300 s + for 300 s + …`. */
  readonly words: string;
}

/**
 * The query is true at the latest when its whole window has the fault, and a scrape and an evaluation have seen it. Each evaluation from
 * then on finds it so, until one is `for` after the first.
 */
export function firingBound(rule: DrilledRule, { scrapeTimeoutSec }: Intervals, gaps: Gaps): FiringBound {
  const parts = [
    ['window', rule.windowSec],
    ['scrape', gaps.scrapeSec + scrapeTimeoutSec],
    ['for', rule.forSec],
    ['2 evaluations', 2 * gaps.evaluationSec],
  ] as const;
  return {
    sec: parts.reduce((sum, [, sec]) => sum + sec, 0),
    words: parts.map(([what, sec]) => `${what} ${Math.round(sec)} s`).join(' + '),
  };
}

/** A step that did not come in so long does not come: twice what theory allows on a quiet machine, and a margin. */
export function patienceSec(step: Step, rule: DrilledRule, intervals: Intervals): number {
  const { scrapeSec, scrapeTimeoutSec, evaluationSec, groupWaitSec, groupIntervalSec } = intervals;
  const seenSec = rule.windowSec + scrapeSec + scrapeTimeoutSec + evaluationSec;
  const MARGIN_SEC = 120;
  switch (step) {
    case 'firing':
      return 2 * (seenSec + rule.forSec + evaluationSec) + MARGIN_SEC;
    case 'delivered':
      // A group that is known already is sent at its next interval.
      return 2 * (groupWaitSec + groupIntervalSec) + MARGIN_SEC;
    case 'inactive':
      return 2 * seenSec + MARGIN_SEC;
    case 'resolved':
      return 2 * groupIntervalSec + groupWaitSec + MARGIN_SEC;
  }
}

/** In a healthy server, a rule that fires for nothing has fired within this time. */
export function controlSec(rules: readonly DrilledRule[], { scrapeSec, evaluationSec }: Intervals): number {
  const forSec = rules.reduce((longest, rule) => Math.max(longest, rule.forSec), 0);
  // A rate needs two scrapes.
  return forSec + 3 * scrapeSec + 2 * evaluationSec;
}

/** What keeps a stage from deciding anything against the server: the machine was too slow for the rate. [] when nothing does. */
export function strain({ setup, entries }: Stage): string[] {
  const { clockRate, intervals } = setup;
  const gaps = gapsOf({ setup, entries });
  const late = (what: string, sec: number, everySec: number): string[] =>
    sec > 2 * everySec ? [`${what} came ${Math.round(sec)} s after the one before instead of ${everySec} s`] : [];
  return [
    ...late('a scrape', gaps.scrapeSec, intervals.scrapeSec),
    ...late('an evaluation', gaps.evaluationSec, intervals.evaluationSec),
    ...timeouts(entries, clockRate, intervals.scrapeTimeoutSec),
  ];
}

function timeouts(entries: readonly Entry[], clockRate: number, scrapeTimeoutSec: number): string[] {
  const late = ofKind(entries, 'scrape').filter(({ error }) => /deadline exceeded|timeout/i.test(error));
  if (late.length === 0) return [];
  const realMs = Math.round((1000 * scrapeTimeoutSec) / clockRate);
  return [`${late.length === 1 ? 'a scrape' : `${late.length} scrapes`} took longer than ${realMs} ms`];
}
