/** What is found of an alert's pages where only a team's Alertmanager says what it sent. */
import { describe, expect, test } from 'vitest';
import { ERRORS, found, LATENCY } from '../../../../test/support/drilled.ts';
import { at, counts, group, type OwnStory, ownDrill, RECEIVERS, says } from '../../../../test/support/own-drilled.ts';
import { ASPECTS } from './findings.ts';
import { judgeDrill, outcomeOf } from './judge.ts';
import { storiesOf } from './story.ts';
import type { Entry } from './timeline.ts';
import type { Receiver } from './witness.ts';

const NAME = ERRORS.name;
const story = (alertmanager: NonNullable<OwnStory['alertmanager']>, more: OwnStory = {}): Entry[] =>
  ownDrill({ alertmanager, ...more });
/** Alertmanager has it, and this is what it counted then. */
const sent = (...counted: readonly (readonly ReturnType<typeof counts>[])[]): Entry[] =>
  story([says(1, []), says(872, [group(NAME)]), ...counted.map((one, index) => says(880 + index, [group(NAME)], one))]);

describe('a drill in which everything went right', () => {
  test('passes, and every finding says the clock', () => {
    const findings = judgeDrill(ownDrill(), [ERRORS]);
    expect(findings.map(({ id, status }) => [id, status])).toEqual(
      ASPECTS.map((aspect) => [`alerts.${NAME}.${aspect}`, 'pass']),
    );
    for (const { summary } of findings) expect(summary).toMatch(/ \(clock ×1\)$/);
    expect(outcomeOf(findings, ownDrill())).toBe('conforms');
  });

  test('says what Alertmanager counted', () => {
    expect(found(ownDrill(), 'delivered').summary).toBe('accepted by pagerduty 30 to 32 s after it fired (clock ×1)');
    expect(found(ownDrill(), 'resolves').summary).toBe(
      'over 264 to 266 s after the fault, and notified 35 to 37 s later (clock ×1)',
    );
    expect(storiesOf(ownDrill(), [ERRORS])).toMatchObject([{ ended: 'fired', deliveredSec: 32, resolvedSec: 302 }]);
  });
});

describe('routed', () => {
  const by = (receivers: readonly Receiver[], name: string): Entry[] => {
    const [before, after] = [
      [counts(7), counts(3, {}, 'slack'), counts(0, {}, 'email')],
      [counts(8), counts(4, {}, 'slack'), counts(1, {}, 'email')],
    ];
    const groups = [group(NAME, name)];
    return story([says(1, [], before), says(872, groups, before), says(902, groups, after)], { receivers });
  };
  const templated: Receiver = {
    name: 'templated',
    integrations: [{ kind: 'pagerduty', route: null, isNotifiedOfEnd: true }],
  };
  const mail: Receiver = { name: 'mail', integrations: [{ kind: 'email', route: null, isNotifiedOfEnd: true }] };
  const low: Receiver = {
    name: 'low',
    integrations: [{ kind: 'pagerduty', route: { to: 'pagerduty', severity: 'error' }, isNotifiedOfEnd: true }],
  };

  test.each<[string, Entry[], string, string]>([
    ['the other receiver', by(RECEIVERS, 'chat'), 'fail', 'it reached slack by the receiver "chat"'],
    ['e-mail', by([mail], 'mail'), 'fail', 'it reached email by the receiver "mail"'],
    ['another severity', by([low], 'low'), 'fail', 'it reached PagerDuty, error, and is documented for'],
    ['a severity that a template writes', by([templated], 'templated'), 'inconclusive', 'as far as can be seen'],
  ])('%s', (_, timeline, status, words) => {
    expect(found(timeline, 'routed')).toEqual({ status, summary: expect.stringContaining(words) });
  });

  test('has no data without a page', () => {
    expect(found(sent([counts(7)]), 'routed')).toEqual({
      status: 'no-data',
      summary: 'it was not delivered (clock ×1)',
    });
  });
});

describe('once', () => {
  test('fails when Alertmanager has it in two groups', () => {
    const two = [group(NAME), group(NAME)];
    const timeline = story([says(1, []), says(872, two), says(902, two, [counts(9)])]);
    expect(found(timeline, 'once')).toEqual({
      status: 'fail',
      summary: 'Alertmanager has it in 2 groups, so it is sent as 2 pages, and is documented as one (clock ×1)',
    });
  });

  test('decides nothing when more pages were accepted than one', () => {
    const timeline = sent([counts(8)], [counts(9)]);
    expect(found(timeline, 'once').status).toBe('inconclusive');
  });

  test('has no data without a page', () => {
    expect(found(sent([counts(7)]), 'once').status).toBe('no-data');
  });

  test('decides nothing by one of two Alertmanagers: the other one may have sent it too', () => {
    expect(found(ownDrill({ peers: 2 }), 'once')).toEqual({
      status: 'inconclusive',
      summary: "it is one group and one page here; one of 2 Alertmanagers says nothing of the others' pages (clock ×1)",
    });
    expect(found(ownDrill({ asked: 2, peers: 3 }), 'once').summary).toContain('2 of 3 Alertmanagers say nothing');
  });

  test('passes where all that may send it say together that one did', () => {
    expect(found(ownDrill({ asked: 2, peers: 2 }), 'once').status).toBe('pass');
  });

  test('fails where two that do not know each other both sent it, and is open where they are one cluster', () => {
    const twice = [says(1, []), says(872, [group(NAME)]), says(902, [group(NAME)], [counts(9)])];
    expect(found(story(twice, { asked: 2, peers: 2, clusters: 2 }), 'once')).toEqual({
      status: 'fail',
      summary:
        'it was sent 2 times by 2 Alertmanagers that are 2 clusters, so none knows what the others sent (clock ×1)',
    });
    expect(found(story(twice, { asked: 2, peers: 2 }), 'once').status).toBe('inconclusive');
  });
});

describe('resolves', () => {
  const ended = (...after: NonNullable<OwnStory['alertmanager']>): Entry[] =>
    story([says(1, []), says(872, [group(NAME)]), says(902, [group(NAME)], [counts(8)]), ...after]);

  test.each<[string, Entry[], string, string]>([
    ['nobody notified', ended(says(1171, [], [counts(8)])), 'fail', 'nobody was notified within 780 s'],
    [
      'the page of its end given up',
      ended(says(1206, [], [counts(8, { serverError: 1 })])),
      'fail',
      'Alertmanager gave up the page of its end: pagerduty: serverError (clock ×1)',
    ],
    [
      'another alert that may have been counted',
      ended(says(1171, [group('DiskFull')], [counts(8)]), says(1206, [group('DiskFull')], [counts(9)])),
      'inconclusive',
      'it counts pages of DiskFull together with its',
    ],
  ])('%s', (_, timeline, status, words) => {
    expect(found(timeline, 'resolves')).toEqual({ status, summary: expect.stringContaining(words) });
  });

  test('fails when its receiver is not notified', () => {
    const receivers = RECEIVERS.map((one) => ({
      ...one,
      integrations: one.integrations.map((integration) => ({ ...integration, isNotifiedOfEnd: false })),
    }));
    expect(found(ownDrill({ receivers }), 'resolves')).toEqual({
      status: 'fail',
      summary: 'pagerduty is not notified that it is over: its send_resolved is false (clock ×1)',
    });
  });
});

test('an alert that fires before its fault accuses nobody: the server may be unwell', () => {
  const early: Entry = { kind: 'state', rule: NAME, state: 'firing', beforeMs: at(99), atMs: at(100) };
  const timeline = [...ownDrill(), early].toSorted((a, b) => a.atMs - b.atMs);
  expect(found(timeline, 'silent-when-healthy')).toEqual({
    status: 'inconclusive',
    summary:
      'it fired before anything was done to the server: either something is wrong with it, or with the rule (clock ×1)',
  });
});

describe('an alert that no guide names', () => {
  const own = { ...LATENCY, name: 'DiskFull', route: null };

  test('is looked at for three things', () => {
    const findings = judgeDrill(ownDrill({ rule: own, alertmanager: [] }), [own]);
    expect(findings.map(({ id, status }) => [id, status])).toEqual([
      ['alerts.DiskFull.fires', 'pass'],
      ['alerts.DiskFull.in-time', 'pass'],
      ['alerts.DiskFull.resolves', 'pass'],
    ]);
  });

  test('is not drilled without a fault, with the reason', () => {
    const undrilled: Entry = { kind: 'undrilled', atMs: 0, rule: own.name, why: './fault.sh has no fault for it' };
    const timeline = ownDrill({ rule: own }).filter(({ kind }) => kind === 'setup');
    expect(judgeDrill([...timeline, undrilled], [own]).map(({ status, summary }) => [status, summary])).toEqual([
      ['no-data', 'not drilled: ./fault.sh has no fault for it (clock ×1)'],
      ['no-data', 'not drilled: ./fault.sh has no fault for it (clock ×1)'],
      ['no-data', 'it did not fire (clock ×1)'],
    ]);
  });
});

describe('loaded, where files of rules are named', () => {
  test.each([
    ['same', '', 'pass', 'Prometheus evaluates it in the group aragora.availability, as in alerts.yml:3'],
    ['other', 'it waits 60 s there', 'fail', 'it is another one than in alerts.yml:3: it waits 60 s there'],
    ['unsure', 'no words', 'inconclusive', 'nobody can say whether it is the one of alerts.yml:3: no words'],
  ] as const)('%s', (is, words, status, summary) => {
    const rules = [{ name: NAME, place: 'alerts.yml:3', is, words }];
    const [setup, ...rest] = ownDrill();
    if (setup === undefined) throw new Error('no setup');
    expect(found([setup, { kind: 'compared', atMs: 0, rules }, ...rest], 'loaded')).toEqual({
      status,
      summary: `${summary} (clock ×1)`,
    });
  });
});
