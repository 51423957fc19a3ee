import { describe, expect, test } from 'vitest';
import {
  at,
  delivery,
  ERRORS,
  goodDrill,
  HELD,
  LATENCY,
  pagerduty,
  slack,
  state,
  until,
  waited,
  without,
} from '../../../test/support/drilled.ts';
import { ASPECTS, type Aspect } from './findings.ts';
import { judgeDrill, outcomeOf } from './judge.ts';
import type { DrilledRule, Entry } from './timeline.ts';

const GOOD = goodDrill(ERRORS);
const ON_SLACK = goodDrill(LATENCY);

function found(timeline: readonly Entry[], aspect: Aspect, rule: DrilledRule = ERRORS) {
  const finding = judgeDrill(timeline, [rule]).find(({ id }) => id === `alerts.${rule.name}.${aspect}`);
  if (finding === undefined) throw new Error(aspect);
  const { status, summary } = finding;
  return { status, summary };
}

/** The same timeline with each entry of a kind changed. */
function changed<Kind extends Entry['kind']>(
  timeline: readonly Entry[],
  kind: Kind,
  change: (entry: Extract<Entry, { kind: Kind }>) => Entry,
): Entry[] {
  return timeline.map((entry) => (entry.kind === kind ? change(entry as Extract<Entry, { kind: Kind }>) : entry));
}

const isState = (now: string) => (entry: Entry) => entry.kind === 'state' && entry.state === now;
const isDelivery = (entry: Entry) => entry.kind === 'delivery';
const isWait = (step: string) => (entry: Entry) => entry.kind === 'waited' && entry.step === step;

describe('a drill in which everything went right', () => {
  test.each([ERRORS, LATENCY])('passes, $name', (rule) => {
    const findings = judgeDrill(goodDrill(rule), [rule]);
    expect(findings.map(({ id, status }) => [id, status])).toEqual(
      ASPECTS.map((aspect) => [`alerts.${rule.name}.${aspect}`, 'pass']),
    );
    expect(outcomeOf(findings, goodDrill(rule))).toBe('conforms');
  });

  test('says what happened, in documented seconds and with the rate', () => {
    expect(
      Object.fromEntries(judgeDrill(GOOD, [ERRORS]).map(({ id, summary }) => [id.split('.')[2], summary])),
    ).toEqual({
      loaded: 'Prometheus evaluates it in the group aragora.availability',
      reachable: 'the server exposes the metrics and labels that it reads, under the job that it names',
      'silent-when-healthy': 'nothing in 375 s of a healthy server (clock ×60)',
      fires: 'it fired 368 to 372 s after the fault began: 5 % of the answers are 500 (clock ×60)',
      'in-time': 'it fired 368 to 372 s after the fault began, and may take 655 s (clock ×60)',
      delivered: 'delivered 30 to 33 s after it fired (clock ×60)',
      routed: 'PagerDuty, critical, with its name',
      once: 'one page; it would be sent again after 14400 s (clock ×60)',
      resolves: 'over 262 to 266 s after the fault, and told 35 to 38 s later (clock ×60)',
    });
  });
});

describe('loaded', () => {
  const asLoaded = (rule: object): Entry[] =>
    changed(GOOD, 'loaded', (entry) => ({ ...entry, rules: entry.rules.map((one) => ({ ...one, ...rule })) }));

  test.each([
    ['another rule', { name: 'Other' }, 'Prometheus has no rule HighErrorRate; it has Other'],
    ['another wait', { forSec: 60 }, 'it waits 60 s before it fires, and is documented with 300 s'],
    [
      'one that it can not evaluate',
      { lastError: 'vector too large' },
      "Prometheus can't evaluate it: vector too large",
    ],
  ])('fails for %s', (_, rule, summary) => {
    expect(found(asLoaded(rule), 'loaded')).toEqual({ status: 'fail', summary });
  });

  test('fails for none, and for two of a name', () => {
    const none = changed(GOOD, 'loaded', (entry) => ({ ...entry, rules: [] }));
    expect(found(none, 'loaded').summary).toBe('Prometheus has no rule HighErrorRate; it has none');
    const two = changed(GOOD, 'loaded', (entry) => ({ ...entry, rules: [...entry.rules, ...entry.rules] }));
    expect(found(two, 'loaded')).toEqual({ status: 'fail', summary: 'Prometheus has 2 rules of this name' });
  });

  test('is unavailable when nobody said it', () => {
    expect(
      found(
        without(GOOD, ({ kind }) => kind === 'loaded'),
        'loaded',
      ).status,
    ).toBe('unavailable');
  });
});

describe('reachable', () => {
  test.each([
    ['never', 'fail'],
    ['wrong', 'fail'],
    ['unsure', 'inconclusive'],
  ] as const)('%s is %s, with the reason', (verdict, status) => {
    const timeline = changed(GOOD, 'reach', (entry) => ({ ...entry, verdict, reasons: ['there is no such metric'] }));
    expect(found(timeline, 'reachable')).toEqual({
      status,
      summary: expect.stringContaining('there is no such metric'),
    });
  });

  test('counts as it was last seen', () => {
    const first: Entry = { kind: 'reach', atMs: at(0), rule: ERRORS.name, verdict: 'unsure', reasons: ['not yet'] };
    expect(found([...GOOD.slice(0, 1), first, ...GOOD.slice(1)], 'reachable').status).toBe('pass');
  });

  test('is unavailable when the server was not asked', () => {
    expect(
      found(
        without(GOOD, ({ kind }) => kind === 'reach'),
        'reachable',
      ).status,
    ).toBe('unavailable');
  });
});

describe('silent when healthy', () => {
  const early = [state(100, ERRORS, 'pending'), state(400, ERRORS, 'firing')];
  const fired = [...GOOD, ...early].sort((a, b) => a.atMs - b.atMs);

  test('fails when it fired', () => {
    const summary = 'it fired while nothing was wrong with the server';
    expect(found(fired, 'silent-when-healthy')).toEqual({ status: 'fail', summary });
  });

  test('fails when somebody was paged', () => {
    const paged = [...GOOD, delivery(410, pagerduty('trigger', ERRORS))];
    expect(found(paged, 'silent-when-healthy').summary).toBe(
      'it fired, and somebody was paged while nothing was wrong with the server',
    );
  });

  test('decides nothing on a machine that was too slow', () => {
    const slow = changed(fired, 'held', (entry) => ({ ...entry, timeouts: 2 }));
    expect(found(slow, 'silent-when-healthy')).toEqual({
      status: 'inconclusive',
      summary: 'it fired, but the machine was slow: 2 scrapes took longer than 167 ms',
    });
  });

  test('is inconclusive when it was pending, or never evaluated', () => {
    const pending = [...GOOD, state(100, ERRORS, 'pending'), state(120, ERRORS, 'inactive')];
    expect(found(pending, 'silent-when-healthy').status).toBe('inconclusive');
    expect(found(without(GOOD, isState('inactive')), 'silent-when-healthy').status).toBe('inconclusive');
  });

  test('has no data when it was not watched, or not to the end', () => {
    expect(
      found(
        without(GOOD, ({ kind }) => kind === 'control'),
        'silent-when-healthy',
      ).status,
    ).toBe('no-data');
    expect(found(until(GOOD, 300), 'silent-when-healthy').status).toBe('no-data');
  });
});

/** It never fired, and was waited for. */
const SILENT = [
  ...without(GOOD, (entry) => isState('firing')(entry) || isDelivery(entry) || entry.kind === 'waited'),
  waited(2000, ERRORS, 'firing', false),
];

describe('fires', () => {
  test('fails when it was waited for', () => {
    const summary = 'it did not fire within 780 s of: 5 % of the answers are 500 (clock ×60)';
    expect(found(SILENT, 'fires')).toEqual({ status: 'fail', summary });
  });

  test.each([
    ['scrapes came late', { longestGapSec: 90 }],
    ['scrapes took too long', { timeouts: 1 }],
    ['an evaluation did not take place', { missedEvaluations: 1 }],
    ['alerts got lost on their way', { unsentAlerts: 1 }],
    ['the load was too thin', { loadShare: 0.5 }],
    ['a clock was ahead', { aheadSec: 130 }],
    ['a clock was behind', { aheadSec: -310 }],
  ])('decides nothing when %s', (_, how) => {
    expect(
      found(
        changed(SILENT, 'held', (entry) => ({ ...entry, ...how })),
        'fires',
      ).status,
    ).toBe('inconclusive');
  });

  test('decides nothing when nobody knows how the clock was held', () => {
    expect(
      found(
        without(SILENT, ({ kind }) => kind === 'held'),
        'fires',
      ).status,
    ).toBe('inconclusive');
  });

  test('is inconclusive when it was pending before the fault', () => {
    const before = [...GOOD, state(480, ERRORS, 'pending')].sort((a, b) => a.atMs - b.atMs);
    expect(found(before, 'fires')).toEqual({
      status: 'inconclusive',
      summary: 'it was pending before its fault began',
    });
  });

  test('has no data when nothing was done, or the drill ended before', () => {
    expect(found(until(GOOD, 450), 'fires')).toEqual({
      status: 'no-data',
      summary: 'not drilled: nothing was done to the server for it',
    });
    expect(found(until(GOOD, 600), 'fires').summary).toBe('the drill ended before it could fire');
  });
});

describe('in time', () => {
  /** Firing is seen at this second. */
  const firingAt = (sec: number): Entry[] =>
    changed(GOOD, 'state', (entry) => (entry.state === 'firing' ? state(sec, ERRORS, 'firing') : entry));

  test('fails when it fired later than it can', () => {
    expect(found(firingAt(1160), 'in-time')).toEqual({
      status: 'fail',
      summary: 'it fired only 657 to 661 s after the fault began, and may take 655 s (clock ×60)',
    });
  });

  test('decides nothing on a machine that was too slow', () => {
    const slow = changed(firingAt(1160), 'held', (entry) => ({ ...entry, timeouts: 1 }));
    expect(found(slow, 'in-time')).toEqual({ status: 'inconclusive', summary: expect.stringContaining('was slow') });
  });

  test('is inconclusive when it may have been in time', () => {
    expect(found(firingAt(1156), 'in-time').status).toBe('inconclusive');
  });

  test('what Prometheus itself was late with is part of the bound', () => {
    const missed = changed(firingAt(1160), 'held', (entry) => ({ ...entry, missedEvaluations: 1 }));
    expect(found(missed, 'in-time').status).toBe('pass');
    const late = changed(firingAt(1160), 'held', (entry) => ({ ...entry, longestGapSec: 25 }));
    expect(found(late, 'in-time').status).toBe('pass');
  });

  test('so is what the server counts late', () => {
    const late = changed(firingAt(1160), 'fault', (entry) => ({ ...entry, effectMs: 1000 }));
    expect(found(late, 'in-time')).toMatchObject({
      status: 'pass',
      summary: expect.stringContaining('may take 715 s'),
    });
  });

  test('has no data when it did not fire, or nothing was done', () => {
    expect(found(SILENT, 'in-time')).toEqual({ status: 'no-data', summary: 'it did not fire' });
    expect(found(until(GOOD, 450), 'in-time').status).toBe('no-data');
  });
});

/** It fired, and nobody was told. */
const UNTOLD = [
  ...without(GOOD, (entry) => isDelivery(entry) || isWait('delivered')(entry) || isWait('resolved')(entry)),
  waited(1700, ERRORS, 'delivered', false),
];

describe('delivered', () => {
  test('fails when nothing came', () => {
    const summary = 'nothing came to any receiver within 780 s (clock ×60)';
    expect(found(UNTOLD, 'delivered')).toEqual({ status: 'fail', summary });
  });

  test('fails with the words of a receiver that refused it', () => {
    const refused: Entry = {
      ...delivery(901, { to: 'pagerduty', event: null }),
      status: 400,
      refusals: ["Length of 'routing_key' is incorrect (should be 32 characters)"],
    };
    expect(found([...UNTOLD, refused], 'delivered')).toEqual({
      status: 'fail',
      summary:
        "its receiver did not accept it: PagerDuty answers 400: Length of 'routing_key' is incorrect (should be 32 characters)",
    });
  });

  test('fails when the receiver does not answer', () => {
    const silent: Entry = { ...delivery(901, { to: 'pagerduty', event: null }), status: 0, refusals: ['no answer'] };
    const summary = 'its receiver did not accept it: PagerDuty does not answer';
    expect(found([...UNTOLD, silent], 'delivered')).toEqual({ status: 'fail', summary });
  });

  test('decides nothing on a machine that was too slow', () => {
    expect(
      found(
        changed(UNTOLD, 'held', (entry) => ({ ...entry, timeouts: 1 })),
        'delivered',
      ).status,
    ).toBe('inconclusive');
  });

  test('has no data when it did not fire, or the drill ended before', () => {
    expect(found(SILENT, 'delivered')).toEqual({ status: 'no-data', summary: 'it did not fire' });
    expect(found(until(GOOD, 880), 'delivered').status).toBe('no-data');
  });

  test("another alert's page is not its own", () => {
    expect(found([...UNTOLD, delivery(901, pagerduty('trigger', LATENCY))], 'delivered').status).toBe('fail');
  });
});

describe('routed', () => {
  const paged = (page: Parameters<typeof delivery>[1]): Entry[] => [...UNTOLD, delivery(901, page)];

  test.each([
    ['the other receiver', slack('danger', ERRORS), 'it reached Slack, and is documented for PagerDuty, critical'],
    [
      'another severity',
      pagerduty('trigger', { ...ERRORS, severity: 'error' }),
      'its severity is error, and is documented as critical',
    ],
  ])('fails for %s', (_, page, summary) => {
    expect(found(paged(page), 'routed')).toEqual({ status: 'fail', summary });
  });

  test('fails for another channel', () => {
    const timeline = changed(ON_SLACK, 'delivery', (entry) =>
      delivery((entry.atMs - at(0)) / (1000 / 60), slack('danger', LATENCY, '#elsewhere')),
    );
    expect(found(timeline, 'routed', LATENCY)).toEqual({
      status: 'fail',
      summary: 'it reached Slack #elsewhere, and is documented for #aragora-warnings',
    });
  });

  test('fails when it reached one receiver too many', () => {
    expect(found([...GOOD, delivery(902, slack('danger', ERRORS))], 'routed').status).toBe('fail');
  });

  test('has no data when it was not delivered', () => {
    expect(found(UNTOLD, 'routed')).toEqual({ status: 'no-data', summary: 'it was not delivered' });
  });
});

describe('once', () => {
  const again = (sec: number, page = pagerduty('trigger', ERRORS)): Entry[] => [...GOOD, delivery(sec, page)];
  const more = pagerduty('trigger', { ...ERRORS, name: 'HighErrorRate (2)' });

  test('fails when the same page came again too soon', () => {
    expect(found(again(1155), 'once')).toEqual({
      status: 'fail',
      summary: 'it was sent again after 254 s, and is documented to be sent again after 14400 s (clock ×60)',
    });
  });

  test('fails when its series are not one group', () => {
    const summary = 'it was sent as 2 pages at once, and is documented as one group (clock ×60)';
    expect(found(again(902, pagerduty('trigger', ERRORS, 'another')), 'once')).toEqual({ status: 'fail', summary });
    const slacks = [...ON_SLACK, delivery(902, slack('danger', LATENCY, '#other'))];
    expect(found(slacks, 'once', LATENCY).status).toBe('fail');
  });

  test('a page that is sent anew after an error, or tells something new, is none too many', () => {
    expect(found(again(905), 'once').status).toBe('pass');
    expect(found(again(1155, more), 'once')).toEqual({
      status: 'pass',
      summary: expect.stringContaining('what came after it tells something new'),
    });
  });

  test('an alert that fires anew is told anew', () => {
    expect(found(again(1400), 'once').status).toBe('pass');
  });

  test('decides nothing on a machine that was too slow', () => {
    const slow = changed(again(1155), 'held', (entry) => ({ ...entry, timeouts: 1 }));
    expect(found(slow, 'once').status).toBe('inconclusive');
  });

  test('has no data when it was not delivered', () => {
    expect(found(UNTOLD, 'once')).toEqual({ status: 'no-data', summary: 'it was not delivered' });
  });
});

describe('resolves', () => {
  const isEnd = (entry: Entry) => isDelivery(entry) && entry.atMs > at(1000);

  test('fails when it still fires', () => {
    const stuck = without(GOOD, (entry) => entry.atMs > at(1100) && entry.kind !== 'held');
    expect(found([...stuck, waited(1900, ERRORS, 'inactive', false)], 'resolves')).toEqual({
      status: 'fail',
      summary: 'it still fired 780 s after the fault (clock ×60)',
    });
  });

  test('fails when nobody was told', () => {
    const untold = without(GOOD, (entry) => isEnd(entry) || isWait('resolved')(entry));
    expect(found([...untold, waited(2000, ERRORS, 'resolved', false)], 'resolves')).toEqual({
      status: 'fail',
      summary: 'nobody was told within 780 s that it is over (clock ×60)',
    });
  });

  test('fails when PagerDuty can not tell which incident is over', () => {
    const other = [...without(GOOD, isEnd), delivery(1205, pagerduty('resolve', ERRORS, 'another'))];
    expect(found(other, 'resolves')).toEqual({
      status: 'fail',
      summary: 'its end has another key than its beginning, so PagerDuty leaves the incident open',
    });
  });

  test('decides nothing on a machine that was too slow', () => {
    const untold = [
      ...without(GOOD, (entry) => isEnd(entry) || isWait('resolved')(entry) || entry === HELD),
      waited(2000, ERRORS, 'resolved', false),
      { ...HELD, timeouts: 1 },
    ];
    expect(found(untold, 'resolves').status).toBe('inconclusive');
  });

  test('is inconclusive when it was over before the fault', () => {
    const early = [...GOOD, state(890, ERRORS, 'inactive')].sort((a, b) => a.atMs - b.atMs);
    expect(found(early, 'resolves').status).toBe('inconclusive');
  });

  test('has no data without what comes before it', () => {
    expect(found(SILENT, 'resolves').summary).toBe('it did not fire');
    expect(found(UNTOLD, 'resolves').summary).toBe('it was not delivered, so its end is not either');
    expect(found(until(GOOD, 902), 'resolves').summary).toBe('the drill ended before the fault was over');
    expect(found(until(GOOD, 1000), 'resolves').summary).toBe('the drill ended before its end could be seen');
  });
});

describe('a drill that ended early', () => {
  test('says what was lost, and keeps what passed', () => {
    const lost: Entry = { kind: 'lost', atMs: at(600), what: 'Prometheus ended by itself: it exited with SIGKILL' };
    const timeline = [...until(GOOD, 590), lost];
    expect(found(timeline, 'silent-when-healthy').status).toBe('pass');
    expect(found(timeline, 'fires')).toEqual({ status: 'unavailable', summary: lost.what });
    expect(outcomeOf(judgeDrill(timeline, [ERRORS]), timeline)).toBe('inconclusive');
  });

  test('is interrupted, unless something failed already', () => {
    const end: Entry = { kind: 'end', atMs: at(3000), why: 'interrupted' };
    const early = [...until(GOOD, 600), end];
    expect(outcomeOf(judgeDrill(early, [ERRORS]), early)).toBe('interrupted');
    expect(outcomeOf(judgeDrill([...SILENT, end], [ERRORS]), [...SILENT, end])).toBe('breaches');
  });

  test('has nothing for a rule that it did not reach', () => {
    const findings = judgeDrill(GOOD, [ERRORS, LATENCY]).filter(({ id }) => id.includes(LATENCY.name));
    expect(findings.map(({ status }) => status)).toEqual(ASPECTS.map(() => 'no-data'));
  });
});

describe('a finding that follows from another one names it', () => {
  const because = (timeline: readonly Entry[]) =>
    Object.fromEntries(
      judgeDrill(timeline, [ERRORS]).map(({ id, because: by }) => [id.split('.')[2], by?.split('.')[2]]),
    );

  test('when it did not fire', () => {
    expect(because(SILENT)).toEqual({
      loaded: undefined,
      reachable: undefined,
      'silent-when-healthy': undefined,
      fires: undefined,
      'in-time': 'fires',
      delivered: 'fires',
      routed: 'fires',
      once: 'fires',
      resolves: 'fires',
    });
  });

  test.each([
    ['loaded', changed(SILENT, 'loaded', (entry) => ({ ...entry, rules: [] }))],
    ['reachable', changed(SILENT, 'reach', (entry) => ({ ...entry, verdict: 'never', reasons: ['none'] }))],
  ] as const)('and it could not, because it is not %s', (root, timeline) => {
    expect(because(timeline)).toMatchObject({
      [root]: undefined,
      fires: root,
      'in-time': root,
      delivered: root,
      routed: root,
      once: root,
      resolves: root,
    });
  });

  test('when nobody was told', () => {
    expect(because(UNTOLD)).toMatchObject({
      delivered: undefined,
      routed: 'delivered',
      once: 'delivered',
      resolves: 'delivered',
    });
  });

  test('but never what passes', () => {
    expect(Object.values(because(GOOD)).filter((by) => by !== undefined)).toEqual([]);
  });
});
