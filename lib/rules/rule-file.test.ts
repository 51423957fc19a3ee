import { expect, test } from 'vitest';
import { guideFile, rulesIn } from '../../test/support/rules.ts';
import { placedDocuments } from '../config/placed.ts';
import { readRules } from './rule-file.ts';

const read = (text: string) => readRules('f.yml', placedDocuments('f.yml', text));

test('each rule has its group and line', () => {
  const { groups } = rulesIn('f.yml', guideFile('alert-rules.yml'));
  expect(groups.map(({ name, rules }) => [name, rules.map(({ name, line }) => `${name}:${line}`)])).toEqual([
    ['aragora.availability', ['AragoraDown:5', 'HighErrorRate:14', 'HighLatency:24']],
    ['aragora.debates', ['DebateTimeouts:35', 'LowConsensusRate:43']],
  ]);
  expect(groups[0]?.rules[0]).toMatchObject({ kind: 'alert', query: 'up{job="aragora"} == 0', forMs: 60_000 });
});

test('a PrometheusRule of Kubernetes is a rules file', () => {
  const text =
    'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: x}\nspec:\n  groups:\n  - name: a\n    rules:\n    - {alert: B, expr: up == 0}\n';
  expect(read(text)).toMatchObject({ groups: [{ name: 'a', rules: [{ name: 'B', line: 8 }] }] });
});

test.each([
  ['', 1, 'it is empty, and a rules file was expected'],
  ['# only a remark\n', 1, 'it is empty, and a rules file was expected'],
  ['text', 1, 'it is plain text, not a rules file: it has no "groups"'],
  ['- a', 1, 'it is a list, not a rules file: it has no "groups"'],
  ['\nreceivers: []', 2, 'it is the configuration of an Alertmanager, not a rules file: it has no "groups"'],
  ['scrape_configs: []', 1, 'it is the configuration of a Prometheus, not a rules file: it has no "groups"'],
  ['{"panels": []}', 1, 'it is a dashboard, not a rules file: it has no "groups"'],
  ['apiVersion: openslo/v1\nkind: SLO', 1, 'it is SLO of openslo/v1, not a rules file: it has no "groups"'],
  ['groups: {}', 1, 'it is no rules file: "groups" must be a list'],
  ['groups: []\nglobal: {}', 2, 'a rules file has only "groups", and this has "global" too: Prometheus refuses it'],
  [
    'apiVersion: 1\ngroups:\n- name: a\n  rules:\n  - {uid: a, condition: C, data: []}\n',
    5,
    'it has alert rules that Grafana manages ("data", "condition"), not those of Prometheus',
  ],
])('%j is refused', (text, line, reason) => {
  expect(read(text)).toEqual({ line, reason });
});
