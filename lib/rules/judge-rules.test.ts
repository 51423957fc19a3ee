import { expect, test } from 'vitest';
import {
  guideFile,
  oneGroup,
  problemTexts,
  rulesIn,
  scrapeConfigIn,
  someCatalogue,
  verdictsOf,
} from '../../test/support/rules.ts';
import { promisedCatalogue } from '../systems/metrics/promised-catalogue.ts';
import { judgeRules } from './judge-rules.ts';

const monitoring = rulesIn('monitoring-alert-rules.yml', guideFile('monitoring-alert-rules.yml'));
const observability = rulesIn('alert-rules.yml', guideFile('alert-rules.yml'));
const config = (name: string) => scrapeConfigIn(name, guideFile(name));
const documents = promisedCatalogue('documented');

/** All problems of the item of that name, in any file. */
function saidOf(name: string, items: ReturnType<typeof judgeRules>): string[] {
  return items.filter((item) => item.name === name).flatMap(({ problems }) => problemTexts(problems));
}

const judgedOne = (rule: object, group: object = {}, scrape: Parameters<typeof judgeRules>[2] = null) =>
  problemTexts(
    judgeRules(
      [oneGroup([{ alert: 'A', expr: 'up == 0', ...rule }], group)],
      someCatalogue({ jobs: new Set(['a']) }),
      scrape,
    ).flatMap(({ problems }) => problems),
  );

test('the rules of the guides are judged by what the documents list', () => {
  const items = judgeRules([monitoring, observability], documents, null);
  expect(verdictsOf(items)).toEqual(['AragoraDown unsure', 'DebateTimeouts never', 'LowConsensusRate never']);
  expect(saidOf('DebateTimeouts', items)).toEqual([
    expect.stringContaining('never: the documents list no metric aragora_debate_timeouts_total'),
  ]);
  expect(saidOf('LowConsensusRate', items)).toEqual([
    expect.stringContaining('never: the documents list no metric aragora_debates_completed_total'),
  ]);
});

test('two rules of both guides have the same name and labels', () => {
  const items = judgeRules([monitoring, observability], documents, null);
  const twins = items.filter(({ problems }) =>
    problems.some(({ reason }) => reason.includes('the same name and labels')),
  );
  expect(twins.map(({ file, name }) => [file, name])).toEqual([
    ['alert-rules.yml', 'HighErrorRate'],
    ['alert-rules.yml', 'HighLatency'],
  ]);
  const again = judgeRules([monitoring, { ...monitoring, path: 'copy.yml' }], documents, null);
  expect(verdictsOf(again)).toEqual(['HighErrorRate wrong', 'HighLatency wrong', 'AgentTimeout wrong']);
  expect(saidOf('AgentTimeout', again)).toEqual([
    'wrong: it is there twice, with the same expression: first in monitoring-alert-rules.yml:26',
  ]);
});

test('the first guide names the job differently, and neither loads a rule', () => {
  const first = judgeRules([observability], documents, config('monitoring-prometheus.yml'));
  expect(saidOf('AragoraDown', first)).toEqual([
    'never: no job fits job="aragora"; jobs: aragora-api, aragora-workers',
  ]);
  const second = judgeRules([observability], documents, config('prometheus.yml'));
  expect(saidOf('AragoraDown', second)).toEqual([]);
  for (const items of [first, second])
    expect(saidOf('Prometheus', items)).toEqual([
      'never: it has no "rule_files": this Prometheus loads no rule',
      'wrong: it has no "alerting.alertmanagers": what fires is sent to nobody',
    ]);
});

test('a release has other names, and they are found', () => {
  const items = judgeRules([monitoring], promisedCatalogue('aragora-2.11'), null);
  expect(saidOf('HighErrorRate', items)).toEqual([expect.stringMatching(/^never: .* → aragora_http_requests_total$/)]);
  expect(saidOf('HighLatency', items)).toEqual([
    expect.stringMatching(/^never: .* → aragora_http_request_duration_seconds_bucket$/),
  ]);
});

test('what rules record can be asked for, as far as they have data themselves', () => {
  const file = oneGroup([
    { alert: 'Late', expr: 'job:b:rate > 1' },
    { record: 'job:b:rate', expr: 'sum by (endpoint) (job:a:rate)' },
    { record: 'job:a:rate', expr: 'rate(aragora_requests_total[5m])' },
    { record: 'job:c:rate', expr: 'job:d:rate * 2' },
    { record: 'job:d:rate', expr: 'rate(aragora_nothing_at_all[5m])' },
    { alert: 'Dead', expr: 'job:c:rate > 1' },
    { alert: 'Labelled', expr: 'job:b:rate{status="500"} > 1' },
  ]);
  const items = judgeRules([file], someCatalogue(), null);
  expect(verdictsOf(items)).toEqual(['job:c:rate never', 'job:d:rate never', 'Dead never', 'Labelled never']);
  expect(saidOf('Dead', items)).toEqual(['never: the rule that records job:c:rate never has data (rules.yml:1)']);
});

test.each<[string, object, object, string[]]>([
  [
    'a key that there is not',
    { annotation: { a: 'b' } },
    {},
    ['never: Prometheus refuses the file: a rule has no key "annotation" → annotations'],
  ],
  [
    'a duration that is none',
    { for: '5 minutes' },
    {},
    ['never: Prometheus refuses the file: "for" must be a duration such as 5m, got "5 minutes"'],
  ],
  [
    'an alert that is a record',
    { record: 'a' },
    {},
    ['never: Prometheus refuses the file: it has both "alert" and "record"'],
  ],
  ['no expression', { expr: undefined }, {}, ['never: Prometheus refuses the file: it has no "expr"']],
  [
    'a label with a wrong name',
    { labels: { 'a-b': 'c' } },
    {},
    ['never: Prometheus refuses the file: "a-b" is no name for a label'],
  ],
  ['a list as text', { labels: { a: ['c'] } }, {}, ['never: Prometheus refuses the file: "labels.a" must be a text']],
  [
    'a function that there is not',
    { annotations: { a: '{{ $value | humanizePercent }}' } },
    {},
    [
      'never: Prometheus refuses the file: the template of "a": there is no function humanizePercent → humanizePercentage',
    ],
  ],
  [
    'a calculation in a template',
    { annotations: { a: '{{ $value / 100 }}' } },
    {},
    ['never: Prometheus refuses the file: the template of "a": unexpected "/"'],
  ],
  [
    'a template without an end',
    { labels: { a: '{{ $value' } },
    {},
    ['never: Prometheus refuses the file: the template of "a": a "{{" has no "}}"'],
  ],
  [
    'a variable that there is not',
    { annotations: { a: '{{ $val }}' } },
    {},
    ['never: Prometheus refuses the file: the template of "a": the variable $val is not declared'],
  ],
  [
    'a template that is good',
    { annotations: { a: '{{ with $x := $labels.job }}{{ printf "%s }}" $x | title }}{{ end }}' } },
    {},
    [],
  ],
  [
    'a label that is not there',
    { expr: 'sum(up) == 0', annotations: { a: '{{ $labels.instance }}' } },
    {},
    ['note: "a" shows $labels.instance, which the alert does not have'],
  ],
  [
    'a short "for"',
    { for: '5s' },
    { interval: '30s' },
    ['wrong: "for" of 5 s is shorter than its evaluation every 30 s: it lasts 30 s'],
  ],
  ['a "for" of one evaluation', { for: '30s' }, { interval: '30s' }, []],
  [
    'bool',
    { expr: 'up == bool 0' },
    {},
    ['wrong: with "bool" it has a value all the time, 0 too, and each value fires'],
  ],
])('%s', (_, rule, group, problems) => {
  expect(judgedOne(rule, group)).toEqual(problems);
});

test('the evaluation interval is that of the configuration where the group has none', () => {
  const scrape = scrapeConfigIn(
    'p.yml',
    'rule_files: [a]\nalerting: {alertmanagers: [{}]}\nglobal: {evaluation_interval: 2m}\nscrape_configs: []\n',
  );
  expect(judgedOne({ for: '1m' }, {}, scrape)).toEqual([
    'wrong: "for" of 60 s is shorter than its evaluation every 2 min: it lasts 2 min',
  ]);
});

test('two groups of one name are refused', () => {
  const file = rulesIn('r.yml', 'groups:\n- name: a\n  rules: []\n- name: a\n  rules: []\n');
  expect(problemTexts(judgeRules([file], documents, null).flatMap(({ problems }) => problems))).toEqual([
    'never: Prometheus refuses the file: its group "a" is there twice, first in line 2',
  ]);
});

test('rules whose groups have other labels are not the same', () => {
  const group = (team: string) => ({ name: team, labels: { team }, rules: [{ alert: 'A', expr: 'vector(1)' }] });
  const file = rulesIn('r.yml', JSON.stringify({ groups: [group('a'), group('b')] }));
  expect(verdictsOf(judgeRules([file], documents, null))).toEqual([]);
});
