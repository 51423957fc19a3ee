/** What the checks of the status page read, and how each is made. */
import type { Finding } from '../../../core/finding.ts';
import type { JudgeInput } from '../../../core/run.ts';
import type { Source } from '../../../core/source.ts';
import { type Check, type CheckInfo, checkOf } from '../../system.ts';
import type { Ping, StatusObserved } from '../observation.ts';
import type { Pair } from '../pairs.ts';
import type { StatusPromises } from '../promises.ts';

export const PAGE = 'docs/checks/status.md';

export interface StatusFacts {
  readonly observed: StatusObserved;
  readonly promises: StatusPromises;
  readonly pairs: readonly Pair[];
  readonly input: JudgeInput;
}

interface Own {
  readonly id: string;
  readonly subject: string;
  readonly proves: string;
  readonly source: Source;
  readonly judge: (check: CheckInfo, facts: StatusFacts) => Finding;
}

export function statusCheck({ judge, id, ...own }: Own): Check<StatusFacts> {
  return checkOf({ ...own, id: `status.${id}`, system: 'status', gating: true, needs: ['status'], page: PAGE }, judge);
}

/** Pings by which something was promised, in the order of their times. */
export function owedPings(pings: readonly Ping[]): Ping[] {
  return pings.filter(({ outcome }) => outcome !== 'maintenance');
}

/** Why monitors have no single pings; '' where that is not the reason. */
export function summarisedWords({ summarised }: StatusObserved): string {
  return summarised.length === 0
    ? ''
    : `; the page shows days instead of single pings of ${summarised.join(', ')} (its setting "Heartbeat bar days" has to be 0)`;
}
