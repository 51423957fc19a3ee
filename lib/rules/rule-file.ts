/**
 * Rules as their file says them, with every line that Prometheus refuses: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
 * Reads the plain form and the PrometheusRule of Kubernetes.
 */
import { nearest } from '../core/nearest.ts';
import { entryOf, itemsOf, keysOf, type Placed, type PlacedScalar, textAt, textOf, valueAt } from '../core/placed.ts';
import { durationMs } from '../promql/duration.ts';
import type { Problem } from './problem.ts';
import { kindText } from './recognise.ts';

export interface RuleText {
  readonly key: string;
  readonly text: string;
  readonly line: number;
}

export interface Rule {
  readonly kind: 'alert' | 'record';
  readonly name: string;
  readonly line: number;
  readonly query: string;
  readonly forMs: number | null;
  readonly labels: readonly RuleText[];
  readonly annotations: readonly RuleText[];
  /** What Prometheus refuses in its form. */
  readonly problems: readonly Problem[];
}

export interface RuleGroup {
  readonly name: string;
  readonly line: number;
  readonly intervalMs: number | null;
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
}

export interface RuleFile {
  readonly path: string;
  readonly groups: readonly RuleGroup[];
}

/** A file that is not what was wanted. */
export interface Refused {
  readonly line: number;
  readonly reason: string;
}

export function isRefused(read: object): read is Refused {
  return 'reason' in read;
}

/** @param documents all of one file. */
export function readRules(path: string, documents: readonly Placed[]): RuleFile | Refused {
  if (documents.length === 0) return { line: 1, reason: 'it is empty, and a rules file was expected' };
  const groups: RuleGroup[] = [];
  for (const document of documents) {
    const read = groupsOf(document);
    if (isRefused(read)) return read;
    groups.push(...read);
  }
  return { path, groups };
}

function groupsOf(document: Placed): RuleGroup[] | Refused {
  const holder = textAt(document, 'kind') === 'PrometheusRule' ? valueAt(document, 'spec') : document;
  const groups = entryOf(holder, 'groups');
  if (groups === undefined)
    return { line: document.line, reason: `it is ${kindText(document)}, not a rules file: it has no "groups"` };
  if (groups.value.kind !== 'list')
    return { line: groups.line, reason: 'it is no rules file: "groups" must be a list' };
  const managed = itemsOf(groups.value)
    .flatMap((group) => itemsOf(valueAt(group, 'rules')))
    .find(isOfGrafana);
  if (managed !== undefined)
    return {
      line: managed.line,
      reason: 'it has alert rules that Grafana manages ("data", "condition"), not those of Prometheus',
    };
  const other = keysOf(document).find((key) => key !== 'groups');
  if (holder === document && other !== undefined)
    return {
      line: entryOf(document, other)?.line ?? 1,
      reason: `a rules file has only "groups", and this has "${other}" too: Prometheus refuses it`,
    };
  return groups.value.items.map(groupOf);
}

function isOfGrafana(rule: Placed): boolean {
  return (
    entryOf(rule, 'expr') === undefined &&
    entryOf(rule, 'condition') !== undefined &&
    entryOf(rule, 'data') !== undefined
  );
}

const GROUP_KEYS = ['name', 'interval', 'query_offset', 'limit', 'labels', 'rules', 'partial_response_strategy'];

function groupOf(group: Placed): RuleGroup {
  const name = textAt(group, 'name');
  const rules = entryOf(group, 'rules');
  const problems = [
    ...strangeKeys(group, GROUP_KEYS, 'a group'),
    ...(name === undefined ? [refusedAt(group.line, 'the group has no name')] : []),
    ...(rules !== undefined && rules.value.kind !== 'list' ? [refusedAt(rules.line, '"rules" must be a list')] : []),
    ...durationProblems(group, 'interval'),
  ];
  return {
    name: name ?? '(without a name)',
    line: group.line,
    intervalMs: durationMs(textAt(group, 'interval') ?? ''),
    rules: itemsOf(rules?.value).map(ruleOf),
    problems,
  };
}

const RULE_KEYS = ['alert', 'record', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

function ruleOf(rule: Placed): Rule {
  const [alert, record] = [textAt(rule, 'alert'), textAt(rule, 'record')];
  const query = textAt(rule, 'expr') ?? '';
  return {
    kind: alert === undefined && record !== undefined ? 'record' : 'alert',
    name: alert ?? record ?? '(without a name)',
    line: rule.line,
    query,
    forMs: durationMs(textAt(rule, 'for') ?? ''),
    labels: textsOf(valueAt(rule, 'labels')),
    annotations: textsOf(valueAt(rule, 'annotations')),
    problems: formProblems(rule),
  };
}

const METRIC_NAME = /^[A-Za-z_:][A-Za-z0-9_:]*$/;

function formProblems(rule: Placed): Problem[] {
  if (rule.kind !== 'map') return [refusedAt(rule.line, 'a rule must have "alert" or "record", and "expr"')];
  const [alert, record, expr] = (['alert', 'record', 'expr'] as const).map((key) => entryOf(rule, key));
  const problems = strangeKeys(rule, RULE_KEYS, 'a rule');
  if (alert !== undefined && record !== undefined)
    problems.push(refusedAt(record.line, 'it has both "alert" and "record"'));
  if (alert === undefined && record === undefined)
    problems.push(refusedAt(rule.line, 'it has neither "alert" nor "record"'));
  if (expr === undefined) problems.push(refusedAt(rule.line, 'it has no "expr"'));
  else if (expr.value.kind !== 'scalar') problems.push(refusedAt(expr.line, '"expr" must be a text'));
  const name = textOf(record?.value);
  if (record !== undefined && name !== undefined && !METRIC_NAME.test(name))
    problems.push(refusedAt(record.line, `"${name}" is no name for a metric`));
  for (const key of ['for', 'keep_firing_for', 'annotations']) {
    const entry = entryOf(rule, key);
    if (alert === undefined && record !== undefined && entry !== undefined)
      problems.push(refusedAt(entry.line, `"${key}" is only for alerts`));
  }
  return [
    ...problems,
    ...durationProblems(rule, 'for'),
    ...durationProblems(rule, 'keep_firing_for'),
    ...labelProblems(rule),
  ];
}

function labelProblems(rule: Placed): Problem[] {
  return ['labels', 'annotations'].flatMap((key) => {
    const entry = entryOf(rule, key);
    if (entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === null)) return [];
    if (entry.value.kind !== 'map') return [refusedAt(entry.line, `"${key}" must be names with texts`)];
    return entry.value.entries.flatMap(({ key: name, line, value }) => [
      ...(value.kind === 'scalar' ? [] : [refusedAt(line, `"${key}.${name}" must be a text`)]),
      ...(/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? [] : [refusedAt(line, `"${name}" is no name for a label`)]),
    ]);
  });
}

function strangeKeys(placed: Placed, legal: readonly string[], what: string): Problem[] {
  if (placed.kind !== 'map') return [];
  return placed.entries
    .filter(({ key }) => !legal.includes(key))
    .map(({ key, line }) => {
      const near = nearest(key, legal);
      return { ...refusedAt(line, `${what} has no key "${key}"`), ...(near === undefined ? {} : { nearest: near }) };
    });
}

function durationProblems(placed: Placed, key: string): Problem[] {
  const entry = entryOf(placed, key);
  const text = entry?.value.kind === 'scalar' ? entry.value.text : '';
  if (entry === undefined || durationMs(text) !== null) return [];
  return [refusedAt(entry.line, `"${key}" must be a duration such as 5m, got "${text}"`)];
}

function refusedAt(line: number, reason: string): Problem {
  return { effect: 'never', reason: `Prometheus refuses the file: ${reason}`, line };
}

function textsOf(placed: Placed | undefined): RuleText[] {
  if (placed?.kind !== 'map') return [];
  return placed.entries.flatMap(({ key, value }) =>
    value.kind === 'scalar' ? [{ key, text: shown(value), line: value.textLine }] : [],
  );
}

function shown({ value }: PlacedScalar): string {
  return value === null ? '' : String(value);
}
