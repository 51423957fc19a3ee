/** The commands `rules` and `dashboards`: which alerts, records and panels can never return data on a server. No load is needed. */
import type { Command } from 'commander';
import { rulesText } from '../../reports/rules-text.ts';
import { addOptions, typedValues } from '../cli/options.ts';
import { errorText, paint, type Shell, say } from '../cli/shell.ts';
import { readPlaced } from '../config/placed.ts';
import { EXIT_CODE, type ExitCode, SloError } from '../core/error.ts';
import { type Placed, unplaced } from '../core/placed.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import { readDashboard } from '../rules/dashboard.ts';
import { judgeDashboards } from '../rules/judge-dashboards.ts';
import { judgeRules } from '../rules/judge-rules.ts';
import type { Judged } from '../rules/judged.ts';
import { isRefused, type Refused, type RuleFile, readRules } from '../rules/rule-file.ts';
import { readScrapeConfig, type ScrapeConfig, withScrapeConfig } from '../rules/scrape-config.ts';
import { substituted } from '../rules/variables.ts';
import { catalogueFrom, rulesOf } from './catalogue.ts';
import { dashboardsOf } from './grafana.ts';
import { DASHBOARDS_OPTIONS, RULES_OPTIONS, type RulesValues } from './rules-options.ts';

interface Kind<File> {
  readonly command: string;
  readonly description: string;
  readonly read: (path: string, documents: readonly Placed[]) => File | Refused;
  readonly queries: (file: File) => readonly string[];
  readonly options: typeof RULES_OPTIONS | typeof DASHBOARDS_OPTIONS;
  /** The server that has some of it, where no file is named: its option, and how it is read. */
  readonly loaded: {
    readonly option: 'prometheus' | 'grafana';
    readonly from: string;
    readonly read: (url: string, signal: AbortSignal) => Promise<readonly File[]>;
  };
  readonly judge: (files: readonly File[], catalogue: Catalogue, config: ScrapeConfig | null) => readonly Judged[];
}

export function addRules(program: Command, shell: Shell): void {
  addKind(program, shell, {
    command: 'rules',
    description: 'say which alerting and recording rules can never return data on a server, and why; needs no load',
    read: readRules,
    queries: (file) => file.groups.flatMap(({ rules }) => rules.map(({ query }) => query)),
    options: RULES_OPTIONS,
    loaded: { option: 'prometheus', from: 'Prometheus that has loaded some: --prometheus URL', read: loadedRuleFiles },
    judge: judgeRules,
  });
}

async function loadedRuleFiles(prometheus: string, signal: AbortSignal): Promise<readonly RuleFile[]> {
  return (await rulesOf(prometheus, signal)).map(({ path, groups }) => {
    const read = readRules(path, [unplaced({ groups })]);
    if (isRefused(read)) throw new SloError('target-unreachable', `${prometheus}, ${path}: ${read.reason}`);
    return read;
  });
}

export function addDashboards(program: Command, shell: Shell): void {
  addKind(program, shell, {
    command: 'dashboards',
    description: 'say which panels of Grafana dashboards can never return data on a server, and why; needs no load',
    read: readDashboard,
    queries: ({ panels, annotations, variables }) =>
      [
        ...panels.flatMap(({ queries }) => queries),
        ...annotations,
        ...variables.map(({ query }) => ({ text: inner(query) })),
      ].map(({ text }) => substituted(text).query),
    options: DASHBOARDS_OPTIONS,
    loaded: { option: 'grafana', from: 'Grafana that has some: --grafana URL', read: dashboardsOf },
    judge: (files, catalogue, config) =>
      judgeDashboards(files, {
        catalogue: config === null ? catalogue : withScrapeConfig(catalogue, config),
        scrapeIntervalMs: config?.scrapeIntervalMs ?? null,
      }),
  });
}

/** What stands in `label_values(…, label)`. */
function inner(query: string): string {
  return query.replace(/^\s*\w+\((.*?)(?:,\s*\w+\s*)?\)\s*$/s, '$1');
}

function addKind<File extends object>(program: Command, { signal, exit }: Shell, kind: Kind<File>): void {
  const { loaded, options } = kind;
  const command = program.command(`${kind.command} [files...]`).description(kind.description);
  addOptions(command, options).action(async (paths: string[]) => {
    const values: RulesValues = typedValues(command, options);
    const config = values.scrapeConfig === undefined ? null : readAs(values.scrapeConfig, readScrapeConfig);
    const server = paths.length === 0 ? values[loaded.option] : undefined;
    if (paths.length === 0 && server === undefined)
      throw new SloError('usage', `no file is named, and no ${loaded.from}`);
    const { files, refusals } =
      server === undefined ? readAll(paths, kind.read) : { files: await loaded.read(server, signal), refusals: [] };
    for (const refusal of refusals) console.error(errorText(refusal));
    if (files.length === 0) return exit(EXIT_CODE.usage);
    const catalogue = await catalogueFrom(values, files.flatMap(kind.queries), signal);
    const items = kind.judge(files, catalogue, config);
    const against = { source: catalogue.source, metrics: catalogue.metrics.size };
    if (values.json)
      console.log(JSON.stringify({ against, refused: refusals.map(({ message }) => message), items }, null, 2));
    else say(rulesText(items, against, paint, process.stdout.columns));
    exit(refusals.length > 0 ? EXIT_CODE.usage : exitCodeOf(items));
  });
}

function exitCodeOf(items: readonly Judged[]): ExitCode {
  if (items.some(({ verdict }) => verdict === 'never' || verdict === 'wrong')) return EXIT_CODE.breaches;
  return items.some(({ verdict }) => verdict === 'unsure') ? EXIT_CODE.inconclusive : EXIT_CODE.conforms;
}

/** Every file that is not what was wanted is said, not only the first one. */
function readAll<File extends object>(paths: readonly string[], read: Kind<File>['read']) {
  const files: File[] = [];
  const refusals: SloError[] = [];
  for (const one of paths) {
    try {
      files.push(readAs(one, read));
    } catch (error) {
      if (!(error instanceof SloError)) throw error;
      refusals.push(error);
    }
  }
  return { files, refusals };
}

/** @throws SloError `config-invalid` with file and line. */
function readAs<File extends object>(path: string, read: Kind<File>['read']): File {
  const file = read(path, readPlaced(path));
  if (!isRefused(file)) return file;
  throw new SloError('config-invalid', `${path}:${file.line}: ${file.reason}`);
}
