/** How long a drill's steps may take, in documented seconds: bounds by theory, and how long is waited before a step counts as missed. */
import { percentText, plural } from '../../../core/numbers.ts';
import { type DrilledRule, type Intervals, ofKind, type Stage, type Step } from './timeline.ts';

/** The longest gaps that were seen: what a slow machine stretches is part of the bound. */
export interface Gaps {
  readonly scrapeSec: number;
  readonly evaluationSec: number;
}

export function gapsOf({ setup, entries }: Stage): Gaps {
  const { scrapeSec, evaluationSec } = setup.intervals;
  const held = ofKind(entries, 'held').at(-1);
  return {
    scrapeSec: Math.max(scrapeSec, held?.longestGapSec ?? 0),
    evaluationSec: evaluationSec * (1 + (held?.missedEvaluations ?? 0)),
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

/** Of a machine that is busy with something else. */
const MARGIN_SEC = 120;

/** A step that did not come in so long does not come: at least twice what theory allows on a quiet machine, and a margin. */
export function patienceSec(step: Step, rule: DrilledRule, intervals: Intervals): number {
  const { scrapeSec, scrapeTimeoutSec, evaluationSec, groupWaitSec, groupIntervalSec } = intervals;
  const seenSec = rule.windowSec + scrapeSec + scrapeTimeoutSec + evaluationSec;
  switch (step) {
    case 'firing':
      return 2 * (seenSec + rule.forSec + evaluationSec) + MARGIN_SEC;
    case 'delivered':
      // A group that is known already is sent at its next interval.
      return 2 * (groupWaitSec + groupIntervalSec) + MARGIN_SEC;
    case 'again':
      return intervals.repeatSec + 2 * groupIntervalSec + MARGIN_SEC;
    case 'inactive':
      return 3 * seenSec + MARGIN_SEC;
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

/** A load that is thinner makes rules about counts a second slow, or silent. */
const LEAST_LOAD_SHARE = 0.75;
/** Prometheus says of an alert that it ends in four minutes, and says so again each minute. Later ones are over for Alertmanager at once. */
const MOST_AHEAD_SEC = 120;

/** What keeps a stage from deciding anything against the server: the machine was too slow. [] when nothing does. */
export function strain({ setup, entries }: Stage): string[] {
  const { clockRate, intervals } = setup;
  const held = ofKind(entries, 'held').at(-1);
  if (held === undefined) return clockRate === 1 ? [] : ['nobody could say how well it held the clock'];
  const { longestGapSec, timeouts, missedEvaluations, unsentAlerts, loadShare, aheadSec } = held;
  const timeoutMs = Math.round((1000 * intervals.scrapeTimeoutSec) / clockRate);
  const strains: readonly (readonly [boolean, string])[] = [
    [
      longestGapSec > 2 * intervals.scrapeSec,
      `a scrape came ${Math.round(longestGapSec)} s after the one before instead of ${intervals.scrapeSec} s`,
    ],
    [timeouts > 0, `${plural(timeouts, 'scrape')} took longer than ${timeoutMs} ms`],
    [missedEvaluations > 0, `${plural(missedEvaluations, 'evaluation')} did not take place`],
    [unsentAlerts > 0, `${plural(unsentAlerts, 'alert')} did not get from Prometheus to Alertmanager at once`],
    [aheadSec > MOST_AHEAD_SEC, `Alertmanager's clock was ${Math.round(aheadSec)} s ahead of Prometheus'`],
    [aheadSec < -intervals.groupIntervalSec, `Alertmanager's clock was ${Math.round(-aheadSec)} s behind Prometheus'`],
    [loadShare < LEAST_LOAD_SHARE, `only ${percentText(loadShare)} of the load was sent`],
  ];
  return strains.flatMap(([is, words]) => (is ? [words] : []));
}
