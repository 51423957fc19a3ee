/** What is found of an alert's pages: delivered, to the right receiver, once, and over in the end. */
import { describe, expect, test } from 'vitest';
import {
  at,
  changed,
  delivery,
  ERRORS,
  found,
  GOOD,
  HELD,
  isDelivery,
  isWait,
  LATENCY,
  ON_SLACK,
  pagerduty,
  SILENT,
  slack,
  state,
  UNNOTIFIED,
  until,
  waited,
  without,
} from '../../../../test/support/drilled.ts';
import type { Entry } from './timeline.ts';

describe('delivered', () => {
  test('fails when nothing came', () => {
    const summary = 'nothing came to any receiver within 780 s (clock ×60)';
    expect(found(UNNOTIFIED, 'delivered')).toEqual({ status: 'fail', summary });
  });

  test('fails with the words of a receiver that refused it', () => {
    const refused: Entry = {
      ...delivery(901, { to: 'pagerduty', event: null }),
      status: 400,
      refusals: ["Length of 'routing_key' is incorrect (should be 32 characters)"],
    };
    expect(found([...UNNOTIFIED, refused], 'delivered')).toEqual({
      status: 'fail',
      summary:
        "its receiver did not accept it: PagerDuty answers 400: Length of 'routing_key' is incorrect (should be 32 characters) (clock ×60)",
    });
  });

  test('fails when the receiver does not answer', () => {
    const silent: Entry = { ...delivery(901, { to: 'pagerduty', event: null }), status: 0, refusals: ['no answer'] };
    const summary = 'its receiver did not accept it: PagerDuty does not answer (clock ×60)';
    expect(found([...UNNOTIFIED, silent], 'delivered')).toEqual({ status: 'fail', summary });
  });

  test('decides nothing on a machine that was too slow', () => {
    expect(
      found(
        changed(UNNOTIFIED, 'held', (entry) => ({ ...entry, timeouts: 1 })),
        'delivered',
      ).status,
    ).toBe('inconclusive');
  });

  test('has no data when it did not fire, or the drill ended before', () => {
    expect(found(SILENT, 'delivered')).toEqual({ status: 'no-data', summary: 'it did not fire (clock ×60)' });
    expect(found(until(GOOD, 880), 'delivered').status).toBe('no-data');
  });

  test("another alert's page is not its own", () => {
    expect(found([...UNNOTIFIED, delivery(901, pagerduty('trigger', LATENCY))], 'delivered').status).toBe('fail');
  });
});

describe('routed', () => {
  const paged = (page: Parameters<typeof delivery>[1]): Entry[] => [...UNNOTIFIED, delivery(901, page)];

  test.each([
    [
      'the other receiver',
      slack('danger', ERRORS),
      'it reached Slack, and is documented for PagerDuty, critical (clock ×60)',
    ],
    [
      'another severity',
      pagerduty('trigger', { ...ERRORS, severity: 'error' }),
      'its severity is error, and is documented as critical (clock ×60)',
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
      summary: 'it reached Slack #elsewhere, and is documented for #aragora-warnings (clock ×60)',
    });
  });

  test('fails when it reached one receiver too many', () => {
    expect(found([...GOOD, delivery(902, slack('danger', ERRORS))], 'routed').status).toBe('fail');
  });

  test('has no data when it was not delivered', () => {
    expect(found(UNNOTIFIED, 'routed')).toEqual({ status: 'no-data', summary: 'it was not delivered (clock ×60)' });
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

  test('a page that is sent again after an error, or says something new, is none too many', () => {
    expect(found(again(905), 'once').status).toBe('pass');
    expect(found(again(1155, more), 'once')).toEqual({
      status: 'pass',
      summary: expect.stringContaining('what came after it says something new'),
    });
  });

  test('says when it was sent again, where that was waited for', () => {
    const long = changed(GOOD, 'state', (entry) =>
      entry.state === 'inactive' && entry.atMs > at(900) ? { ...entry, beforeMs: at(20_000), atMs: at(20_001) } : entry,
    );
    const wait = waited(15_360, ERRORS, 'again');
    const sent = [...long, delivery(15_354, pagerduty('trigger', ERRORS)), wait];
    expect(found(sent, 'once')).toEqual({ status: 'pass', summary: 'one page, sent again after 14453 s (clock ×60)' });
    expect(found([...long, { ...wait, came: false, limitSec: 15_120 }], 'once')).toEqual({
      status: 'fail',
      summary: 'it was not sent again within 15120 s, and is documented to be sent again after 14400 s (clock ×60)',
    });
  });

  test('an alert that fires again is sent again', () => {
    expect(found(again(1400), 'once').status).toBe('pass');
  });

  test('decides nothing on a machine that was too slow', () => {
    const slow = changed(again(1155), 'held', (entry) => ({ ...entry, timeouts: 1 }));
    expect(found(slow, 'once').status).toBe('inconclusive');
  });

  test('has no data when it was not delivered', () => {
    expect(found(UNNOTIFIED, 'once')).toEqual({ status: 'no-data', summary: 'it was not delivered (clock ×60)' });
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

  test('fails when nobody was notified', () => {
    const unnotified = without(GOOD, (entry) => isEnd(entry) || isWait('resolved')(entry));
    expect(found([...unnotified, waited(2000, ERRORS, 'resolved', false)], 'resolves')).toEqual({
      status: 'fail',
      summary: 'nobody was notified within 780 s that it is over (clock ×60)',
    });
  });

  test('fails when PagerDuty can not know which incident is over', () => {
    const other = [...without(GOOD, isEnd), delivery(1205, pagerduty('resolve', ERRORS, 'another'))];
    expect(found(other, 'resolves')).toEqual({
      status: 'fail',
      summary: 'its end has another key than its beginning, so PagerDuty leaves the incident open (clock ×60)',
    });
  });

  test('decides nothing on a machine that was too slow', () => {
    const unnotified = [
      ...without(GOOD, (entry) => isEnd(entry) || isWait('resolved')(entry) || entry === HELD),
      waited(2000, ERRORS, 'resolved', false),
      { ...HELD, timeouts: 1 },
    ];
    expect(found(unnotified, 'resolves').status).toBe('inconclusive');
  });

  test('is inconclusive when it was over before the fault', () => {
    const early = [...GOOD, state(890, ERRORS, 'inactive')].sort((a, b) => a.atMs - b.atMs);
    expect(found(early, 'resolves').status).toBe('inconclusive');
  });

  test('has no data without what comes before it', () => {
    expect(found(SILENT, 'resolves').summary).toBe('it did not fire (clock ×60)');
    expect(found(UNNOTIFIED, 'resolves').summary).toBe('it was not delivered, so its end is not either (clock ×60)');
    expect(found(until(GOOD, 902), 'resolves').summary).toBe('the drill ended before the fault was over (clock ×60)');
    expect(found(until(GOOD, 1000), 'resolves').summary).toBe(
      'the drill ended before its end could be seen (clock ×60)',
    );
  });
});
