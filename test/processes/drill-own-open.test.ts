/** A team's stack before anything is done to it: what is taken from it, and the one line for each that is not what was expected. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SloError } from '../../lib/core/error.ts';
import { countedIn, together } from '../../lib/drill/own/alertmanager.ts';
import { type OwnRequest, openOwn } from '../../lib/drill/own/open.ts';

let server: Server;
let base: string;
let dir: string;
/** By path; a text that is no JSON is a page. */
let answers: Record<string, unknown>;

const RULE = {
  name: 'HighErrorRate',
  type: 'alerting',
  query: 'up == 0',
  duration: 300,
  labels: { severity: 'critical' },
  annotations: {},
};
const CONFIG = 'scrape_configs:\n- job_name: aragora\n  scrape_interval: 15s\n  scrape_timeout: 10s\n';
const ALERTMANAGER =
  'route:\n  receiver: on-call\nreceivers:\n- name: on-call\n  pagerduty_configs:\n  - severity: critical\n';
const rulesAs = (rules: readonly object[]) => ({
  groups: [{ name: 'g', file: 'team.yml', interval: 15, rules }],
});
const status = (uptime: string) => ({ config: { original: ALERTMANAGER }, uptime, cluster: { name: 'a' } });
/** Of one of a cluster with these members. */
const member = (name: string, members: readonly string[], original = ALERTMANAGER) => ({
  config: { original },
  uptime: `2026-01-18T12:00:00.${name}`,
  cluster: { name, peers: members.map((one) => ({ name: one, address: '127.0.0.1:9094' })) },
});

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aragora-slo-own-'));
  server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
    if (answer === undefined) return void response.writeHead(404).end();
    if (typeof answer === 'string') return void response.writeHead(200, { 'content-type': 'text/html' }).end(answer);
    const isPrometheus = request.url?.startsWith('/prometheus') ?? false;
    const body = isPrometheus ? { status: 'success', data: answer } : answer;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answers = {
    '/prometheus/api/v1/rules': rulesAs([RULE, { ...RULE, name: 'DiskFull' }]),
    '/prometheus/api/v1/status/config': { yaml: CONFIG },
    '/prometheus/api/v1/alertmanagers': { activeAlertmanagers: [{ url: `${base}/alertmanager/api/v2/alerts` }] },
    '/prometheus/api/v1/targets': {
      activeTargets: [
        {
          labels: { job: 'aragora', instance: 'a' },
          health: 'up',
          lastError: '',
          scrapeUrl: `${base}/metrics`,
          lastScrape: '2026-01-18T12:00:00Z',
        },
      ],
    },
    '/alertmanager/api/v2/status': status('2026-01-18T12:00:00Z'),
    '/api/health': { status: 'healthy' },
  };
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true });
});

function open(request: Partial<OwnRequest> = {}) {
  return openOwn(
    {
      prometheus: { url: `${base}/prometheus` },
      alertmanagers: [{ url: `${base}/alertmanager` }],
      target: { url: base },
      files: [],
      rules: undefined,
      faultCommand: undefined,
      ...request,
    },
    new AbortController().signal,
  );
}

/** The line that it ends with, without this server's address. */
async function refusal(request: Partial<OwnRequest> = {}): Promise<string> {
  const error: unknown = await open(request).then(
    () => 'it was not refused',
    (reason: unknown) => reason,
  );
  if (!(error instanceof SloError)) throw error;
  expect(error.exitCode).toBe(2);
  return error.message.replaceAll(base, '');
}

test('what a drill needs is taken from its own configuration', async () => {
  const own = await open();
  expect(own).toMatchObject({
    handedTo: null,
    job: 'aragora',
    intervals: { scrapeSec: 15, scrapeTimeoutSec: 10, evaluationSec: 15 },
    receivers: [{ name: 'on-call', integrations: [{ kind: 'pagerduty' }] }],
  });
  expect(own.rules.map(({ name }) => name)).toEqual([
    'AragoraDown',
    'HighErrorRate',
    'HighLatency',
    'DebateTimeouts',
    'LowConsensusRate',
    'AgentTimeout',
    'DiskFull',
  ]);
});

describe('one clear line says', () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      'a login page instead of Prometheus',
      { '/prometheus/api/v1/rules': '<!doctype html><form>' },
      'GET /prometheus/api/v1/rules answers HTML, not JSON',
    ],
    ['a wrong address', { '/prometheus/api/v1/rules': undefined }, 'GET /prometheus/api/v1/rules answers 404'],
    [
      'a Prometheus without rules',
      { '/prometheus/api/v1/rules': { groups: [] } },
      '/prometheus has loaded no alerting rules: there is nothing to drill',
    ],
    [
      'a Prometheus that only records',
      { '/prometheus/api/v1/rules': rulesAs([{ name: 'a:b', type: 'recording', query: 'up', labels: {} }]) },
      '/prometheus has loaded no alerting rules: there is nothing to drill',
    ],
    [
      'a Prometheus that hides its configuration',
      { '/prometheus/api/v1/status/config': undefined },
      'GET /prometheus/api/v1/status/config answers 404',
    ],
    [
      'a login page instead of Alertmanager',
      { '/alertmanager/api/v2/status': '<html>' },
      'GET /alertmanager/api/v2/status answers HTML, not JSON',
    ],
    [
      'something else instead of Alertmanager',
      { '/alertmanager/api/v2/status': { status: 'ok' } },
      'GET /alertmanager/api/v2/status does not answer as Alertmanager does: it has no "config"',
    ],
    ['a target that is none', { '/api/health': undefined }, 'GET /api/health answers 404'],
    ['a login page instead of the target', { '/api/health': '<html>' }, 'GET /api/health answers HTML, not JSON'],
    [
      'a Prometheus without an Alertmanager',
      { '/prometheus/api/v1/alertmanagers': { activeAlertmanagers: [] } },
      '/prometheus hands its alerts to no Alertmanager',
    ],
  ])('%s', async (_, change, line) => {
    Object.assign(answers, change);
    expect(await refusal()).toBe(line);
  });

  test('an alert that is not there', async () => {
    expect(await refusal({ rules: ['DiskFul'] })).toBe('no alert is called "DiskFul", documented or loaded');
  });

  test('a Prometheus that hands its alerts to another Alertmanager', async () => {
    answers['/prometheus/api/v1/alertmanagers'] = { activeAlertmanagers: [{ url: `${base}/other/api/v2/alerts` }] };
    answers['/other/api/v2/status'] = status('2026-01-17T00:00:00Z');
    expect(await refusal()).toBe('/prometheus hands its alerts to /other, not to /alertmanager');
  });
});

describe('the Alertmanager of Prometheus', () => {
  test('is the same one by another address', async () => {
    answers['/prometheus/api/v1/alertmanagers'] = { activeAlertmanagers: [{ url: `${base}/other/api/v2/alerts` }] };
    answers['/other/api/v2/status'] = status('2026-01-18T12:00:00Z');
    expect((await open()).handedTo).toBeNull();
  });

  test('is left open where its address can not be reached from here', async () => {
    const url = `${base}/inside:9093/api/v2/alerts`;
    answers['/prometheus/api/v1/alertmanagers'] = { activeAlertmanagers: [{ url }] };
    expect((await open()).handedTo).toBe(`${base}/inside:9093`);
  });
});

describe('of several Alertmanagers', () => {
  const named = (...names: readonly string[]) => ({ alertmanagers: names.map((name) => ({ url: `${base}/${name}` })) });
  const handedTo = (...names: readonly string[]): void => {
    const activeAlertmanagers = names.map((name) => ({ url: `${base}/${name}/api/v2/alerts` }));
    answers['/prometheus/api/v1/alertmanagers'] = { activeAlertmanagers };
  };
  const are = (statuses: Readonly<Record<string, unknown>>): void => {
    for (const [name, one] of Object.entries(statuses)) answers[`/${name}/api/v2/status`] = one;
  };

  test.each<[string, readonly string[], Record<string, unknown>, object]>([
    [
      'a whole cluster',
      ['a', 'b'],
      { a: member('1', ['1', '2']), b: member('2', ['1', '2']) },
      { peers: 2, clusters: 1 },
    ],
    ['one of a cluster', ['a'], { a: member('1', ['1', '2']), b: member('2', ['1', '2']) }, { peers: 2, clusters: 1 }],
    ['two that are alone', ['a', 'b'], { a: member('1', ['1']), b: member('2', ['2']) }, { peers: 2, clusters: 2 }],
    [
      'two of a cluster of which one has not heard of the other',
      ['a', 'b'],
      { a: member('1', ['1']), b: member('2', ['1', '2']) },
      { peers: 2, clusters: 1 },
    ],
    ['one at two addresses', ['a', 'b'], { a: member('1', ['1']), b: member('1', ['1']) }, { peers: 2, clusters: 1 }],
  ])('%s is known as such', async (_, names, statuses, expected) => {
    handedTo('a', 'b');
    are(statuses);
    expect(await open(named(...names))).toMatchObject({ handedTo: null, ...expected });
  });

  test('one that Prometheus hands its alerts to and nobody named may send pages, too', async () => {
    handedTo('a', 'c');
    are({ a: member('1', ['1', '2']), b: member('2', ['1', '2']), c: member('3', ['3']) });
    expect(await open(named('a', 'b'))).toMatchObject({ handedTo: null, peers: 3 });
  });

  test('those with different receivers are refused', async () => {
    are({ a: member('1', ['1', '2']), b: member('2', ['1', '2'], ALERTMANAGER.replace('critical', 'info')) });
    expect(await refusal(named('a', 'b'))).toBe('/a and /b have different receivers, so they send different pages');
  });

  test('no address gets credentials that the user did not name', async () => {
    handedTo('other');
    are({ alertmanager: status('2026-01-18T12:00:00Z'), other: status('2026-01-18T12:00:00Z') });
    const got: [string, string | undefined][] = [];
    server.on('request', ({ url = '', headers }) => void got.push([url, headers.authorization]));
    const auth = { kind: 'basic', user: 'a', password: 'b' } as const;
    await open({ alertmanagers: [{ url: `${base}/alertmanager`, auth }] });
    expect(got.filter(([url]) => url.endsWith('/status'))).toEqual([
      ['/alertmanager/api/v2/status', expect.stringContaining('Basic')],
      ['/other/api/v2/status', undefined],
    ]);
  });

  test('what each sent is added up, and a group of both is one', () => {
    const counted = (accepted: number) => [{ kind: 'slack', receiver: null, accepted, givenUp: { other: 1 } }];
    const alert = { name: 'Down', isSilenced: false };
    const groups = new Map([['g', { receiver: 'chat', alerts: [alert] }]]);
    const [first, second] = [
      { groups, counted: counted(3) },
      { groups, counted: counted(4) },
    ];
    expect(together([first, second])).toEqual({
      groups: [{ receiver: 'chat', alerts: [alert, alert] }],
      counted: [{ kind: 'slack', receiver: null, accepted: 7, givenUp: { other: 2 } }],
    });
    // One that counts nothing, and one that was started again while the other one sent.
    expect(together([first, { groups, counted: [] }]).counted).toEqual([]);
    expect(
      together(
        [
          { groups, counted: counted(0) },
          { groups, counted: counted(7) },
        ],
        [first, second],
      ).counted,
    ).toEqual([]);
  });
});

describe('files of rules', () => {
  const file = (text: string): string => {
    const path = join(dir, 'alerts.yml');
    writeFileSync(path, text);
    return path;
  };
  const rule = (expr: string) =>
    `groups:\n- name: g\n  rules:\n  - alert: HighErrorRate\n    expr: ${expr}\n    for: 5m\n`;

  test('say what is drilled, and are compared with what is loaded', async () => {
    const path = file(rule('up == 0'));
    const own = await open({ files: [path] });
    expect(own.rules.map(({ name }) => name)).toEqual(['HighErrorRate']);
    expect(own.compared).toEqual([{ name: 'HighErrorRate', place: `${path}:4`, is: 'same', words: '' }]);
  });

  test('that are not there are said to be so', async () => {
    const path = join(dir, 'none.yml');
    expect(await refusal({ files: [path] })).toBe(`cannot read ${path}: it does not exist`);
  });

  test.each([
    ['no YAML', 'groups: [', /alerts\.yml/],
    [
      'a list that is none',
      'groups:\n  - name: a\n   rules: [',
      /alerts\.yml(: yaml: line \d|:3: it is not valid YAML)/,
    ],
    ['another file', 'route: {}', /alerts\.yml/],
    ['a query that is none', rule('sum(up'), /alerts\.yml.*(parse|PromQL|:5)/],
  ])('that do not parse are refused with file and line: %s', async (_, text, words) => {
    expect(await refusal({ files: [file(text)] })).toMatch(words);
  });
});

test('what Alertmanager counted is read by integration, and by receiver where it says it', () => {
  const text = [
    'alertmanager_notification_requests_total{integration="pagerduty"} 5',
    'alertmanager_notification_requests_failed_total{integration="pagerduty"} 2',
    'alertmanager_notifications_failed_total{integration="pagerduty",reason="clientError"} 1',
    'alertmanager_notifications_failed_total{integration="pagerduty",reason="serverError"} 0',
    'alertmanager_notification_requests_total{integration="slack",receiver_name="chat"} 0',
  ].join('\n');
  expect(countedIn(text)).toEqual([
    { kind: 'pagerduty', receiver: null, accepted: 3, givenUp: { clientError: 1, serverError: 0 } },
    { kind: 'slack', receiver: 'chat', accepted: 0, givenUp: {} },
  ]);
  expect(countedIn('alertmanager_notifications_total{integration="slack"} 4')).toEqual([]);
});
