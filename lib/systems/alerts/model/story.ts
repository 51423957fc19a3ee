/** What happened to one alert, in documented seconds: for its line in the report. */
import { counted } from './counted.ts';
import { routeWords } from './delivery.ts';
import { type Followed, followed, type Moment, news, spanBetween, waited } from './followed.ts';
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
    const { page, end } = pagesOf(seen);
    return [
      {
        rule,
        clockRate: setup.clockRate,
        ended: fired !== undefined ? 'fired' : waited(seen, 'firing') === undefined ? 'open' : 'silent',
        fault: on.what,
        pendingSec: between(on, pending),
        firingSec: between(pending, fired),
        deliveredSec: between(fired, page),
        receiver: rule.route === null ? 'delivered' : routeWords(rule.route),
        resolvedSec: between(off, end),
      },
    ];
  });
}

/** When somebody was notified of it, and of its end. Where a guide names no receiver, its end in Prometheus. */
function pagesOf(seen: Followed): { readonly page?: Moment | undefined; readonly end?: Moment | undefined } {
  const { off, setup, states, rule } = seen;
  const over =
    off === undefined ? undefined : states.find(({ state, atMs }) => state === 'inactive' && atMs > off.atMs);
  if (setup.witness.by === 'alertmanager') {
    const { sent, sentEnd } = counted(seen);
    return { page: sent, end: rule.route === null ? over : sentEnd };
  }
  const [page] = news(seen, 'fires');
  const end = off === undefined ? undefined : news(seen, 'over').find(({ atMs }) => atMs > off.beforeMs);
  return { page: page && moment(page), end: end && moment(end) };
}

function moment({ atMs }: { readonly atMs: number }): Moment {
  return { beforeMs: atMs, atMs };
}
