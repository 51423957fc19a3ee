/** What a prometheus.yml says that rules depend on: jobs, labels, intervals, and whether it loads rules at all. */
import { leastOf } from '../core/extent.ts';
import { entryOf, itemsOf, keysOf, type Placed, textAt, valueAt } from '../core/placed.ts';
import { durationMs } from '../promql/duration.ts';
import type { Catalogue } from './catalogue.ts';
import type { Problem } from './problem.ts';
import { kindText } from './recognise.ts';
import type { Refused } from './rule-file.ts';

export interface ScrapeConfig {
  readonly path: string;
  /** null: a rule of it may write them anew. */
  readonly jobs: ReadonlySet<string> | null;
  /** Beside `job` and `instance`; null: discovery adds some that nobody knows. */
  readonly targetLabels: ReadonlySet<string> | null;
  /** The shortest of all jobs. */
  readonly scrapeIntervalMs: number;
  readonly evaluationIntervalMs: number;
  readonly problems: readonly Problem[];
}

/** Of a Prometheus whose file says none. */
const USUAL_INTERVAL_MS = 60_000;

export function readScrapeConfig(path: string, documents: readonly Placed[]): ScrapeConfig | Refused {
  const [document] = documents;
  const jobs = entryOf(document, 'scrape_configs');
  if (document === undefined || jobs === undefined) {
    const reason = `it is ${kindText(document)}, not the configuration of a Prometheus: it has no "scrape_configs"`;
    return { line: document?.line ?? 1, reason };
  }
  if (jobs.value.kind !== 'list') return { line: jobs.line, reason: '"scrape_configs" must be a list' };
  const global = valueAt(document, 'global');
  const usualMs = durationMs(textAt(global, 'scrape_interval') ?? '') ?? USUAL_INTERVAL_MS;
  const intervals = jobs.value.items.map((job) => durationMs(textAt(job, 'scrape_interval') ?? '') ?? usualMs);
  return {
    path,
    jobs: jobNames(jobs.value.items),
    targetLabels: targetLabels(jobs.value.items),
    scrapeIntervalMs: intervals.length === 0 ? usualMs : leastOf(intervals),
    evaluationIntervalMs: durationMs(textAt(global, 'evaluation_interval') ?? '') ?? USUAL_INTERVAL_MS,
    problems: loadProblems(document),
  };
}

/** What the catalogue of a server's own metrics learns of it. A Prometheus knows it already. */
export function withScrapeConfig(catalogue: Catalogue, { jobs, targetLabels }: ScrapeConfig): Catalogue {
  return catalogue.kind === 'prometheus' ? catalogue : { ...catalogue, jobs, targetLabels };
}

function jobNames(jobs: readonly Placed[]): ReadonlySet<string> | null {
  const writesJob = relabelled(jobs).some((name) => name === 'job' || name === null);
  const honours = jobs.some((job) => textAt(job, 'honor_labels') === 'true');
  const labelled = jobs.some((job) => staticLabels(job).includes('job'));
  if (writesJob || honours || labelled) return null;
  return new Set(jobs.flatMap((job) => textAt(job, 'job_name') ?? []));
}

function targetLabels(jobs: readonly Placed[]): ReadonlySet<string> | null {
  const names = relabelled(jobs);
  // Without relabelling, discovery adds nothing to a series but job and instance.
  if (names.includes(null)) return null;
  return new Set(
    [...names.flatMap((name) => name ?? []), ...jobs.flatMap(staticLabels)].filter((name) => name !== 'job'),
  );
}

function staticLabels(job: Placed): readonly string[] {
  return itemsOf(valueAt(job, 'static_configs')).flatMap((config) => keysOf(valueAt(config, 'labels')));
}

/** The labels that relabelling writes; null for those that only its pattern knows. */
function relabelled(jobs: readonly Placed[]): (string | null)[] {
  const rules = jobs.flatMap((job) =>
    ['relabel_configs', 'metric_relabel_configs'].flatMap((key) => itemsOf(valueAt(job, key))),
  );
  return rules.flatMap((rule) => {
    const action = textAt(rule, 'action') ?? 'replace';
    if (action === 'labelmap') return [null];
    const target = textAt(rule, 'target_label');
    return target === undefined ? [] : [/[${]/.test(target) ? null : target];
  });
}

function loadProblems(document: Placed): Problem[] {
  const problems: Problem[] = [];
  if (itemsOf(valueAt(document, 'rule_files')).length === 0)
    problems.push({ effect: 'never', reason: 'it has no "rule_files": this Prometheus loads no rule' });
  if (itemsOf(valueAt(valueAt(document, 'alerting'), 'alertmanagers')).length === 0)
    problems.push({ effect: 'wrong', reason: 'it has no "alerting.alertmanagers": what fires is sent to nobody' });
  return problems;
}
