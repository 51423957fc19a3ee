/** Whether an alert was delivered, where only a team's Alertmanager says what it sent. */
import { describe, expect, test } from 'vitest';
import { ERRORS, found } from '../../../../test/support/drilled.ts';
import { counts, group, type OwnStory, ownDrill, says } from '../../../../test/support/own-drilled.ts';
import type { Entry } from './timeline.ts';

const NAME = ERRORS.name;
const story = (alertmanager: NonNullable<OwnStory['alertmanager']>, more: OwnStory = {}): Entry[] =>
  ownDrill({ alertmanager, ...more });
/** Alertmanager has it, and this is what it counted then. */
const sent = (...counted: readonly (readonly ReturnType<typeof counts>[])[]): Entry[] =>
  story([says(1, []), says(872, [group(NAME)]), ...counted.map((one, index) => says(880 + index, [group(NAME)], one))]);

describe('delivered', () => {
  test.each<[string, Entry[], string, string]>([
    [
      'a receiver that answers 4xx',
      sent([counts(7, { clientError: 1 })]),
      'fail',
      'Alertmanager gave it up: pagerduty: clientError (clock ×1)',
    ],
    [
      'nothing sent',
      sent([counts(7)]),
      'fail',
      'Alertmanager has it for "on-call", and nothing was accepted within 780 s (clock ×1)',
    ],
    [
      'a receiver that sends to nobody',
      story([says(1, []), says(872, [group(NAME, 'nobody')])]),
      'fail',
      'its receiver "nobody" sends to nobody: nothing was accepted within 780 s (clock ×1)',
    ],
    [
      'an alert that did not come',
      story([says(1, []), says(872, [])]),
      'fail',
      'it did not get from Prometheus to Alertmanager within 780 s (clock ×1)',
    ],
    [
      'an alert that may have gone to another one',
      story([says(1, []), says(872, [])], { handedTo: 'http://am:9093' }),
      'no-data',
      'it did not come to this Alertmanager; Prometheus hands its alerts to http://am:9093 (clock ×1)',
    ],
    [
      'a silence',
      story([says(1, []), says(872, [group(NAME, 'on-call', true)])]),
      'no-data',
      'a silence or an inhibition held it back in Alertmanager, so nobody was paged (clock ×1)',
    ],
    [
      'an Alertmanager that counts nothing',
      story([says(1, [], []), says(872, [group(NAME)], [])]),
      'no-data',
      "Alertmanager's counters do not say what it sent by pagerduty (clock ×1)",
    ],
    [
      'an Alertmanager that says nothing',
      story([]),
      'unavailable',
      'Alertmanager did not say what it has and sent (clock ×1)',
    ],
    [
      'what was counted before it fired',
      story([says(1, []), says(700, [], [counts(8)]), says(872, [group(NAME)], [counts(8)])]),
      'fail',
      'Alertmanager has it for "on-call", and nothing was accepted within 780 s (clock ×1)',
    ],
    [
      'another alert that the same counter may have counted',
      story([
        says(1, [group('DiskFull')]),
        says(872, [group(NAME), group('DiskFull')]),
        says(902, [group(NAME), group('DiskFull')], [counts(8)]),
      ]),
      'inconclusive',
      'accepted by pagerduty 30 to 32 s after it fired; but it counts pages of DiskFull together with its (clock ×1)',
    ],
    [
      'another alert of another kind of receiver',
      story([says(1, [group('DiskFull', 'chat')]), says(872, [group(NAME)]), says(902, [group(NAME)], [counts(8)])]),
      'pass',
      'accepted by pagerduty 30 to 32 s after it fired (clock ×1)',
    ],
    [
      'an attempt that was given up before another one was accepted',
      sent([counts(7, { serverError: 1 })], [counts(8, { serverError: 1 })]),
      'pass',
      'accepted by pagerduty 9 to 11 s after it fired (clock ×1)',
    ],
    [
      'an Alertmanager that was started again',
      story([says(1, []), says(872, [group(NAME)]), says(902, [group(NAME)], [counts(1)])]),
      'no-data',
      "Alertmanager's counters do not say what it sent by pagerduty (clock ×1)",
    ],
    [
      'one of two Alertmanagers, which did not send it',
      story([says(1, []), says(872, [group(NAME)])], { peers: 2 }),
      'no-data',
      'it is one of 2 Alertmanagers that get it, and did not send it: another one may have (clock ×1)',
    ],
    [
      'two of three Alertmanagers, which did not send it',
      story([says(1, []), says(872, [group(NAME)])], { asked: 2, peers: 3 }),
      'no-data',
      'they are 2 of 3 Alertmanagers that get it, and did not send it: another one may have (clock ×1)',
    ],
    [
      'both of two Alertmanagers, neither of which sent it',
      story([says(1, []), says(872, [group(NAME)])], { asked: 2, peers: 2 }),
      'fail',
      'Alertmanager has it for "on-call", and nothing was accepted within 780 s (clock ×1)',
    ],
    [
      'one of two Alertmanagers, which sent it',
      ownDrill({ peers: 2 }),
      'pass',
      'accepted by pagerduty 30 to 32 s after it fired (clock ×1)',
    ],
  ])('%s', (_, timeline, status, summary) => {
    expect(found(timeline, 'delivered')).toEqual({ status, summary });
  });

  test('a reason from before is none', () => {
    const before = [counts(7, { clientError: 3 })];
    const timeline = story([
      says(1, [], before),
      says(872, [group(NAME)], before),
      says(902, [group(NAME)], [counts(8, { clientError: 3 })]),
    ]);
    expect(found(timeline, 'delivered').status).toBe('pass');
  });

  test('counts each receiver alone where Alertmanager does', () => {
    const counted = (own: number, other: number) => [
      { ...counts(own), receiver: 'on-call' },
      { ...counts(other), receiver: 'others' },
    ];
    const ofOther = story([says(1, [], counted(7, 1)), says(872, [group(NAME)], counted(7, 2))]);
    expect(found(ofOther, 'delivered').status).toBe('fail');
  });
});
