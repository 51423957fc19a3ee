/** Whether the server's counter has the answers that something in front of it may have given. */
import type { JudgeInput } from '../../../core/run.ts';
import { sampleOutcome } from '../../../core/sample-outcome.ts';
import { statusOf } from '../../answered.ts';
import { evidenceOf } from '../../evidence.ts';
import type { ForeignShown } from '../../foreign.ts';
import type { Looked } from '../../system.ts';
import type { MetricPromises } from '../signals.ts';
import { uncountable } from './countable.ts';
import { factsOf, type MetricFacts } from './facts.ts';
import { reconciled } from './rows.ts';

/** null where it can't tell. */
export function foreignCounted(input: JudgeInput, looked: Looked<MetricPromises>): ForeignShown | null {
  if (evidenceOf(input.observations, 'metrics')?.status !== 'collected') return null;
  const facts = factsOf(input, looked);
  if (!facts.observed.settled || uncountable(facts, facts.signals.requestCounter) !== null) return null;
  const all = reconciled(facts).flatMap(({ counts, rows }) =>
    rows.map(({ status, clients, server }) => {
      const of = foreignAt(facts, counts.endpoint, status);
      return { of, shown: Math.min(of, Math.max(0, server - (clients - of))) };
    }),
  );
  const of = all.reduce((sum, one) => sum + one.of, 0);
  return of === 0 ? null : { of, shown: all.reduce((sum, one) => sum + one.shown, 0) };
}

/** Good answers of others would look like those that are missing. */
function foreignAt({ recording, plan, exclusive }: MetricFacts, endpoint: string, status: string): number {
  if (!exclusive && /^2/.test(status)) return 0;
  const kinds = (recording.endpoints.get(endpoint)?.seconds ?? []).flatMap(({ failed }) => Object.entries(failed));
  const own = kinds.filter(
    ([outcome]) => sampleOutcome(outcome).foreign && String(statusOf(outcome, endpoint, plan)) === status,
  );
  return own.reduce((sum, [, count]) => sum + count, 0);
}
