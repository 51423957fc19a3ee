/** What the static check of rules says of each documented alert, against what the server exposes. */
import { fetchText } from '../http/backend.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import { judgeRules } from '../rules/judge-rules.ts';
import type { RuleFile } from '../rules/rule-file.ts';
import type { ScrapeConfig } from '../rules/scrape-config.ts';
import { wantedOf } from '../rules/wanted.ts';
import { expositionCatalogue } from '../systems/metrics/observe/exposition-catalogue.ts';
import type { PrometheusAccess } from '../systems/metrics/observe/prometheus-api.ts';
import { prometheusCatalogue } from '../systems/metrics/observe/prometheus-catalogue.ts';
import type { Reach } from './stack.ts';

/** What is judged. */
interface Judged {
  readonly ruleFiles: readonly RuleFile[];
  readonly scrapeConfig: ScrapeConfig | null;
}

/** By what the server exposes. [] when that could not be read. */
export async function reachOfServer(judged: Judged, { url, ...access }: PrometheusAccess): Promise<Reach[]> {
  const metrics = `${url}/metrics`;
  const { signal, ...how } = access;
  const answer = await fetchText(metrics, signal === undefined ? how : { ...how, signal });
  return answer.ok ? reachOf(judged, expositionCatalogue(metrics, answer.text, 'prometheus')) : [];
}

/** By all that a team's Prometheus has: their alerts may read other programs, too. [] when it does not say. */
export async function reachInPrometheus(judged: Judged, access: PrometheusAccess): Promise<Reach[]> {
  const queries = judged.ruleFiles.flatMap(({ groups }) =>
    groups.flatMap(({ rules }) => rules.map(({ query }) => query)),
  );
  const catalogue = await prometheusCatalogue(access, wantedOf(queries));
  return catalogue.ok ? reachOf(judged, catalogue.data) : [];
}

function reachOf({ ruleFiles, scrapeConfig }: Judged, catalogue: Catalogue): Reach[] {
  const judged = judgeRules(ruleFiles, catalogue, scrapeConfig).filter(({ kind }) => kind === 'alert');
  return judged.map(({ name, verdict, problems }) => ({
    rule: name,
    verdict,
    reasons: problems.map(({ reason }) => reason),
  }));
}
