/** What is found of an alert's pages on a team's own stack, by what its Alertmanager has and counted. Pure. */
import { counted, type Pages } from './counted.ts';
import { missed, overAnswer, routeWords, without } from './delivery.ts';
import type { Answer } from './findings.ts';
import { spanWords } from './firing.ts';
import { type Followed, rateWords, spanBetween, waited } from './followed.ts';
import type { Integration, Receiver, Route } from './witness.ts';

export function countedDelivery(followed: Followed): Answer {
  const { fired, setup, strain } = followed;
  if (fired === undefined) return without('it did not fire', 'fires');
  const pages = counted(followed);
  const { sent, givenUp, others } = pages;
  const unsure = othersWords(others);
  if (sent !== undefined) {
    const words = `accepted by ${namesOf(pages)} ${spanWords(spanBetween(fired, sent, setup.clockRate))} after it fired`;
    return others.length > 0 ? open(`${words}${unsure}`) : { status: 'pass', summary: `${words}${rateWords(setup)}` };
  }
  if (givenUp.length > 0 && peersAnswer(followed) === null) {
    const words = `Alertmanager gave it up: ${givenUp.join('; ')}`;
    return others.length > 0 ? open(`${words}${unsure}`) : { status: 'fail', summary: `${words}${rateWords(setup)}` };
  }
  const wait = waited(followed, 'delivered');
  if (wait === undefined) return { status: 'no-data', summary: 'the drill ended before it could be delivered' };
  const instead = unseen(pages, followed);
  if (instead !== null) return instead;
  const silence = `${missing(pages)} within ${Math.round(wait.limitSec)} s`;
  if (strain.length > 0) return open(`${silence}; but the machine was slow: ${strain.join('; ')}`);
  return { status: 'fail', summary: `${silence}${rateWords(setup)}` };
}

function open(summary: string): Answer {
  return { status: 'inconclusive', summary };
}

/** What keeps anybody from saying that it was not delivered; null: nothing does. */
function unseen({ isSeen, receivers, isSilenced, uncounted }: Pages, followed: Followed): Answer | null {
  if (!isSeen) return { status: 'unavailable', summary: 'Alertmanager did not say what it has and sent' };
  const shared = peersAnswer(followed);
  if (shared !== null) return shared;
  const { witness } = followed.setup;
  if (receivers.length === 0 && witness.by === 'alertmanager' && witness.handedTo !== null) {
    const summary = `it did not come to this Alertmanager; Prometheus hands its alerts to ${witness.handedTo}`;
    return { status: 'no-data', summary };
  }
  if (isSilenced) {
    return {
      status: 'no-data',
      summary: 'a silence or an inhibition held it back in Alertmanager, so nobody was paged',
    };
  }
  if (uncounted.length === 0) return null;
  return { status: 'no-data', summary: `Alertmanager's counters do not say what it sent by ${uncounted.join(', ')}` };
}

/** null: only those that were asked can have sent it. */
function peersAnswer(followed: Followed): Answer | null {
  const { asked, peers } = sharersOf(followed);
  if (asked === peers) return null;
  const who = asked === 1 ? 'it is one' : `they are ${asked}`;
  const summary = `${who} of ${peers} Alertmanagers that get it, and did not send it: another one may have`;
  return { status: 'no-data', summary };
}

function unaskedWords(asked: number, peers: number): string {
  return asked === 1 ? `one of ${peers} Alertmanagers says nothing` : `${asked} of ${peers} Alertmanagers say nothing`;
}

/** Those that may send it. */
function sharersOf({ setup: { witness } }: Followed) {
  return witness.by === 'sinks' ? { asked: 1, peers: 1, clusters: 1 } : witness;
}

function missing({ receivers }: Pages): string {
  if (receivers.length === 0) return 'it did not get from Prometheus to Alertmanager';
  const empty = receivers.find(({ integrations }) => integrations.length === 0);
  if (empty !== undefined) return `its receiver "${empty.name}" sends to nobody: nothing was accepted`;
  return `Alertmanager has it for ${receivers.map(({ name }) => `"${name}"`).join(', ')}, and nothing was accepted`;
}

function namesOf({ receivers }: Pages): string {
  const kinds = receivers.flatMap(({ integrations }) => integrations.map(({ kind }) => kind));
  return [...new Set(kinds)].join(' and ');
}

function othersWords(others: readonly string[]): string {
  return `; but it counts pages of ${others.join(', ')} together with its`;
}

export function countedRoute(followed: Followed): Answer {
  const { route } = followed.rule;
  const { sent, receivers } = counted(followed);
  if (sent === undefined) return without('it was not delivered', 'delivered');
  if (route === null) return { status: 'no-data', summary: 'no guide says who should get it' };
  const wrong = receivers.flatMap((receiver) =>
    receiver.integrations.flatMap((one) => wrongRoute(one, receiver, route)),
  );
  if (wrong.length > 0) return { status: 'fail', summary: [...new Set(wrong)].join('; ') };
  const isHidden = receivers.some(({ integrations }) => integrations.some((one) => one.route === null));
  if (isHidden) return open(`${routeWords(route)} as far as can be seen: the configuration does not say all of it`);
  return {
    status: 'pass',
    summary: `${routeWords(route)}, by its configuration; what the page says can't be seen here`,
  };
}

function wrongRoute({ kind, route: actual }: Integration, { name }: Receiver, route: Route): string[] {
  const documented = `and is documented for ${routeWords(route)}`;
  if (kind !== route.to) return [`it reached ${kind} by the receiver "${name}", ${documented}`];
  if (actual === null || routeWords(actual) === routeWords(route)) return [];
  return [`it reached ${routeWords(actual)}, ${documented}`];
}

export function countedOnce(followed: Followed): Answer {
  const { sent, groups, further, others } = counted(followed);
  const { repeatSec } = followed.setup.intervals;
  if (sent === undefined) return without('it was not delivered', 'delivered');
  if (groups > 1) {
    const summary = `Alertmanager has it in ${groups} groups, so it is sent as ${groups} pages, and is documented as one`;
    return { status: 'fail', summary };
  }
  if (others.length > 0) return open(`it is one group in Alertmanager${othersWords(others)}`);
  const { asked, peers, clusters } = sharersOf(followed);
  if (asked < peers)
    return open(`it is one group and one page here; ${unaskedWords(asked, peers)} of the others' pages`);
  if (further > 0 && clusters > 1) {
    const who = `${asked} Alertmanagers that are ${clusters} clusters, so none knows what the others sent`;
    return { status: 'fail', summary: `it was sent ${further + 1} times by ${who}` };
  }
  if (further > 0)
    return open(`${further} more than one page were accepted, and nobody can see whether they say something new`);
  return { status: 'pass', summary: `one group and one page; it would be sent again after ${repeatSec} s` };
}

export function countedEnd(followed: Followed): Answer {
  const { setup, rule } = followed;
  const over = overAnswer(followed);
  if (!('span' in over)) return over;
  const words = `over ${spanWords(over.span)} after the fault`;
  if (rule.route === null) return { status: 'pass', summary: `${words}${rateWords(setup)}` };
  const { sent, sentEnd, givenUpEnd, othersAtEnd, receivers } = counted(followed);
  if (sent === undefined) return without('it was not delivered, so its end is not either', 'delivered');
  const unnotified = receivers
    .flatMap(({ integrations }) => integrations)
    .find(({ isNotifiedOfEnd }) => !isNotifiedOfEnd);
  if (unnotified !== undefined) {
    return {
      status: 'fail',
      summary: `${unnotified.kind} is not notified that it is over: its send_resolved is false`,
    };
  }
  const unsure = othersAtEnd.length > 0 ? othersWords(othersAtEnd) : '';
  if (givenUpEnd.length > 0 && peersAnswer(followed) === null) {
    const gaveUp = `Alertmanager gave up the page of its end: ${givenUpEnd.join('; ')}`;
    return unsure === '' ? { status: 'fail', summary: gaveUp } : open(`${gaveUp}${unsure}`);
  }
  if (sentEnd === undefined)
    return (
      peersAnswer(followed) ??
      missed(followed, 'resolved', (limit) => `nobody was notified within ${limit} that it is over`)
    );
  const notified = `${words}, and notified ${spanWords(spanBetween(over.at, sentEnd, setup.clockRate))} later`;
  return unsure === '' ? { status: 'pass', summary: `${notified}${rateWords(setup)}` } : open(`${notified}${unsure}`);
}
