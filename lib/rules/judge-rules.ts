/** Judges rules against what a server exposes. Pure, so that a drill of alerts can ask the same before it starts. */
import { durationText } from '../core/numbers.ts';
import { parsePromql } from '../promql/parse.ts';
import type { Catalogue, KnownMetric } from './catalogue.ts';
import { type Judged, judged } from './judged.ts';
import { labelSet } from './label-set.ts';
import { has, type Problem } from './problem.ts';
import { queryProblems, type World } from './reach.ts';
import type { Rule, RuleFile, RuleGroup } from './rule-file.ts';
import type { ScrapeConfig } from './scrape-config.ts';
import { withScrapeConfig } from './scrape-config.ts';
import { labelsNamed, templateProblems } from './template.ts';

interface PlacedRule {
  readonly file: RuleFile;
  readonly group: RuleGroup;
  readonly rule: Rule;
}

export function judgeRules(files: readonly RuleFile[], catalogue: Catalogue, config: ScrapeConfig | null): Judged[] {
  const placed = files.flatMap((file) =>
    file.groups.flatMap((group) => group.rules.map((rule) => ({ file, group, rule }))),
  );
  const world = worldOf(placed, config === null ? catalogue : withScrapeConfig(catalogue, config), config);
  return [
    ...(config === null ? [] : [configItem(config)]),
    ...files.flatMap((file) => groupItems(file)),
    ...placed.map((one) => ruleItem(one, { world, config, all: placed })),
  ];
}

/** Everything that can be asked for: what the server exposes, and what the rules record. */
function worldOf(placed: readonly PlacedRule[], catalogue: Catalogue, config: ScrapeConfig | null): World {
  const records = placed.filter(({ rule }) => rule.kind === 'record');
  const scrapeIntervalMs = config?.scrapeIntervalMs ?? null;
  let known = catalogue;
  let deadBefore = -1;
  // A rule may read what another one records, in any order: each round finds those one step further.
  for (let round = 0; round <= records.length; round++) {
    const world = { catalogue: known, scrapeIntervalMs };
    const dead = new Set(
      round === 0 ? [] : records.filter(({ rule }) => has(queryProblems(rule.query, world), 'never')),
    );
    known = withRecorded(catalogue, { records, dead, known });
    if (dead.size === deadBefore) break;
    deadBefore = round === 0 ? -1 : dead.size;
  }
  return { catalogue: known, scrapeIntervalMs };
}

interface Recorded {
  readonly records: readonly PlacedRule[];
  readonly dead: ReadonlySet<PlacedRule>;
  /** What the records themselves can read. */
  readonly known: Catalogue;
}

function withRecorded(catalogue: Catalogue, { records, dead, known }: Recorded): Catalogue {
  // Several rules may record one name, and it has data if one of them has: that one is taken last.
  const inOrder = [...records.filter((one) => dead.has(one)), ...records.filter((one) => !dead.has(one))];
  const made = inOrder
    .filter(({ rule }) => !catalogue.metrics.has(rule.name))
    .map((one) => [one.rule.name, recordedMetric(one.rule, known, dead.has(one) ? deadText(one) : undefined)] as const);
  return { ...catalogue, metrics: new Map([...catalogue.metrics, ...made]) };
}

function deadText({ file, rule }: PlacedRule): string {
  return `the rule that records ${rule.name} never has data (${file.path}:${rule.line})`;
}

function recordedMetric(rule: Rule, catalogue: Catalogue, dead: string | undefined): KnownMetric {
  const parsed = parsePromql(rule.query);
  const set = parsed.ok ? labelSet(parsed.expression, catalogue) : null;
  // Only of an aggregation it is certain that there are no others.
  const isClosed = set?.of('job') === 'no';
  const names = [...(set?.names ?? []), ...rule.labels.map(({ key }) => key)];
  const labels = new Map(names.map((name) => [name, { values: null, isOnAll: false }]));
  return {
    type: 'unknown',
    labels: isClosed ? labels : null,
    hasSeries: true,
    isRecorded: true,
    ...(dead === undefined ? {} : { dead }),
  };
}

function configItem({ path, problems }: ScrapeConfig): Judged {
  return judged({ kind: 'configuration', file: path, line: 1, name: 'Prometheus', within: '' }, problems);
}

/** A group is named only where something is wrong with itself. */
function groupItems({ path, groups }: RuleFile): Judged[] {
  return groups.flatMap((group, at) => {
    const again = groups.slice(0, at).find(({ name }) => name === group.name);
    const repeated: Problem[] =
      again === undefined
        ? []
        : [
            {
              effect: 'never',
              reason: `Prometheus refuses the file: its group "${group.name}" is there twice, first in line ${again.line}`,
            },
          ];
    const problems = [...group.problems, ...repeated];
    const { name, line } = group;
    return problems.length === 0 ? [] : [judged({ kind: 'group', file: path, line, name, within: '' }, problems)];
  });
}

interface Around {
  readonly world: World;
  readonly config: ScrapeConfig | null;
  readonly all: readonly PlacedRule[];
}

function ruleItem(placed: PlacedRule, around: Around): Judged {
  const { file, group, rule } = placed;
  const { kind, name, line, query } = rule;
  const problems = [
    ...rule.problems,
    ...(query === '' ? [] : queryProblems(query, around.world)),
    ...(kind === 'alert' ? alertProblems(placed, around) : []),
    ...twinProblems(placed, around.all),
  ];
  return judged({ kind, file: file.path, line, name, within: group.name, query }, problems);
}

function alertProblems({ rule, group }: PlacedRule, { world, config }: Around): Problem[] {
  const everyMs = group.intervalMs ?? config?.evaluationIntervalMs ?? null;
  return [...forProblems(rule.forMs, everyMs), ...textProblems(rule, world.catalogue), ...filterProblems(rule)];
}

function forProblems(forMs: number | null, everyMs: number | null): Problem[] {
  if (forMs === null || everyMs === null || forMs === 0 || forMs >= everyMs) return [];
  const [short, every] = [durationText(forMs / 1000), durationText(everyMs / 1000)];
  return [
    { effect: 'wrong', reason: `"for" of ${short} is shorter than its evaluation every ${every}: it lasts ${every}` },
  ];
}

/** Without a comparison each value fires, 0 too. */
function filterProblems({ query }: Rule): Problem[] {
  const parsed = parsePromql(query);
  if (!parsed.ok || parsed.expression.kind !== 'binary' || !parsed.expression.isBool) return [];
  return [{ effect: 'wrong', reason: 'with "bool" it has a value all the time, 0 too, and each value fires' }];
}

function textProblems({ labels, annotations, query }: Rule, catalogue: Catalogue): Problem[] {
  const parsed = parsePromql(query);
  const own = parsed.ok ? labelSet(parsed.expression, catalogue) : null;
  return [...labels, ...annotations].flatMap(({ key, text, line }): Problem[] => [
    ...templateProblems(text).map((problem) => ({
      ...problem,
      effect: 'never' as const,
      reason: `Prometheus refuses the file: the template of "${key}": ${problem.reason}`,
      line,
    })),
    ...labelsNamed(text)
      .filter((label) => own?.of(label) === 'no')
      .map((label) => ({
        effect: 'note' as const,
        reason: `"${key}" shows $labels.${label}, which the alert does not have`,
        line,
      })),
  ]);
}

/** Of two rules with the same name and labels, Alertmanager and queries can't tell one from the other. */
function twinProblems(placed: PlacedRule, all: readonly PlacedRule[]): Problem[] {
  const first = all.find((one) => isTwin(one, placed));
  if (first === undefined || first === placed) return [];
  const where = `${first.file.path}:${first.rule.line}`;
  if (sameText(first.rule.query, placed.rule.query))
    return [{ effect: 'wrong', reason: `it is there twice, with the same expression: first in ${where}` }];
  return [
    {
      effect: 'note',
      reason: `${where} has the same name and labels with another expression: nobody can tell which one fires`,
    },
  ];
}

function isTwin(a: PlacedRule, b: PlacedRule): boolean {
  return a.rule.kind === b.rule.kind && a.rule.name === b.rule.name && labelsText(a) === labelsText(b);
}

/** A rule's own label wins over that of its group. */
function labelsText({ group, rule }: PlacedRule): string {
  const labels = new Map([...group.labels, ...rule.labels].map(({ key, text }) => [key, text]));
  return [...labels]
    .map(([key, text]) => `${key}=${text}`)
    .sort()
    .join('\n');
}

function sameText(a: string, b: string): boolean {
  return a.replace(/\s+/g, '') === b.replace(/\s+/g, '');
}
