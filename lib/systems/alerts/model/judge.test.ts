/** What is found of an alert, from its rule to its firing, and what follows from what. */
import { describe, expect, test } from 'vitest';
import {
  at,
  changed,
  delivery,
  ERRORS,
  found,
  GOOD,
  goodDrill,
  isState,
  LATENCY,
  pagerduty,
  SILENT,
  state,
  UNNOTIFIED,
  until,
  without,
} from '../../../../test/support/drilled.ts';
import { ASPECTS } from './findings.ts';
import { judgeDrill, outcomeOf } from './judge.ts';
import type { Entry } from './timeline.ts';

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
      loaded: 'Prometheus evaluates it in the group aragora.availability (clock ×60)',
      reachable: 'the server exposes the metrics and labels that it reads, under the job that it names (clock ×60)',
      'silent-when-healthy': 'nothing in 375 s of a healthy server (clock ×60)',
      fires: 'it fired 368 to 372 s after the fault began: 5 % of the answers are 500 (clock ×60)',
      'in-time': 'it fired 368 to 372 s after the fault began, and may take 655 s (clock ×60)',
      delivered: 'delivered 30 to 33 s after it fired (clock ×60)',
      routed: 'PagerDuty, critical, with its name (clock ×60)',
      once: 'one page; it would be sent again after 14400 s (clock ×60)',
      resolves: 'over 262 to 266 s after the fault, and notified 35 to 38 s later (clock ×60)',
    });
  });
});

describe('loaded', () => {
  const asLoaded = (rule: object): Entry[] =>
    changed(GOOD, 'loaded', (entry) => ({ ...entry, rules: entry.rules.map((one) => ({ ...one, ...rule })) }));

  test.each([
    ['another rule', { name: 'Other' }, 'Prometheus has no rule HighErrorRate; it has Other (clock ×60)'],
    ['another wait', { forSec: 60 }, 'it waits 60 s before it fires, and is documented with 300 s (clock ×60)'],
    [
      'one that it can not evaluate',
      { lastError: 'vector too large' },
      "Prometheus can't evaluate it: vector too large (clock ×60)",
    ],
  ])('fails for %s', (_, rule, summary) => {
    expect(found(asLoaded(rule), 'loaded')).toEqual({ status: 'fail', summary });
  });

  test('fails for none, and for two of a name', () => {
    const none = changed(GOOD, 'loaded', (entry) => ({ ...entry, rules: [] }));
    expect(found(none, 'loaded').summary).toBe('Prometheus has no rule HighErrorRate; it has none (clock ×60)');
    const two = changed(GOOD, 'loaded', (entry) => ({ ...entry, rules: [...entry.rules, ...entry.rules] }));
    expect(found(two, 'loaded')).toEqual({
      status: 'fail',
      summary: 'Prometheus has 2 rules of this name (clock ×60)',
    });
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
    const summary = 'it fired while nothing was wrong with the server (clock ×60)';
    expect(found(fired, 'silent-when-healthy')).toEqual({ status: 'fail', summary });
  });

  test('fails when somebody was paged', () => {
    const paged = [...GOOD, delivery(410, pagerduty('trigger', ERRORS))];
    expect(found(paged, 'silent-when-healthy').summary).toBe(
      'it fired, and somebody was paged while nothing was wrong with the server (clock ×60)',
    );
  });

  test('decides nothing on a machine that was too slow', () => {
    const slow = changed(fired, 'held', (entry) => ({ ...entry, timeouts: 2 }));
    expect(found(slow, 'silent-when-healthy')).toEqual({
      status: 'inconclusive',
      summary: 'it fired, but the machine was slow: 2 scrapes took longer than 167 ms (clock ×60)',
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
      summary: 'it was pending before its fault began (clock ×60)',
    });
  });

  test('has no data when nothing was done, or the drill ended before', () => {
    expect(found(until(GOOD, 450), 'fires')).toEqual({
      status: 'no-data',
      summary: 'not drilled: nothing was done to the server for it (clock ×60)',
    });
    expect(found(until(GOOD, 600), 'fires').summary).toBe('the drill ended before it could fire (clock ×60)');
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
    expect(found(SILENT, 'in-time')).toEqual({ status: 'no-data', summary: 'it did not fire (clock ×60)' });
    expect(found(until(GOOD, 450), 'in-time').status).toBe('no-data');
  });
});

describe('a drill that ended early', () => {
  test('says what was lost, and keeps what passed', () => {
    const lost: Entry = {
      kind: 'lost',
      atMs: at(600),
      what: 'Prometheus ended by itself: it exited with SIGKILL (clock ×60)',
    };
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

  test('when nobody was notified', () => {
    expect(because(UNNOTIFIED)).toMatchObject({
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
