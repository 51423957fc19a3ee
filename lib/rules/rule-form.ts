/** What Prometheus refuses in the form of rules and their groups: then it loads nothing of the file. */
import { nearest } from '../core/nearest.ts';
import { entryOf, type Placed, textAt, textOf } from '../core/placed.ts';
import { durationMs } from '../promql/duration.ts';
import type { Problem } from './problem.ts';

const GROUP_KEYS = ['name', 'interval', 'query_offset', 'limit', 'labels', 'rules', 'partial_response_strategy'];

/** Of a group, without its rules. */
export function groupProblems(group: Placed): Problem[] {
  const name = textAt(group, 'name');
  const rules = entryOf(group, 'rules');
  return [
    ...strangeKeys(group, GROUP_KEYS, 'a group'),
    ...(name === undefined ? [refusedAt(group.line, 'the group has no name')] : []),
    ...(rules !== undefined && rules.value.kind !== 'list' ? [refusedAt(rules.line, '"rules" must be a list')] : []),
    ...durationProblems(group, 'interval'),
  ];
}

const RULE_KEYS = ['alert', 'record', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

const METRIC_NAME = /^[A-Za-z_:][A-Za-z0-9_:]*$/;

/** Of a rule. */
export function ruleProblems(rule: Placed): Problem[] {
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
