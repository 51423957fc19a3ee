/**
 * Rules as their file says them, with every line that Prometheus refuses: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
 * Reads the plain form and the PrometheusRule of Kubernetes.
 */
import { entryOf, itemsOf, keysOf, type Placed, type PlacedScalar, textAt, valueAt } from '../core/placed.ts';
import { durationMs } from '../promql/duration.ts';
import type { Problem } from './problem.ts';
import { kindText } from './recognise.ts';
import { groupProblems, ruleProblems } from './rule-form.ts';

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
  /** Its rules have them too. */
  readonly labels: readonly RuleText[];
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

function groupOf(group: Placed): RuleGroup {
  const name = textAt(group, 'name');
  const rules = entryOf(group, 'rules');
  return {
    name: name ?? '(without a name)',
    line: group.line,
    intervalMs: durationMs(textAt(group, 'interval') ?? ''),
    labels: textsOf(valueAt(group, 'labels')),
    rules: itemsOf(rules?.value).map(ruleOf),
    problems: groupProblems(group),
  };
}

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
    problems: ruleProblems(rule),
  };
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
