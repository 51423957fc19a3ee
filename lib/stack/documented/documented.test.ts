import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CHANGES, mended, SETTINGS } from './changes.ts';
import { edited, guideLine, readDocuments } from './document.ts';
import { REMARKS } from './remarks.ts';

const documents = readDocuments();
const PLACES = {
  slackUrl: 'http://127.0.0.1:1/services/a',
  pagerdutyUrl: 'http://127.0.0.1:1/v2/enqueue',
  routingKey: '0123456789abcdef0123456789abcdef',
  alertmanager: '127.0.0.1:2',
  target: '127.0.0.1:3',
};
const mendedAs = (name: keyof ReturnType<typeof mended>) => parse(mended(documents, PLACES)[name]) as unknown;

test('every document is named by its first line, and parses as it is', () => {
  expect(documents.map(({ text }) => text.split('\n')[0])).toEqual([
    '# prometheus.yml',
    '# alert-rules.yml',
    '# alertmanager.yml',
    '# prometheus.yml',
    '# Grafana alerting rule example',
  ]);
  for (const { text } of documents) expect(parse(text)).toEqual(expect.any(Object));
});

test('mended, Prometheus loads the rules, sends alerts and scrapes the server under the name that the rules read', () => {
  for (const name of ['prometheus.yml', 'monitoring-prometheus.yml'] as const) {
    expect(mendedAs(name)).toMatchObject({
      global: { scrape_interval: '15s', evaluation_interval: '15s' },
      rule_files: ['alert-rules.yml', 'monitoring-alert-rules.yml'],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [PLACES.alertmanager] }] }] },
      scrape_configs: [
        { job_name: 'aragora', static_configs: [{ targets: [PLACES.target] }] },
        { job_name: 'aragora-workers' },
      ],
    });
  }
});

test('mended, Alertmanager posts to Slack, and events of API v2 to PagerDuty', () => {
  expect(mendedAs('alertmanager.yml')).toMatchObject({
    global: { resolve_timeout: '5m', slack_api_url: PLACES.slackUrl, pagerduty_url: PLACES.pagerdutyUrl },
    receivers: [
      { name: 'default' },
      { pagerduty_configs: [{ routing_key: PLACES.routingKey, severity: 'critical' }] },
      { name: 'slack-warnings' },
    ],
  });
});

test('mended, each alert is there once', () => {
  const rules = ['alert-rules.yml', 'monitoring-alert-rules.yml'] as const;
  const files = rules.map((name) => mendedAs(name) as { groups: { rules: { alert: string }[] }[] });
  expect(files.flatMap(({ groups }) => groups).flatMap((group) => group.rules.map(({ alert }) => alert))).toEqual([
    'AragoraDown',
    'HighErrorRate',
    'HighLatency',
    'DebateTimeouts',
    'LowConsensusRate',
    'AgentTimeout',
  ]);
});

test('each change stands alone, and its line is the one of the guide', () => {
  const lines = CHANGES.map((change) => {
    const document = documents.find(({ name }) => name === change.document);
    if (document === undefined) throw new Error(change.document);
    expect(edited(document.text, change.edit)).not.toBe(document.text);
    return [change.id, guideLine(document, change.edit)];
  });
  expect(Object.fromEntries(lines)).toEqual({
    'prometheus.rule-files': 66,
    'prometheus.alerting': 68,
    'alertmanager.slack-url': 384,
    'alertmanager.routing-key': 409,
    'monitoring-prometheus.rule-files': 81,
    'monitoring-prometheus.alerting': 83,
    'monitoring-prometheus.job': 84,
    'monitoring-alert-rules.duplicates': 140,
  });
});

test('what the settings and the remarks name is there', () => {
  for (const { document, edit } of SETTINGS) {
    const text = documents.find(({ name }) => name === document)?.text ?? '';
    expect(edited(text, edit)).not.toBe(text);
  }
  for (const { document, line } of REMARKS) {
    expect(
      documents
        .find(({ name }) => name === document)
        ?.text.split('\n')
        .filter((one) => one === line),
    ).toHaveLength(1);
  }
});

test('an edit of lines that are not there once is refused', () => {
  expect(() => edited('a\nb\na\n', { from: ['a'], to: ['c'] })).toThrow('the text does not have once: a');
  expect(() => edited('a\n', { from: ['b'], to: [] })).toThrow('the text does not have once: b');
  expect(edited('a\nb\nc\n', { from: ['b'], to: [] })).toBe('a\nc\n');
});
