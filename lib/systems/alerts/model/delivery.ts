/** What is found of an alert that fired: whether it is delivered, to whom, and whether its end is. */
import { unreachable } from '../../../core/error.ts';
import type { Answer, Aspect } from './findings.ts';
import { spanWords } from './firing.ts';
import { type Followed, type Moment, news, rateWords, type Span, spanBetween, stateAt, waited } from './followed.ts';
import { type Delivered, type EntryOf, isAbout } from './timeline.ts';
import type { Route } from './witness.ts';

export function delivered(followed: Followed): Answer {
  const { fired, refused, setup, strain } = followed;
  if (fired === undefined) return without('it did not fire', 'fires');
  const [first] = news(followed, 'fires');
  if (first !== undefined) {
    const span = spanBetween(fired, { beforeMs: first.atMs, atMs: first.atMs }, setup.clockRate);
    return { status: 'pass', summary: `delivered ${spanWords(span)} after it fired${rateWords(setup)}` };
  }
  if (refused.length > 0)
    return { status: 'fail', summary: `its receiver did not accept it: ${refusalWords(refused)}` };
  const wait = waited(followed, 'delivered');
  if (wait === undefined) return { status: 'no-data', summary: 'the drill ended before it could be delivered' };
  const silence = `nothing came to any receiver within ${Math.round(wait.limitSec)} s${rateWords(setup)}`;
  if (strain.length > 0)
    return { status: 'inconclusive', summary: `${silence}; but the machine was slow: ${strain.join('; ')}` };
  return { status: 'fail', summary: silence };
}

export function without(summary: string, because: Aspect): Answer {
  return { status: 'no-data', summary, because };
}

function refusalWords(refused: readonly EntryOf<'delivery'>[]): string {
  const words = refused.map(({ status, refusals, delivered: { to } }) =>
    status === 0 ? `${NAME[to]} does not answer` : `${NAME[to]} answers ${status}: ${refusals.join(', ')}`,
  );
  return [...new Set(words)].join('; ');
}

const NAME = { pagerduty: 'PagerDuty', slack: 'Slack' } as const;

export function routed(followed: Followed): Answer {
  const { name, route } = followed.rule;
  const pages = news(followed, 'fires');
  if (pages.length === 0) return without('it was not delivered', 'delivered');
  if (route === null) return { status: 'no-data', summary: 'no guide says who should get it' };
  const wrong = [...new Set(pages.flatMap(({ delivered }) => routeProblems(delivered, route, name)))];
  if (wrong.length > 0) return { status: 'fail', summary: wrong.join('; ') };
  return { status: 'pass', summary: `${routeWords(route)}, with its name` };
}

/** For a person: `PagerDuty, critical`. */
export function routeWords(route: Route): string {
  return route.to === 'pagerduty' ? `PagerDuty, ${route.severity}` : `Slack ${route.channel}`;
}

function routeProblems(page: Delivered, route: Route, name: string): string[] {
  if (page.to !== route.to) return [`it reached ${NAME[page.to]}, and is documented for ${routeWords(route)}`];
  if (!isAbout(page, name)) return ['its text does not name it'];
  switch (route.to) {
    case 'pagerduty': {
      const severity = page.to === 'pagerduty' ? page.event?.severity : undefined;
      return severity === route.severity ? [] : [`its severity is ${severity}, and is documented as ${route.severity}`];
    }
    case 'slack': {
      const channel = page.to === 'slack' ? page.message?.channel : undefined;
      return channel === route.channel ? [] : [`it reached Slack ${channel}, and is documented for ${route.channel}`];
    }
    default:
      return unreachable(route);
  }
}

export function resolves(followed: Followed): Answer {
  const { setup } = followed;
  const answer = overAnswer(followed);
  if (!('span' in answer)) return answer;
  if (news(followed, 'fires').length === 0)
    return without('it was not delivered, so its end is not either', 'delivered');
  const end = news(followed, 'over').find(({ atMs }) => atMs > answer.healed.beforeMs);
  if (end === undefined)
    return missed(followed, 'resolved', (limit) => `nobody was notified within ${limit} that it is over`);
  const problem = keyProblem(followed, end);
  if (problem !== null) return { status: 'fail', summary: problem };
  const notified = spanBetween(answer.at, { beforeMs: end.atMs, atMs: end.atMs }, setup.clockRate);
  const words = `over ${spanWords(answer.span)} after the fault, and notified ${spanWords(notified)} later`;
  return { status: 'pass', summary: `${words}${rateWords(setup)}` };
}

interface Over {
  /** The end of its fault. */
  readonly healed: Moment;
  /** When Prometheus found that it is over. */
  readonly at: Moment;
  readonly span: Span;
}

/** Or why that can't be said. */
export function overAnswer(followed: Followed): Answer | Over {
  const { fired, off, states, setup } = followed;
  if (fired === undefined) return without('it did not fire', 'fires');
  if (off === undefined) return { status: 'no-data', summary: 'the drill ended before the fault was over' };
  if (stateAt(followed, off.beforeMs) === 'inactive') {
    return { status: 'inconclusive', summary: 'it was over before the fault was' };
  }
  const over = states.find(({ state, atMs }) => state === 'inactive' && atMs > off.atMs);
  if (over === undefined) return missed(followed, 'inactive', (limit) => `it still fired ${limit} after the fault`);
  return { healed: off, at: over, span: spanBetween(off, over, setup.clockRate) };
}

export function missed(followed: Followed, step: 'inactive' | 'resolved', what: (limit: string) => string): Answer {
  const { strain, setup } = followed;
  const wait = waited(followed, step);
  if (wait === undefined) return { status: 'no-data', summary: 'the drill ended before its end could be seen' };
  const words = `${what(`${Math.round(wait.limitSec)} s`)}${rateWords(setup)}`;
  if (strain.length > 0)
    return { status: 'inconclusive', summary: `${words}; but the machine was slow: ${strain.join('; ')}` };
  return { status: 'fail', summary: words };
}

/** PagerDuty closes an incident by its key. Slack knows none. */
function keyProblem(followed: Followed, end: EntryOf<'delivery'>): string | null {
  if (end.delivered.to !== 'pagerduty') return null;
  const key = end.delivered.event?.dedupKey;
  const opened = news(followed, 'fires').flatMap(({ delivered }) =>
    delivered.to === 'pagerduty' ? (delivered.event?.dedupKey ?? []) : [],
  );
  return key !== undefined && opened.includes(key)
    ? null
    : 'its end has another key than its beginning, so PagerDuty leaves the incident open';
}
