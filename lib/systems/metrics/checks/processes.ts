/** What is said where the process that is scraped was replaced, or where several answer. */
import type { Finding } from '../../../core/finding.ts';
import { plural } from '../../../core/numbers.ts';
import { lacking, property } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import { type MetricCheck, type MetricFacts, scrapeText } from './facts.ts';
import { isInTurns } from './restarts.ts';

const SHOWN = 5;

/** Once is a deployment, or a replica that is not needed any more; no document forbids it, and what clients lost by it they know themselves. */
export function judgeRestarts(check: CheckInfo, { observed, restarts }: MetricFacts): Finding {
  const evidence = restarts.slice(0, SHOWN).map((scrape) => ({ label: 'seen', value: scrapeText(observed, scrape) }));
  if (restarts.length === 1)
    return lacking(check, 'inconclusive', 'replaced once during the load: what it had counted is lost', evidence);
  return property(check, {
    samples: observed.atMs.length - 1,
    bad: restarts.length,
    summary:
      restarts.length === 0
        ? `the same process in ${plural(observed.atMs.length, 'scrape')}`
        : `restarted ${plural(restarts.length, 'time')} during the load: what it had counted is lost`,
    evidence,
  });
}

/** Several processes behind one address, each with its own numbers, prove nothing against a server: only the form of what they expose is judged. */
export function ofOneProcess(check: MetricCheck): MetricCheck {
  if (check.id.startsWith('metrics.exposition.')) return check;
  const judge = (facts: MetricFacts): Finding => {
    const finding = check.judge(facts);
    const isOpen = finding.status === 'fail' || finding.status === 'inconclusive';
    if (!isOpen || !isInTurns(facts.observed)) return finding;
    return lacking(
      check,
      'inconclusive',
      'several processes answer at this address in turns, each with its own numbers',
    );
  };
  return { ...check, judge };
}
