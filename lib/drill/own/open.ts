/** Asks a team's own stack, before anything is done to it, all that a drill has to know of it. */
import { placedDocuments } from '../../config/placed.ts';
import { SloError } from '../../core/error.ts';
import type { HttpAccess } from '../../http/access.ts';
import { fetchText } from '../../http/backend.ts';
import { isRefused, type RuleFile } from '../../rules/rule-file.ts';
import { readScrapeConfig, type ScrapeConfig } from '../../rules/scrape-config.ts';
import type { ComparedRule, DrilledRule, Intervals } from '../../systems/alerts/model/timeline.ts';
import type { Receiver } from '../../systems/alerts/model/witness.ts';
import {
  activeTargets,
  asked,
  field,
  list,
  type PrometheusAccess,
  text,
} from '../../systems/metrics/observe/prometheus-api.ts';
import { documented } from '../documented.ts';
import { intervalsIn, receiversIn } from '../model/own-config.ts';
import { alertsIn, chosenOf, evaluationSec, rulesOfTeam } from '../model/own-rules.ts';
import type { ApiAccess } from '../prometheus.ts';
import { statusOf } from './alertmanager.ts';
import { comparedRules, configurationOf, rulesInFiles, rulesLoaded } from './rules.ts';

export interface OwnRequest {
  readonly prometheus: ApiAccess;
  readonly alertmanager: ApiAccess;
  readonly target: ApiAccess;
  /** Files of rules. */
  readonly files: readonly string[];
  /** Names of alerts; undefined: all. */
  readonly rules: readonly string[] | undefined;
  readonly faultCommand: string | undefined;
}

/** As it was found. */
export interface OwnStack extends Omit<OwnRequest, 'rules'> {
  readonly rules: readonly DrilledRule[];
  readonly loaded: readonly RuleFile[];
  readonly scrapeConfig: ScrapeConfig | null;
  readonly compared: readonly ComparedRule[];
  readonly intervals: Intervals;
  readonly receivers: readonly Receiver[];
  /** Where Prometheus hands its alerts to, unless that is surely this Alertmanager. */
  readonly handedTo: string | null;
  /** How many Alertmanagers may send a page: of its cluster, or by the addresses that Prometheus hands its alerts to. */
  readonly peers: number;
  /** The target's job in Prometheus; null: Prometheus does not scrape it by this address. */
  readonly job: string | null;
}

/** @throws SloError that names what can't be asked, or is not what was expected. */
export async function openOwn(request: OwnRequest, signal: AbortSignal): Promise<OwnStack> {
  const { prometheus, alertmanager, target, files } = request;
  const access = { ...prometheus, signal };
  const inFiles = alertsIn(await rulesInFiles(files, signal));
  const loaded = await rulesLoaded(access);
  const alerts = alertsIn(loaded);
  const rules = chosen(request, inFiles.length > 0 ? inFiles : alerts, loaded);
  const config = await configurationOf(access);
  const status = await statusOf(alertmanager, signal);
  if (!status.ok) throw new SloError('target-unreachable', status.reason, { hint: status.hint });
  const [ofAlertmanager] = placedDocuments(`${alertmanager.url}/api/v2/status`, status.config);
  const scrape = readScrapeConfig(prometheus.url, config);
  const bases = await alertmanagersOf(access);
  const intervals = intervalsIn(config[0], ofAlertmanager);
  const every = evaluationSec(
    alerts,
    rules.map(({ name }) => name),
  );
  await answers(target, signal);
  return {
    ...request,
    rules,
    loaded,
    scrapeConfig: isRefused(scrape) ? null : scrape,
    compared: await comparedRules(inFiles, alerts, access),
    intervals: { ...intervals, evaluationSec: every === 0 ? intervals.evaluationSec : every },
    receivers: receiversIn(ofAlertmanager),
    handedTo: await handedTo(request, bases, status.identity, signal),
    peers: Math.max(status.peers, bases.length),
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
  const answer = await fetchText(`${url}/api/health`, { ...access, signal });
  if (!answer.ok) throw new SloError('target-unreachable', answer.reason, { hint: answer.hint });
}

/**
 * null when Prometheus hands its alerts to this Alertmanager: by its address, or because both addresses lead to the same process.
 * @throws SloError when it hands them to none, or surely to another one.
 */
async function handedTo(
  { prometheus, alertmanager }: OwnRequest,
  bases: readonly string[],
  identity: string,
  signal: AbortSignal,
): Promise<string | null> {
  const hint = 'its prometheus.yml names it under "alerting", "alertmanagers"';
  if (bases.length === 0) {
    throw new SloError('prerequisite-missing', `${prometheus.url} hands its alerts to no Alertmanager`, { hint });
  }
  if (bases.some((base) => placeOf(base) === placeOf(alertmanager.url))) return null;
  const others = [];
  for (const base of bases) {
    const status = await statusOf({ ...access(alertmanager), url: base }, signal);
    if (status.ok && status.identity === identity) return null;
    others.push(status.ok);
  }
  const words = bases.join(', ');
  if (others.includes(false)) return words;
  throw new SloError(
    'prerequisite-missing',
    `${prometheus.url} hands its alerts to ${words}, not to ${alertmanager.url}`,
    {
      hint,
    },
  );
}

function access({ url: _, ...rest }: ApiAccess): HttpAccess {
  return rest;
}

/** Their addresses, without the path of the API. */
async function alertmanagersOf(prometheus: PrometheusAccess): Promise<readonly string[]> {
  const answer = await asked(prometheus, '/api/v1/alertmanagers', {}, (data) =>
    list(field(data, 'activeAlertmanagers')).map((one) => text(field(one, 'url')).replace(/\/api\/v\d\/alerts$/, '')),
  );
  if (answer.ok) return answer.data;
  throw new SloError('target-unreachable', answer.reason, { hint: answer.hint });
}

/** This machine has several names. */
function placeOf(url: string): string {
  const { hostname, port, protocol, pathname } = new URL(url);
  const host = ['localhost', '[::1]', '0.0.0.0'].includes(hostname) ? '127.0.0.1' : hostname;
  return `${host}:${port === '' ? protocol : port}${pathname.replace(/\/$/, '')}`;
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
