/** What happened to one alert, in documented seconds: for its line in the report. */

import { routeWords } from './delivery.ts';
import { followed, news, spanBetween, waited } from './followed.ts';
import { type DrilledRule, type Entry, stagesOf } from './timeline.ts';

export interface Story {
  readonly rule: DrilledRule;
  readonly clockRate: number;
  /** `silent`: it was waited for, and did not fire. `open`: the drill ended before. */
  readonly ended: 'fired' | 'silent' | 'open';
  /** What was done to the server. */
  readonly fault: string;
  /** Since the fault began; null: it did not. Each of the others: since the one before. */
  readonly pendingSec: number | null;
  readonly firingSec: number | null;
  readonly deliveredSec: number | null;
  /** Where it went, for a person. */
  readonly receiver: string;
  /** Since the end of the fault, until the receiver was notified. */
  readonly resolvedSec: number | null;
}

/** Of those rules for which something was done to the server. */
export function storiesOf(timeline: readonly Entry[], rules: readonly DrilledRule[]): Story[] {
  const stages = stagesOf(timeline);
  return rules.flatMap((rule) => {
    const stage = stages.find(({ setup }) => setup.rules.some(({ name }) => name === rule.name));
    if (stage === undefined) return [];
    const seen = followed(stage, rule);
    const { on, off, fired, setup, states } = seen;
    if (on === undefined) return [];
    const between = (from: Moment | undefined, to: Moment | undefined): number | null =>
      from === undefined || to === undefined ? null : spanBetween(from, to, setup.clockRate).mostSec;
    const pending = states.find(({ state, atMs }) => (state === 'pending' || state === 'firing') && atMs > on.atMs);
    const [page] = news(seen, 'fires');
    const end = off === undefined ? undefined : news(seen, 'over').find(({ atMs }) => atMs > off.beforeMs);
    return [
      {
        rule,
        clockRate: setup.clockRate,
        ended: fired !== undefined ? 'fired' : waited(seen, 'firing') === undefined ? 'open' : 'silent',
        fault: on.what,
        pendingSec: between(on, pending),
        firingSec: between(pending, fired),
        deliveredSec: between(fired, page === undefined ? undefined : moment(page)),
        receiver: routeWords(rule.route),
        resolvedSec: between(off, end === undefined ? undefined : moment(end)),
      },
    ];
  });
}

interface Moment {
  readonly beforeMs: number;
  readonly atMs: number;
}

function moment({ atMs }: { readonly atMs: number }): Moment {
  return { beforeMs: atMs, atMs };
}
