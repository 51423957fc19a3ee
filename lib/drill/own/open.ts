/** Asks a team's own stack, before anything is done to it, all that a drill has to know of it. */
import { SloError } from '../../core/error.ts';
import { fetchJson } from '../../http/backend.ts';
import { isRefused, type RuleFile } from '../../rules/rule-file.ts';
import { readScrapeConfig, type ScrapeConfig } from '../../rules/scrape-config.ts';
import type { ComparedRule, DrilledRule, Intervals } from '../../systems/alerts/model/timeline.ts';
import {
  activeTargets,
  asked,
  field,
  list,
  type PrometheusAccess,
  text,
} from '../../systems/metrics/observe/prometheus-api.ts';
import { documented } from '../documented.ts';
import { intervalsIn } from '../model/own-config.ts';
import { alertsIn, chosenOf, evaluationSec, rulesOfTeam } from '../model/own-rules.ts';
import type { ApiAccess } from '../prometheus.ts';
import { type Alertmanagers, openAlertmanagers, placeOf } from './alertmanagers.ts';
import { comparedRules, configurationOf, rulesInFiles, rulesLoaded } from './rules.ts';

export interface OwnRequest {
  readonly prometheus: ApiAccess;
  /** Of a cluster all that may be asked. */
  readonly alertmanagers: readonly ApiAccess[];
  readonly target: ApiAccess;
  /** Files of rules. */
  readonly files: readonly string[];
  /** Names of alerts; undefined: all. */
  readonly rules: readonly string[] | undefined;
  readonly faultCommand: string | undefined;
}

/** As it was found. */
export interface OwnStack extends Omit<OwnRequest, 'rules' | 'alertmanagers'>, Omit<Alertmanagers, 'config'> {
  readonly rules: readonly DrilledRule[];
  readonly loaded: readonly RuleFile[];
  readonly scrapeConfig: ScrapeConfig | null;
  readonly compared: readonly ComparedRule[];
  readonly intervals: Intervals;
  /** The target's job in Prometheus; null: Prometheus does not scrape it by this address. */
  readonly job: string | null;
}

/** @throws SloError that names what can't be asked, or is not what was expected. */
export async function openOwn(request: OwnRequest, signal: AbortSignal): Promise<OwnStack> {
  const { prometheus, target, files } = request;
  const access = { ...prometheus, signal };
  const inFiles = alertsIn(await rulesInFiles(files, signal));
  const loaded = await rulesLoaded(access);
  const alerts = alertsIn(loaded);
  const rules = chosen(request, inFiles.length > 0 ? inFiles : alerts, loaded);
  const config = await configurationOf(access);
  const scrape = readScrapeConfig(prometheus.url, config);
  const bases = await alertmanagersOf(access);
  const alertmanagers = await openAlertmanagers(request.alertmanagers, { url: prometheus.url, bases }, signal);
  const intervals = intervalsIn(config[0], alertmanagers.config);
  const every = evaluationSec(
    alerts,
    rules.map(({ name }) => name),
  );
  await answers(target, signal);
  return {
    ...request,
    ...alertmanagers,
    rules,
    loaded,
    scrapeConfig: isRefused(scrape) ? null : scrape,
    compared: await comparedRules(inFiles, alerts, access),
    intervals: { ...intervals, evaluationSec: every === 0 ? intervals.evaluationSec : every },
    job: await jobOf(target.url, access),
  };
}

/** @throws SloError `usage`. */
function chosen(
  { rules: names, files }: OwnRequest,
  wanted: ReturnType<typeof alertsIn>,
  loaded: readonly RuleFile[],
): readonly DrilledRule[] {
  const known = documented().rules;
  const isWanted = ({ name }: DrilledRule): boolean =>
    files.length === 0 || wanted.some(({ rule }) => rule.name === name);
  const rules = chosenOf(rulesOfTeam(wanted, loaded, known.filter(isWanted)), names);
  if (!('unknown' in rules)) return rules;
  throw new SloError('usage', `no alert is called "${rules.unknown}", documented or loaded`, { hint: rules.hint });
}

/** @throws SloError when it is none that a drill can be about. */
async function answers({ url, ...access }: ApiAccess, signal: AbortSignal): Promise<void> {
  // A login page answers 200, too.
  const answer = await fetchJson(`${url}/api/health`, { ...access, signal });
  if (!answer.ok) throw new SloError('target-unreachable', answer.reason, { hint: answer.hint });
}

/** Their addresses, without the path of the API. */
async function alertmanagersOf(prometheus: PrometheusAccess): Promise<readonly string[]> {
  const answer = await asked(prometheus, '/api/v1/alertmanagers', {}, (data) =>
    list(field(data, 'activeAlertmanagers')).map((one) => text(field(one, 'url')).replace(/\/api\/v\d\/alerts$/, '')),
  );
  if (answer.ok) return answer.data;
  throw new SloError('target-unreachable', answer.reason, { hint: answer.hint });
}

async function jobOf(target: string, prometheus: PrometheusAccess): Promise<string | null> {
  const targets = await activeTargets(prometheus);
  if (!targets.ok) return null;
  const own = targets.data.find(({ scrapeUrl }) => URL.canParse(scrapeUrl) && hostOf(scrapeUrl) === hostOf(target));
  return own?.job ?? null;
}

function hostOf(url: string): string {
  return placeOf(new URL(url).origin);
}
