/** What the static check of rules says of each documented alert, against what the server exposes. */
import { fetchText } from '../http/backend.ts';
import { judgeRules } from '../rules/judge-rules.ts';
import type { EntryOf } from '../systems/alerts/model/timeline.ts';
import { expositionCatalogue } from '../systems/metrics/observe/exposition-catalogue.ts';
import type { Documented } from './documented.ts';
import type { DrilledServer } from './server.ts';

export type Reach = Pick<EntryOf<'reach'>, 'rule' | 'verdict' | 'reasons'>;

/** [] when the server's metrics could not be read. */
export async function reachOf(known: Documented, server: DrilledServer, signal: AbortSignal): Promise<Reach[]> {
  const url = `${server.httpUrl}/metrics`;
  const answer = await fetchText(url, { signal });
  if (!answer.ok) return [];
  const catalogue = expositionCatalogue(url, answer.text, 'prometheus');
  const judged = judgeRules(known.ruleFiles, catalogue, known.scrapeConfig).filter(({ kind }) => kind === 'alert');
  return judged.map(({ name, verdict, problems }) => ({
    rule: name,
    verdict,
    reasons: problems.map(({ reason }) => reason),
  }));
}
