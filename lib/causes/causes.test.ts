/** The causes of a verdict by a table: for each one where it shows, where a similar picture is not blamed on it, and where its evidence is missing. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import {
  AVAILABILITY,
  factsOf,
  HANDSHAKE,
  judged,
  LATENCY,
  type MadeSecond,
  minute,
  PROTOCOL,
  times,
  UPTIME,
} from '../../test/support/judged.ts';
import type { Observation } from '../core/observation.ts';
import type { JudgeInput } from '../core/run.ts';
import { SAMPLE_OUTCOMES } from '../core/sample-outcome.ts';
import { onePhase } from '../core/timeline.ts';
import { agents } from '../journeys/agents.ts';
import { health } from '../journeys/health.ts';
import type { CreationSeen } from '../systems/probes/observation.ts';
import { CAUSES } from './index.ts';

const load = { steps: [{ ratePerSec: 50, durationSec: 60 }], vus: 5, maxVus: 50 };
const PLAN = {
  phases: onePhase([
    { ...health, ...load },
    { ...agents, ...load, steps: [{ ratePerSec: 1, durationSec: 60 }] },
  ]),
} as const;
const ALL = { ...AVAILABILITY, endpoints: ['health', 'debates-create'] } as const;

type Series = Parameters<typeof factsOf>[1];
interface Changes {
  readonly generator?: { readonly cpuShare: number | null };
  readonly observations?: readonly Observation[];
}

const run = (series: Series, changes: Changes = {}): JudgeInput =>
  factsOf([LATENCY, ALL, PROTOCOL], { health: well, 'ws-order': order(), ...series }, { plan: PLAN, ...changes });

const well = minute(() => ({ ms: times(50, 3) }));
const order = (failed: Readonly<Record<string, number>> = {}) => minute(() => ({ ms: times(5, 1), failed }));
/** 50 requests for health a second; from some second on, so many of them fail in this way. */
const failing = (failed: Readonly<Record<string, number>>, fromSec = 2): MadeSecond[] =>
  minute((at) => {
    const bad = Object.values(failed).reduce((sum, count) => sum + count, 0);
    return at < fromSec ? { ms: times(50, 3) } : { ms: times(50 - bad, 3), failed };
  });
/** One creation a second; those of some seconds fail. */
const creating = (fails: (at: number) => boolean, kind: string): MadeSecond[] =>
  minute((at) => (fails(at) ? { ms: [], failed: { [kind]: 1 } } : { ms: [20] }));

const probes = (fields: Readonly<Record<string, unknown>>) =>
  ({
    kind: 'probes',
    status: 'collected',
    source: 'direct',
    url: '',
    debate: { lacking: '' },
    ...fields,
  }) as Observation;
const gone: Observation = {
  kind: 'probes',
  status: 'unavailable',
  source: 'direct',
  reason: 'the server did not answer after the load: connection refused',
  hint: 'did it go away under the load?',
};
const after = (creation: CreationSeen) => ({ observations: [probes({ creation })] });
const answered = { status: 503, contentType: 'application/json', isObject: true } as const;
const refusedAfter = after({ answered, isCreated: false, said: 'Debate rejected: 160/10 slots in use' });
const createdAfter = after({ answered: { ...answered, status: 200 }, isCreated: true, said: null });

const causesOf = (input: JudgeInput) => judged(input).causes;
const idsOf = (input: JudgeInput) => causesOf(input).map(({ id }) => id);

interface Row {
  readonly shows: JudgeInput;
  /** What the cause says there. */
  readonly says: RegExp;
  readonly explains: readonly string[];
  readonly similar: Readonly<Record<string, JudgeInput>>;
  readonly without: JudgeInput;
}

const late = minute(() => ({ ms: [...times(46, 3), ...times(4, 61)] }));
/** Some wait for their connection. */
const knocking = minute(() => ({ ms: [...times(47, 3), 1005, 1024, 3010] }));
const connecting = (slow: readonly number[]) => minute(() => ({ ms: [...times(5, 1), ...slow] }));

const TABLE: Readonly<Record<string, Row>> = {
  'starved-generator': {
    shows: run({ health: late }, { generator: { cpuShare: 0.93 } }),
    says: /^the generator was overloaded: it used 93 % of all cores/,
    explains: [LATENCY.id, 'load.generator'],
    similar: { 'a slow server under a fit generator': run({ health: late }, { generator: { cpuShare: 0.2 } }) },
    without: run({ health: late }, { generator: { cpuShare: null } }),
  },
  'server-gone': {
    shows: run({ health: failing({ refused: 50 }, 40) }, { observations: [gone] }),
    says: /^the server went away: after second 40 of the load none of 1,000 requests had a whole answer, nor had one after the load$/,
    explains: [LATENCY.id, ALL.id],
    similar: {
      'a server that comes back': run(
        { health: minute((at) => (at > 20 && at < 40 ? { ms: [], failed: { refused: 50 } } : { ms: times(50, 3) })) },
        { observations: [probes({})] },
      ),
      'one that loses some until the end, and goes after its last answer': run(
        { health: failing({ refused: 5 }) },
        { observations: [gone] },
      ),
      'one that fails by itself, and loses only the last few': run(
        {
          health: minute((at) =>
            at === 59 ? { ms: [], failed: { refused: 9 } } : { ms: times(40, 3), failed: { status_500: 10 } },
          ),
        },
        { observations: [gone] },
      ),
      'one that still answers something': run(
        { health: failing({ refused: 40, status_500: 10 }, 40) },
        { observations: [gone] },
      ),
      'one that hangs': run({ health: failing({ timeout: 50 }, 40) }, { observations: [gone] }),
      'a policy that cuts every connection': run({ health: failing({ reset: 50 }, 40) }, { observations: [gone] }),
      'a policy that cuts most, and refuses the rest': run(
        { health: failing({ reset: 40, refused: 10 }, 40) },
        { observations: [gone] },
      ),
      'answers that a client does not read': run(
        { health: failing({ 'answer-too-large': 10, refused: 40 }, 40) },
        { observations: [gone] },
      ),
      'a certificate that ended': run({ health: failing({ tls: 50 }, 40) }, { observations: [gone] }),
      'a name that is gone': run({ health: failing({ dns: 50 }, 40) }, { observations: [gone] }),
    },
    without: run({ health: failing({ refused: 50 }, 40) }),
  },
  hanging: {
    shows: run({ health: failing({ timeout: 50 }, 20), 'tcp-connect': connecting([]) }),
    says: /^the server hangs: it takes connections, and after second 20 of the load it answered none of 2,000 requests to GET \/api\/health while/,
    explains: [LATENCY.id, ALL.id],
    similar: {
      'a server that answers late, and in the end': run({
        health: failing({ timeout: 40 }, 20),
        'tcp-connect': connecting([]),
      }),
      'one that hangs for a while': run({
        health: minute((at) => (at > 20 && at < 40 ? { ms: [], failed: { timeout: 50 } } : { ms: times(50, 3) })),
        'tcp-connect': connecting([]),
      }),
      'one that resets connections': run({ health: failing({ reset: 50 }, 20), 'tcp-connect': connecting([]) }),
      'one that fails in several ways': run({
        health: failing({ timeout: 40, reset: 10 }, 20),
        'tcp-connect': connecting([]),
      }),
      'a network that lets nothing through any more': run({
        health: failing({ timeout: 50 }, 20),
        'tcp-connect': minute((at) => (at < 20 ? { ms: [1] } : { ms: [] })),
      }),
    },
    without: run({ health: failing({ timeout: 50 }, 20) }),
  },
  access: {
    shows: run({ health: failing({ status_401: 48, status_403: 2 }, 0) }),
    says: /^100 % of 3,000 requests were refused by the server's access rules \(401, 403\), the first in second 1$/,
    explains: [LATENCY.id, ALL.id],
    similar: { 'paths that are not there': run({ health: failing({ status_404: 50 }, 0) }) },
    without: run({ health: failing({ status_401: 5, status_500: 20 }) }),
  },
  'rate-limit': {
    shows: run({ health: failing({ status_429: 48 }) }),
    says: /^92.8 % of 3,000 requests were refused by a rate limit \(429\), the first in second 3$/,
    explains: [LATENCY.id, ALL.id],
    similar: {
      'a server that fails by itself': run({ health: failing({ status_503: 48 }) }),
      'most failed otherwise': run({ health: failing({ status_429: 5, status_500: 6 }) }),
      'creations that a full server refuses': run(
        { 'debates-create': creating((at) => at >= 30, 'later_503') },
        refusedAfter,
      ),
    },
    without: run({ health: minute(() => ({ ms: [], dropped: 50 })) }),
  },
  'no-room': {
    shows: run({ health: failing({ later_503: 25 }) }),
    says: /^48 % of 3,000 requests were refused by a server that has no room for the moment \(503\)/,
    explains: [LATENCY.id, ALL.id],
    similar: { 'a 503 that names no time': run({ health: failing({ status_503: 25 }) }) },
    without: run({ health: failing({ timeout: 25 }) }),
  },
  'in-front': {
    shows: run({ health: failing({ foreign_502: 20, redirect_302: 5 }) }),
    says: /^48 % of 3,000 requests got an answer that looks like none of the server's: something in front of it may have answered, the first time in second 3$/,
    explains: [LATENCY.id, ALL.id],
    similar: {
      'errors in the own form of the server': run({ health: failing({ status_502: 25 }) }),
      'most failed otherwise': run({ health: failing({ foreign_502: 10, timeout: 15 }) }),
    },
    without: run({ health: failing({ unclear_502: 25 }) }),
  },
  'full-queue': {
    shows: run({ health: knocking, 'tcp-connect': connecting([1003, 1021, 3008]) }),
    says: /^38 % of 480 connections took whole seconds to open, because their first packet had to be repeated/,
    explains: [LATENCY.id],
    similar: {
      'a slow network': run({ health: knocking, 'tcp-connect': connecting([640, 870, 1400]) }),
      'an answer that takes a second': run({ health: knocking, 'tcp-connect': connecting([]) }),
      'answers that are slow for another reason': run({
        health: minute(() => ({ ms: [...times(30, 3), ...times(20, 800)] })),
        'tcp-connect': minute((at) => ({ ms: at < 10 ? [1003] : [1] })),
      }),
    },
    without: run({ health: knocking }),
  },
  wedged: {
    shows: run({ 'debates-create': creating((at) => at >= 30, 'status_503') }, refusedAfter),
    says: /^the server creates no debates any more: since second 31 of the load all of 30 creations failed, and so did one after/,
    explains: [ALL.id],
    similar: {
      'creations that work again after the load': run(
        { 'debates-create': creating((at) => at >= 30, 'status_503') },
        createdAfter,
      ),
      'creations that fail now and then': run(
        { 'debates-create': creating((at) => at % 3 === 0, 'status_503') },
        refusedAfter,
      ),
      'creations that never worked': run({ 'debates-create': creating(() => true, 'status_503') }, refusedAfter),
      'a limit for each minute': run({ 'debates-create': creating((at) => at >= 30, 'status_429') }, refusedAfter),
      'a server that answers nothing at all': run(
        { health: failing({ timeout: 50 }, 30), 'debates-create': creating((at) => at >= 30, 'timeout') },
        refusedAfter,
      ),
    },
    without: run({ 'debates-create': creating((at) => at >= 30, 'status_503') }),
  },
  'no-debates': {
    shows: run({ 'debates-create': creating(() => true, 'success-false') }, refusedAfter),
    says: /^the server creates no debates: all of 60 creations of the load failed, and so did one after the load$/,
    explains: [ALL.id],
    similar: {
      'a debate that is created after the load': run(
        { 'debates-create': creating(() => true, 'success-false') },
        createdAfter,
      ),
      'a token that is missing': run({ 'debates-create': creating(() => true, 'status_401') }, refusedAfter),
      'a limit for each minute': run({ 'debates-create': creating(() => true, 'status_429') }, refusedAfter),
      'a server that answers nothing at all': run(
        { health: failing({ timeout: 50 }), 'debates-create': creating(() => true, 'timeout') },
        refusedAfter,
      ),
      'creations that worked at first': run(
        { 'debates-create': creating((at) => at >= 30, 'success-false') },
        refusedAfter,
      ),
    },
    without: run({ 'debates-create': creating(() => true, 'success-false') }),
  },
  'cross-talk': {
    shows: run({ 'ws-order': order({ 'event-of-another-debate': 1 }) }),
    says: /^debates are mixed up: 60 times, what belongs to one debate came to those who follow another$/,
    explains: [PROTOCOL.id],
    similar: { 'events of the right debate in a wrong order': run({ 'ws-order': order({ 'seq-backwards': 1 }) }) },
    without: run({ 'ws-order': order({ 'no-debate-named': 1 }) }),
  },
};

describe.each(Object.entries(TABLE))('the cause %s', (id, { shows, says, explains, similar, without }) => {
  it('is said where it shows, with its evidence, what it explains and what to do', () => {
    const [cause] = causesOf(shows);
    expect(cause).toMatchObject({ id, summary: expect.stringMatching(says), explains });
    expect(cause?.evidence.length).toBeGreaterThan(0);
    expect(cause?.advice).not.toBe('');
    expect(judged(shows).headline.startsWith(`${cause?.summary}; `)).toBe(true);
  });

  it.each(Object.entries(similar))('is not blamed for %s', (_, input) => {
    expect(judged(input).outcome).toBe('breaches');
    expect(idsOf(input)).not.toContain(id);
  });

  it('is not said without its evidence', () => {
    expect(idsOf(without)).not.toContain(id);
  });
});

test('a server that goes away explains what it cuts then, and nothing that failed before or in another way', () => {
  const goesAt = 40;
  const health = failing({ refused: 45, reset: 5 }, goesAt);
  const both = (series: Series): JudgeInput => run({ health, ...series }, { observations: [gone] });
  const explained = (series: Series) => causesOf(both(series)).find(({ id }) => id === 'server-gone')?.explains;
  const orderWith = (outcome: string, from: number, to = 60) =>
    minute((at) => ({ ms: times(5, 1), failed: at >= from && at < to ? { [outcome]: 1 } : {} }));
  expect(explained({ 'ws-order': orderWith('connection-lost', goesAt - 1) })).toContain(PROTOCOL.id);
  for (const series of [
    orderWith('connection-lost', 0, 30),
    orderWith('seq-backwards', goesAt),
    orderWith('flood', goesAt),
    orderWith('frame-too-large', goesAt),
    orderWith('silent', 0),
  ])
    expect(explained({ 'ws-order': series })).toEqual([LATENCY.id, ALL.id]);
});

describe('a server of which half is refused is said to be gone', () => {
  const mixed = (outcome: string): JudgeInput => {
    const refused = outcome === 'refused' ? 0 : 26;
    return run({ health: failing({ refused, [outcome]: 50 - refused }, 40) }, { observations: [gone] });
  };
  const isSaid = (outcome: string): boolean => idsOf(mixed(outcome)).includes('server-gone');

  /** Of all outcomes without the status of an answer. Those of sockets are never an HTTP request's. */
  const SAID = ['timeout', 'refused', 'reset', 'tcp', 'broken-answer'];
  const NOT_SAID = ['dns', 'tls', 'answer-too-large', 'of-another-version', 'close_1011'];
  test.each(SAID)('where the rest ends as %s', (outcome) => expect(isSaid(outcome)).toBe(true));
  test.each(NOT_SAID)('but not where the rest ends as %s', (outcome) => expect(isSaid(outcome)).toBe(false));
  test.each(['ok', 'status_500', 'later_503', 'redirect_302', 'not-json'])('nor where it is answered: %s', (outcome) =>
    expect(isSaid(outcome)).toBe(false),
  );

  test('and nothing is left out here', () => {
    const socketsFrom = Object.keys(SAMPLE_OUTCOMES).indexOf('no-socket');
    const ofRequests = Object.entries(SAMPLE_OUTCOMES).slice(0, socketsFrom);
    const without = ofRequests.filter(([, { status }]) => status === null).map(([outcome]) => outcome);
    expect(without.filter((outcome) => ![...SAID, ...NOT_SAID].includes(outcome))).toEqual([]);
  });

  test('in other words where nothing refuses, because that may as well be the network', () => {
    const [cause] = causesOf(run({ health: failing({ tcp: 50 }, 40) }, { observations: [gone] }));
    expect(cause).toMatchObject({
      id: 'server-gone',
      summary: expect.stringMatching(/^the server can not be reached any more: after second 40 .* whole answer/),
      advice: expect.stringMatching(/if it still runs, at the network between$/),
    });
    const [other] = causesOf(mixed('refused'));
    expect(other?.advice).toMatch(/if it still runs, at a firewall that refuses this machine$/);
  });
});

test('a wedged server is said before what else its creations meet: a full queue, and events of other debates', () => {
  const wedge = {
    health: knocking,
    'tcp-connect': connecting([1003, 1021, 3008]),
    'debates-create': creating((at) => at >= 30, 'status_503'),
    'ws-order': order({ 'event-of-another-debate': 1 }),
  };
  expect(idsOf(run(wedge, refusedAfter))).toEqual(['wedged', 'full-queue', 'cross-talk']);
});

test('a server that keeps all promises has no cause', () => {
  expect(causesOf(run({}))).toEqual([]);
});

test('what the server says itself is quoted', () => {
  const [cause] = causesOf(run({ 'debates-create': creating((at) => at >= 30, 'status_503') }, refusedAfter));
  expect(cause?.evidence).toEqual([
    { label: 'in the load', value: 'answered with status 503 ×30' },
    { label: 'after the load', value: 'it answers 503' },
    { label: 'the server itself says', value: 'Debate rejected: 160/10 slots in use' },
  ]);
});

test('a rate limit of WebSockets alone is one, and explains that nobody was connected', () => {
  const refused = minute((at) => ({ ms: times(1, 3), ...(at < 2 ? {} : { failed: { close_4029: 8 } }) }));
  const down = minute((at) => ({ ms: times(20, at < 2 ? 1000 : 700) }));
  const series = { health: well, 'ws-connect': refused, 'ws-uptime': down };
  const { causes, findings } = judged(factsOf([LATENCY, HANDSHAKE, UPTIME], series, { plan: PLAN }));
  expect(causes).toMatchObject([
    {
      id: 'rate-limit',
      summary: expect.stringMatching(/^\S+ % of 3,524 requests were refused by a rate limit \(close code 4029\)/),
      explains: [HANDSHAKE.id, UPTIME.id],
    },
  ]);
  expect(findings.find(({ id }) => id === UPTIME.id)?.because).toBe(HANDSHAKE.id);
});

test('at most three are said, and those that explain a failure first', () => {
  const all = run(
    { health: failing({ status_429: 20, status_401: 20 }), 'ws-order': order({ 'another-question': 1 }) },
    { generator: { cpuShare: 0.93 } },
  );
  expect(idsOf(all)).toEqual(['access', 'rate-limit', 'cross-talk']);
});

/** Where a cause is seen from end to end; or why the facts of a run have to be enough. */
const SEEN_IN: Readonly<Record<string, string>> = {
  'starved-generator': 'no test may need a machine that has too little time',
  'server-gone': 'test/cli/ending.test.ts',
  hanging: 'a client waits for ten seconds: too long for a load that shows nothing else',
  access: 'test/cli/causes.test.ts',
  'rate-limit': 'test/cli/causes.test.ts, test/aragora/set-up.test.ts',
  'no-room': 'test/cli/causes.test.ts',
  'in-front': 'test/cli/hostile-answers.test.ts records such answers, test/tapes/in-front.test.ts judges them',
  wedged: 'needs minutes of the real release; no-debates has the same probe after the load',
  'no-debates': 'test/aragora/crowded.test.ts',
  'full-queue': 'only a kernel whose queue is full repeats packets, and when it does is chance',
  'cross-talk': 'the samples are recorded in test/proofs/classification.test.ts, which judges nothing',
  'dead-backend': 'taped runs: test/tapes/causes.test.ts',
  'other-names': 'a taped run of the real release: test/tapes/causes.test.ts',
  'other-traffic': 'taped runs: test/tapes/causes.test.ts',
};

test('every cause has its table, here or with taped runs, and is seen from end to end or has a reason', () => {
  const taped = readFileSync(new URL('../../test/tapes/causes.test.ts', import.meta.url), 'utf8');
  const isTaped = (id: string): boolean => taped.includes(`'${id}',`);
  expect(CAUSES.map(({ id }) => id).filter((id) => !Object.hasOwn(TABLE, id) && !isTaped(id))).toEqual([]);
  expect(Object.keys(SEEN_IN)).toEqual(CAUSES.map(({ id }) => id));
  for (const [file] of Object.values(SEEN_IN).flatMap((text) => [...text.matchAll(/test\/[\w/.-]+\.test\.ts/g)]))
    expect(existsSync(new URL(`../../${file}`, import.meta.url)), file).toBe(true);
});

test('every cause is on its page', () => {
  const page = readFileSync(new URL('../../docs/causes.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, id]) => id);
  expect(listed).toEqual(CAUSES.map(({ id }) => id));
});
