/** The alerts of a team's Prometheus as a drill takes them, and how the files that the user named compare with them. Pure. */
import { mostOf } from '../../core/extent.ts';
import { legalValues } from '../../core/nearest.ts';
import type { Rule, RuleFile } from '../../rules/rule-file.ts';
import type { ComparedRule, DrilledRule } from '../../systems/alerts/model/timeline.ts';
import { lookbackSec, offsetSec, type Recording } from './lookback.ts';

export interface Placed {
  readonly rule: Rule;
  readonly path: string;
  readonly group: string;
  readonly everySec: number;
}

export function alertsIn(files: readonly RuleFile[]): Placed[] {
  return rulesIn(files).filter(({ rule }) => rule.kind === 'alert');
}

function rulesIn(files: readonly RuleFile[]): Placed[] {
  return files.flatMap(({ path, groups }) =>
    groups.flatMap(({ name, intervalMs, rules }) =>
      rules.map((rule) => ({ rule, path, group: name, everySec: (intervalMs ?? 0) / 1000 })),
    ),
  );
}

function recordingsIn(files: readonly RuleFile[]): ReadonlyMap<string, Recording> {
  const records = rulesIn(files).filter(({ rule }) => rule.kind === 'record');
  return new Map(records.map(({ rule, everySec }) => [rule.name, { query: rule.query, everySec }]));
}

/** Each once by its name. A documented one is wanted as the guide has it, whatever is loaded; it comes first. */
export function rulesOfTeam(
  alerts: readonly Placed[],
  loaded: readonly RuleFile[],
  documented: readonly DrilledRule[],
): DrilledRule[] {
  const recordings = recordingsIn(loaded);
  const names = [...new Set(alerts.map(({ rule }) => rule.name))];
  const others = names.filter((name) => documented.every((rule) => rule.name !== name));
  return [
    ...documented,
    ...others.map((name) =>
      ofTeam(
        alerts.filter(({ rule }) => rule.name === name),
        recordings,
      ),
    ),
  ];
}

/** Of several rules of one name, a bound holds for the slowest. */
function ofTeam(named: readonly Placed[], recordings: ReadonlyMap<string, Recording>): DrilledRule {
  const windows = named.map(({ rule: { query } }) => lookbackSec(query, recordings) + offsetSec(query));
  const [first] = named;
  const severity = first?.rule.labels.find(({ key }) => key === 'severity')?.text ?? '';
  return {
    name: first?.rule.name ?? '',
    group: first?.group ?? '',
    query: first?.rule.query ?? '',
    forSec: mostOf(named.map(({ rule }) => (rule.forMs ?? 0) / 1000)),
    windowSec: mostOf(windows),
    severity,
    route: null,
    source: { document: first?.path ?? '', section: first?.group ?? '' },
  };
}

/** The longest interval in which one of these is evaluated; 0 where no group says it. */
export function evaluationSec(alerts: readonly Placed[], names: readonly string[]): number {
  return Math.max(0, ...alerts.filter(({ rule }) => names.includes(rule.name)).map(({ everySec }) => everySec));
}

/** Those that were asked for; or why that can't be. */
export function chosenOf(
  rules: readonly DrilledRule[],
  names: readonly string[] | undefined,
): readonly DrilledRule[] | { readonly unknown: string; readonly hint: string } {
  const known = rules.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) return { unknown, hint: legalValues(unknown, known) };
  return rules.filter(({ name }) => names === undefined || names.includes(name));
}

/** By its text, the form in which Prometheus writes a query; null: it does not say. */
export type Forms = ReadonlyMap<string, string | null>;

export function compared(inFiles: readonly Placed[], loaded: readonly Placed[], forms: Forms): ComparedRule[] {
  return inFiles.map(({ rule, path }) => {
    const own = loaded.filter((one) => one.rule.name === rule.name);
    const all = own.map((one) => difference(rule, one.rule, forms));
    const { is, words } = all.find((one) => one.is === 'same') ??
      all[0] ?? { is: 'absent' as const, words: 'Prometheus has none of its name' };
    return { name: rule.name, place: `${path}:${rule.line}`, is, words };
  });
}

function difference(file: Rule, loaded: Rule, forms: Forms): Pick<ComparedRule, 'is' | 'words'> {
  const [fileSec, loadedSec] = [(file.forMs ?? 0) / 1000, (loaded.forMs ?? 0) / 1000];
  if (fileSec !== loadedSec)
    return { is: 'other', words: `it waits ${fileSec} s there, and ${loadedSec} s in Prometheus` };
  const missing = file.labels.find(({ key, text }) =>
    loaded.labels.every((one) => one.key !== key || one.text !== text),
  );
  if (missing !== undefined) return { is: 'other', words: `the label ${missing.key} is "${missing.text}" there` };
  if (file.query.trim() === loaded.query.trim()) return { is: 'same', words: '' };
  const [here, there] = [forms.get(file.query) ?? null, forms.get(loaded.query) ?? null];
  if (here === null || there === null)
    return { is: 'unsure', words: 'Prometheus does not say how it writes the query' };
  return here === there ? { is: 'same', words: '' } : { is: 'other', words: `the query is ${file.query.trim()} there` };
}
