/** Whether the monitors that the guide names exist, whether what they ask answers, and whether they ask often enough. */
import { digitsText } from '../../../core/numbers.ts';
import { lacking, property, unasked } from '../../finding.ts';
import type { AddressAnswered, Ping, SeenMonitor } from '../observation.ts';
import type { Pair } from '../pairs.ts';
import { ADDING, MONITORS } from '../promises.ts';
import { owedPings, type StatusFacts, statusCheck, summarisedWords } from './check.ts';

const PUBLIC_SERVER = /\/\/api\.aragora\.ai(:\d+)?(\/|$)/;

/** Which website belongs to a server is known only of the one that the guide names. */
function requiredPairs({ pairs, input }: StatusFacts): Pair[] {
  const isPublic = PUBLIC_SERVER.test(input.plan.target.httpUrl);
  return pairs.filter(({ promised, seen }) => promised.path !== null || seen.length > 0 || isPublic);
}

const namesOf = (pairs: readonly Pair[]): string => pairs.map(({ promised }) => promised.name).join(', ');

export const exist = statusCheck({
  id: 'monitors',
  subject: 'the documented monitors',
  proves: 'Each monitor that the guide names for the server exists, under its name or for its URL.',
  source: MONITORS,
  judge: (check, facts) => {
    const required = requiredPairs(facts);
    const missing = required.filter(({ seen }) => seen.length === 0);
    const paired = new Set(facts.pairs.flatMap(({ seen }) => seen));
    const unknown = facts.observed.monitors.filter((seen) => seen.url === null && !paired.has(seen));
    const evidence = [{ label: 'found', value: facts.observed.monitors.map(({ name }) => name).join(', ') || 'none' }];
    if (missing.length > 0 && missing.length <= unknown.length) {
      const summary = `${namesOf(missing)} may be ${unknown.map(({ name }) => `"${name}"`).join(', ')}, whose URL is not shown`;
      return lacking(check, 'inconclusive', summary, evidence);
    }
    const summary = missing.length === 0 ? `all ${required.length} exist` : `there is none for ${namesOf(missing)}`;
    return property(check, {
      samples: required.length,
      bad: missing.length - unknown.length > 0 ? missing.length : 0,
      summary,
      evidence,
    });
  },
});

/** It needs credentials, or it refuses because of the load: neither says anything about what was asked. */
const DECIDES_NOTHING = [401, 403, 408, 429, 502, 503, 504];
/** So many pings, and not one was answered: there is nothing. */
const NEVER_PINGS = 20;

export const answer = statusCheck({
  id: 'answers',
  subject: 'what the monitors ask',
  proves: 'Each URL that a documented monitor asks is one that answers.',
  source: MONITORS,
  judge: (check, facts) => {
    const { addresses } = facts.observed;
    const astray = addresses.filter(({ status }) => status !== null && status >= 400 && !isUndecided(status));
    const silent = facts.pairs.flatMap(({ promised, seen }) => (promised.path === null ? seen : [])).filter(neverUp);
    const open = addresses.filter(({ status }) => status === null || isUndecided(status));
    const bad = astray.length + silent.length;
    const evidence = addresses.map((one) => ({ label: `GET ${one.path}`, value: wordsOf(one) }));
    if (bad === 0 && open[0] !== undefined)
      return lacking(check, 'inconclusive', `GET ${open[0].path}: ${wordsOf(open[0])}`, evidence);
    const said = [
      ...astray.map((one) => `GET ${one.path}: ${wordsOf(one)}`),
      ...silent.map(({ name, pings }) => `none of ${pings.length} pings of ${name} was answered`),
    ];
    const summary = bad === 0 ? `${addresses.map(({ path }) => path).join(', ')} answer` : said.join('; ');
    return property(check, { samples: addresses.length + silent.length, bad, summary, evidence });
  },
});

function isUndecided(status: number): boolean {
  return DECIDES_NOTHING.includes(status);
}

function neverUp({ pings, hours }: SeenMonitor): boolean {
  const owed = owedPings(pings);
  return (
    owed.length >= NEVER_PINGS &&
    owed.every(({ outcome }) => outcome !== 'up') &&
    hours.every((hour) => hour.failed === hour.pings)
  );
}

function wordsOf({ status, trouble }: AddressAnswered): string {
  return status === null ? (trouble ?? 'no answer') : `it answers ${status}`;
}

/** Gaps between pings that it takes to know how often a monitor asks. */
const LEAST_GAPS = 3;
/** Monitors start late on a busy machine. */
const LATE = 1.1;

/** Uptime Kuma keeps its answers for a minute, and a ping may take most of its interval. */
const SILENT_INTERVALS = 5;

export const interval = statusCheck({
  id: 'interval',
  subject: 'how often the monitors ask',
  proves: 'Each documented monitor asks at least as often as the guide says, and still does.',
  source: MONITORS,
  judge: (check, { observed, promises: { intervalSec }, pairs }) => {
    const measured = pairs.flatMap(({ promised: { name }, seen }) =>
      seen.flatMap(({ pings }) => paceOf(name, pings, observed.readAtMs)),
    );
    if (measured.length === 0) {
      const summary = `no monitor has ${LEAST_GAPS + 1} successful pings in a row${summarisedWords(observed)}`;
      return lacking(check, 'no-data', summary);
    }
    const silent = measured.filter(({ restSec }) => restSec > intervalSec * SILENT_INTERVALS);
    const slow = measured.filter((one) => one.gapSec > intervalSec * LATE && !silent.includes(one));
    const evidence = measured.map(({ name, gapSec }) => ({ label: name, value: `every ${digitsText(gapSec, 3)} s` }));
    const wrong = [
      ...silent.map(({ name, restSec }) => `${name} has not asked for ${digitsText(restSec / 60, 2)} min`),
      ...slow.map(({ name, gapSec }) => `${name} asks every ${digitsText(gapSec, 3)} s, not ${intervalSec} s`),
    ];
    const summary = wrong.length === 0 ? `each asks at least every ${intervalSec} s` : wrong.join('; ');
    return property(check, { samples: measured.length, bad: wrong.length, summary, evidence });
  },
});

interface Pace {
  readonly name: string;
  readonly gapSec: number;
  /** Since its last ping. */
  readonly restSec: number;
}

/** [] where too little is known. */
function paceOf(name: string, pings: readonly Ping[], readAtMs: number): Pace[] {
  const [gapSec, last] = [usualGapSec(pings), pings.at(-1)];
  return gapSec === null || last === undefined ? [] : [{ name, gapSec, restSec: (readAtMs - last.atMs) / 1000 }];
}

/** The middle one of the gaps between successful pings, without the time that a ping takes: some monitors rest after it. null: too few. */
function usualGapSec(pings: readonly Ping[]): number | null {
  const gaps = pings.flatMap((ping, at) => {
    const before = pings[at - 1];
    if (before?.outcome !== 'up' || ping.outcome !== 'up') return [];
    return [Math.max(0, ping.atMs - before.atMs - (before.tookMs ?? 0))];
  });
  if (gaps.length < LEAST_GAPS) return null;
  const middle = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
  return middle === undefined ? null : middle / 1000;
}

export const retries = statusCheck({
  id: 'retries',
  subject: 'how often the monitors try again',
  proves: 'Before a monitor calls the server down, it tries again as often as the guide says.',
  source: ADDING,
  judge: (check, { observed, promises, pairs }) => {
    const seen = [...new Set(pairs.flatMap((pair) => pair.seen))];
    const outages = seen.flatMap(({ name, pings }) => outagesOf(pings).map((tries) => ({ name, tries })));
    if (outages.length === 0)
      return unasked(check, `no monitor called the server down in what is shown${summarisedWords(observed)}`);
    const wrong = outages.filter(({ tries }) => tries !== promises.retries);
    const [first] = wrong;
    return property(check, {
      samples: outages.length,
      bad: wrong.length,
      summary:
        first === undefined
          ? `${promises.retries} times each`
          : `${first.name} tried ${first.tries} times again, not ${promises.retries}`,
    });
  },
});

/** Of each outage whose beginning is seen: how many failed pings came before the monitor called the server down. */
function outagesOf(pings: readonly Ping[]): number[] {
  const outages: number[] = [];
  let tries: number | null = null;
  for (const { outcome } of pings) {
    if (outcome === 'up') tries = 0;
    else if (outcome === 'maintenance') tries = null;
    else if (outcome === 'retrying') tries = tries === null ? null : tries + 1;
    else {
      if (tries !== null) outages.push(tries);
      tries = null;
    }
  }
  return outages;
}
