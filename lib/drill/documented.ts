/** What the documented files say of a drill: the alerts, where each is routed, and every interval that decides how long something takes. */
import { placedDocuments } from '../config/placed.ts';
import { itemsOf, type Placed, textAt, valueAt } from '../core/placed.ts';
import { durationMs } from '../promql/duration.ts';
import { isRefused, type Rule, type RuleFile, readRules } from '../rules/rule-file.ts';
import { readScrapeConfig, type ScrapeConfig } from '../rules/scrape-config.ts';
import { DOCUMENTED_PLACES, mended, type Places } from '../stack/documented/changes.ts';
import { type DocumentName, readDocuments } from '../stack/documented/document.ts';
import type { DrilledRule, Intervals } from '../systems/alerts/model/timeline.ts';
import type { Route } from '../systems/alerts/model/witness.ts';
import type { DrillBreak } from './breaks.ts';
import { lookbackSec } from './model/lookback.ts';

const RULE_FILES = ['alert-rules.yml', 'monitoring-alert-rules.yml'] as const satisfies readonly DocumentName[];
/** Of a Prometheus whose configuration names none. */
const USUAL_TIMEOUT_SEC = 10;

export interface Documented {
  readonly rules: readonly DrilledRule[];
  /** That are run. */
  readonly ruleFiles: readonly RuleFile[];
  readonly scrapeConfig: ScrapeConfig;
  readonly intervals: Intervals;
  /** That Slack has, as the routes name them. */
  readonly channels: readonly string[];
  /** The text of each file, with these places. */
  readonly texts: (places: Places) => Readonly<Record<DocumentName, string>>;
}

/** `breaks`: what is wrong with the configuration that is run. What is wanted of it is documented all the same. */
export function documented(breaks: readonly DrillBreak[] = []): Documented {
  const documents = readDocuments();
  const [wanted, run] = [mended(documents), mended(documents, DOCUMENTED_PLACES, breaks)];
  const place = (name: DocumentName, texts = wanted): readonly Placed[] => placedDocuments(name, texts[name]);
  const [alertmanager] = place('alertmanager.yml');
  const ruleFiles = RULE_FILES.map((name) => ruleFile(name, place(name)));
  const sourceOf = (path: string): DrilledRule['source'] => {
    const { guide = '', section = '' } = documents.find(({ name }) => name === path) ?? {};
    return { document: guide, section };
  };
  return {
    rules: ruleFiles.flatMap(({ path, groups }) =>
      groups.flatMap((group) =>
        group.rules.map((rule) => drilled(rule, { group: group.name, source: sourceOf(path), alertmanager })),
      ),
    ),
    ruleFiles: RULE_FILES.map((name) => ruleFile(name, place(name, run))),
    scrapeConfig: scrapeConfigOf('prometheus.yml', place('prometheus.yml', run)),
    intervals: intervalsOf(place('prometheus.yml')[0], alertmanager),
    channels: channelsOf(alertmanager),
    texts: (places) => mended(documents, places, breaks),
  };
}

/** The files are our own, so none is refused. */
function ruleFile(path: string, documents: readonly Placed[]): RuleFile {
  const read = readRules(path, documents);
  if (isRefused(read)) throw new Error(read.reason);
  return read;
}

function scrapeConfigOf(path: string, documents: readonly Placed[]): ScrapeConfig {
  const read = readScrapeConfig(path, documents);
  if (isRefused(read)) throw new Error(read.reason);
  return read;
}

interface Around {
  readonly group: string;
  readonly source: DrilledRule['source'];
  readonly alertmanager: Placed | undefined;
}

function drilled({ name, query, forMs, labels }: Rule, { group, source, alertmanager }: Around): DrilledRule {
  const severity = labels.find(({ key }) => key === 'severity')?.text ?? '';
  return {
    name,
    group,
    query,
    forSec: (forMs ?? 0) / 1000,
    windowSec: lookbackSec(query),
    severity,
    route: routeOf(alertmanager, severity),
    source,
  };
}

/** As the first route that takes the severity says; without one, as the root route does. */
function routeOf(alertmanager: Placed | undefined, severity: string): Route {
  const root = valueAt(alertmanager, 'route');
  const taking = itemsOf(valueAt(root, 'routes')).find(
    (route) => textAt(valueAt(route, 'match'), 'severity') === severity,
  );
  const name = textAt(taking ?? root, 'receiver');
  const receiver = itemsOf(valueAt(alertmanager, 'receivers')).find((one) => textAt(one, 'name') === name);
  const [pagerduty] = itemsOf(valueAt(receiver, 'pagerduty_configs'));
  if (pagerduty !== undefined) return { to: 'pagerduty', severity: textAt(pagerduty, 'severity') ?? 'error' };
  const [slack] = itemsOf(valueAt(receiver, 'slack_configs'));
  return { to: 'slack', channel: textAt(slack, 'channel') ?? '' };
}

function channelsOf(alertmanager: Placed | undefined): string[] {
  const receivers = itemsOf(valueAt(alertmanager, 'receivers'));
  return receivers.flatMap((one) =>
    itemsOf(valueAt(one, 'slack_configs')).flatMap((slack) => textAt(slack, 'channel') ?? []),
  );
}

function intervalsOf(prometheus: Placed | undefined, alertmanager: Placed | undefined): Intervals {
  const sec = (of: Placed | undefined, key: string, usualSec: number): number => {
    const ms = durationMs(textAt(of, key) ?? '');
    return ms === null ? usualSec : ms / 1000;
  };
  const global = valueAt(prometheus, 'global');
  const route = valueAt(alertmanager, 'route');
  const scrapeSec = sec(global, 'scrape_interval', 60);
  return {
    scrapeSec,
    scrapeTimeoutSec: Math.min(scrapeSec, sec(global, 'scrape_timeout', USUAL_TIMEOUT_SEC)),
    evaluationSec: sec(global, 'evaluation_interval', 60),
    groupWaitSec: sec(route, 'group_wait', 30),
    groupIntervalSec: sec(route, 'group_interval', 300),
    repeatSec: sec(route, 'repeat_interval', 14_400),
  };
}
