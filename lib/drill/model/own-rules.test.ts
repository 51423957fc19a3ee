/** What a drill takes from a team's rules and configurations. */
import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../../test/support/drilled.ts';
import { unplaced } from '../../core/placed.ts';
import { isRefused, type RuleFile, readRules } from '../../rules/rule-file.ts';
import { lookbackSec, offsetSec } from './lookback.ts';
import { intervalsIn, receiversIn } from './own-config.ts';
import { alertsIn, chosenOf, compared, evaluationSec, rulesOfTeam } from './own-rules.ts';

function file(rules: readonly object[], interval = '30s'): RuleFile {
  const read = readRules('team.yml', [unplaced({ groups: [{ name: 'team', interval, rules }] })]);
  if (isRefused(read)) throw new Error(read.reason);
  return read;
}

const DISK = { alert: 'DiskFull', expr: 'disk_free < 1', for: '2m', labels: { severity: 'page' } };

describe('how far a query looks back', () => {
  const recordings = new Map([
    ['job:errors', { query: 'sum(rate(errors_total[5m]))', everySec: 30 }],
    ['turn:a', { query: 'turn:b', everySec: 1 }],
    ['turn:b', { query: 'turn:a', everySec: 1 }],
  ]);
  test.each([
    ['up == 0', 0],
    ['rate(a[5m]) / rate(b[1h])', 3600],
    ['max_over_time(rate(a[5m])[1h:1m])', 3900],
    ['job:errors > 1', 330],
    ['avg_over_time(job:errors[10m])', 930],
    ['no query (', 0],
  ])('%s: %i s', (query, sec) => {
    expect(lookbackSec(query, recordings)).toBe(sec);
  });

  test('rules that record each other come to an end', () => {
    expect(lookbackSec('turn:a', recordings)).toBeLessThan(60);
  });

  test('an offset is on top of it', () => {
    expect(offsetSec('rate(a[5m] offset 10m) > rate(a[5m] offset 1h)')).toBe(3600);
    expect(offsetSec('up')).toBe(0);
  });
});

describe('the alerts of a team', () => {
  test('come after the documented ones, each once, with the slowest of one name', () => {
    const loaded = [
      file([
        { record: 'job:errors', expr: 'rate(errors_total[5m])' },
        { alert: 'HighErrorRate', expr: 'up == 5', for: '9m' },
        DISK,
        { ...DISK, expr: 'job:errors > 1', for: '1m' },
      ]),
    ];
    const rules = rulesOfTeam(alertsIn(loaded), loaded, [ERRORS]);
    expect(rules.map(({ name, forSec, windowSec, route }) => [name, forSec, windowSec, route])).toEqual([
      ['HighErrorRate', 300, 300, ERRORS.route],
      ['DiskFull', 120, 330, null],
    ]);
    expect(rules[1]?.source).toEqual({ document: 'team.yml', section: 'team' });
    expect(evaluationSec(alertsIn(loaded), ['DiskFull'])).toBe(30);
    expect(evaluationSec(alertsIn(loaded), ['Other'])).toBe(0);
  });

  test('are chosen by name, and an unknown one is refused with the nearest', () => {
    const loaded = [file([DISK])];
    const rules = rulesOfTeam(alertsIn(loaded), loaded, [ERRORS]);
    expect(chosenOf(rules, ['DiskFull'])).toEqual([rules[1]]);
    expect(chosenOf(rules, undefined)).toEqual(rules);
    expect(chosenOf(rules, ['DiskFul'])).toMatchObject({
      unknown: 'DiskFul',
      hint: expect.stringContaining('DiskFull'),
    });
  });
});

describe('a rule of a file is compared with what is loaded', () => {
  const forms = new Map<string, string | null>([
    ['sum(a) by (b) > 1', 'sum by (b) (a) > 1'],
    ['sum by (b) (a) > 1', 'sum by (b) (a) > 1'],
    ['a > 2', 'a > 2'],
    ['unknown', null],
  ]);
  const one = (change: object) => alertsIn([file([{ ...DISK, expr: 'sum(a) by (b) > 1', ...change }])]);
  test.each([
    ['the same', {}, 'same', ''],
    ['the same, written in another way', { expr: 'sum by (b) (a) > 1' }, 'same', ''],
    ['another name', { alert: 'Other' }, 'absent', 'Prometheus has none of its name'],
    ['another wait', { for: '1m' }, 'other', 'it waits 120 s there, and 60 s in Prometheus'],
    ['another label', { labels: { severity: 'none' } }, 'other', 'the label severity is "page" there'],
    ['another query', { expr: 'a > 2' }, 'other', 'the query is sum(a) by (b) > 1 there'],
    [
      'a query that nobody can compare',
      { expr: 'unknown' },
      'unsure',
      'Prometheus does not say how it writes the query',
    ],
  ])('%s', (_, change, is, words) => {
    expect(compared(one({}), one(change), forms)).toEqual([{ name: 'DiskFull', place: 'team.yml:0', is, words }]);
  });
});

describe('configurations', () => {
  test('say the receivers, as far as they do', () => {
    const config = {
      receivers: [
        {
          name: 'on-call',
          pagerduty_configs: [
            { severity: 'critical' },
            {},
            { severity: '{{ .CommonLabels.severity }}', send_resolved: false },
          ],
        },
        { name: 'chat', slack_configs: [{ channel: '#a', send_resolved: true }, {}], email_configs: [{ to: 'a@b' }] },
        { name: 'nobody' },
      ],
    };
    const notified = { isNotifiedOfEnd: true };
    const unnotified = { isNotifiedOfEnd: false };
    expect(receiversIn(unplaced(config))).toEqual([
      {
        name: 'on-call',
        integrations: [
          { kind: 'pagerduty', route: { to: 'pagerduty', severity: 'critical' }, ...notified },
          { kind: 'pagerduty', route: { to: 'pagerduty', severity: 'error' }, ...notified },
          { kind: 'pagerduty', route: null, ...unnotified },
        ],
      },
      {
        name: 'chat',
        integrations: [
          { kind: 'slack', route: { to: 'slack', channel: '#a' }, ...notified },
          { kind: 'slack', route: null, ...unnotified },
          { kind: 'email', route: null, ...unnotified },
        ],
      },
      { name: 'nobody', integrations: [] },
    ]);
    expect(receiversIn(undefined)).toEqual([]);
  });

  test('say the longest interval that anything has', () => {
    const prometheus = {
      global: { scrape_interval: '15s', evaluation_interval: '20s' },
      scrape_configs: [{ scrape_interval: '1m', scrape_timeout: '9s' }, {}],
    };
    const alertmanager = { route: { group_wait: '10s', repeat_interval: '1h', routes: [{ group_wait: '40s' }] } };
    expect(intervalsIn(unplaced(prometheus), unplaced(alertmanager))).toEqual({
      scrapeSec: 60,
      scrapeTimeoutSec: 9,
      evaluationSec: 20,
      groupWaitSec: 40,
      groupIntervalSec: 300,
      repeatSec: 3600,
    });
    expect(intervalsIn(undefined, undefined)).toMatchObject({ scrapeSec: 60, scrapeTimeoutSec: 10, evaluationSec: 60 });
  });
});
