/** Reads what a server offers to queries, from the place that the user names. */
import { readFileSync } from 'node:fs';
import { backendAccess, targetTls } from '../config/backend-access.ts';
import { apiToken } from '../config/secrets.ts';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';
import { withToken } from '../http/access.ts';
import { fetchText, type HttpFailure } from '../http/backend.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import { wantedOf } from '../rules/wanted.ts';
import { dialectOf } from '../systems/metrics/observe/exposition.ts';
import { expositionCatalogue } from '../systems/metrics/observe/exposition-catalogue.ts';
import type { PrometheusAccess } from '../systems/metrics/observe/prometheus-api.ts';
import { prometheusCatalogue } from '../systems/metrics/observe/prometheus-catalogue.ts';
import { type LoadedRules, loadedRules } from '../systems/metrics/observe/prometheus-rules.ts';
import { promisedCatalogue } from '../systems/metrics/promised-catalogue.ts';
import { prometheusOf } from './grafana.ts';
import type { RulesValues } from './rules-options.ts';

/** @param queries that are to be judged. @throws SloError for a source that can't be read, or has no metric. */
export async function catalogueFrom(
  values: Partial<Pick<RulesValues, 'target' | 'metrics' | 'prometheus' | 'grafana' | 'contract' | 'ca'>>,
  queries: readonly string[],
  signal: AbortSignal,
): Promise<Catalogue> {
  const { target, metrics, prometheus, grafana, contract, ca } = values;
  const named = Object.entries({ target, metrics, prometheus, contract }).filter(([, value]) => value !== undefined);
  if (named.length > 1) {
    const flags = named.map(([name]) => `--${name}`).join(' and ');
    throw new SloError('usage', `${flags} exclude each other: name one thing to judge against`);
  }
  if (ca !== undefined && target === undefined) throw new SloError('usage', '--ca needs --target');
  if (target !== undefined) return await fromTarget(target, ca, signal);
  if (metrics !== undefined) return fromFile(metrics);
  if (prometheus === undefined && (grafana === undefined || contract !== undefined))
    return promisedCatalogue(contract ?? 'documented');
  const access = prometheus === undefined ? await prometheusOf(grafana ?? '', signal) : accessTo(prometheus, signal);
  const answer = await prometheusCatalogue(access, wantedOf(queries));
  return answer.ok ? answer.data : refuse(answer);
}

/** The rules that a Prometheus has loaded. @throws SloError when it can't be asked, or has none. */
export async function rulesOf(prometheus: string, signal: AbortSignal): Promise<readonly LoadedRules[]> {
  const answer = await loadedRules(accessTo(prometheus, signal));
  if (!answer.ok) return refuse(answer);
  if (answer.data.length > 0) return answer.data;
  throw new SloError('prerequisite-missing', `${prometheus} has loaded no rules`, {
    hint: 'does its configuration name files of rules (rule_files)?',
  });
}

function accessTo(prometheus: string, signal: AbortSignal): PrometheusAccess {
  return { ...backendAccess(process.env, {})['prometheus'], url: prometheus, signal };
}

async function fromTarget(target: string, ca: string | undefined, signal: AbortSignal): Promise<Catalogue> {
  const url = `${target.replace(/\/+$/, '')}/metrics`;
  const answer = await fetchText(url, { ...withToken(apiToken(process.env), targetTls(ca)), signal });
  if (!answer.ok) return refuse(answer);
  return notEmpty(expositionCatalogue(url, answer.text, dialectOf(answer.contentType)));
}

function fromFile(path: string): Catalogue {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SloError('usage', `cannot read ${path}: ${fileErrorText(cause)}`, { cause });
  }
  // A file has no content type; the last line of OpenMetrics is its own.
  return notEmpty(expositionCatalogue(path, text, /^# EOF\n?$/m.test(text) ? 'openmetrics' : 'prometheus'));
}

function notEmpty(catalogue: Catalogue): Catalogue {
  if (catalogue.metrics.size > 0) return catalogue;
  throw new SloError('prerequisite-missing', `${catalogue.source} has no metric in Prometheus' format`, {
    hint: 'is it the answer of /metrics?',
  });
}

function refuse({ reason, hint }: HttpFailure): never {
  throw new SloError('target-unreachable', reason, { hint });
}
