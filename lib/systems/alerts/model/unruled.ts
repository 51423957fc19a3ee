/** The alerts that a guide wants configured, and for which it names neither rule nor metric. They can't be drilled, and are said. Pure data. */
import type { Finding } from '../../../core/finding.ts';
import { lacking } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import { findingId, OF_ALERTS } from './findings.ts';

interface Unruled {
  readonly name: string;
  /** In the words of the guide. */
  readonly says: string;
  /** The finding of a run with --redis that judges the same figure. */
  readonly judgedBy: string;
}

const UNRULED: readonly Unruled[] = [
  { name: 'DeadLetters', says: 'Dead-letter queue size > 10', judgedBy: 'redis.dead-letters' },
  { name: 'PendingAge', says: 'Pending entries age > 5 minutes', judgedBy: 'redis.pending-age' },
  { name: 'Rejections', says: 'Task rejection rate > 20%', judgedBy: 'redis.rejections' },
];

export interface UnruledCheck {
  readonly info: CheckInfo;
  readonly finding: Finding;
}

/** One for each. None gates: nobody can pass what has no rule. */
export function unruledChecks(page: string): UnruledCheck[] {
  return UNRULED.map(({ name, says, judgedBy }) => {
    const info: CheckInfo = {
      id: findingId(name, 'loaded'),
      subject: `the alert "${says}" is loaded`,
      proves: `(never passes yet) the guide's alert "${says}" is loaded; the guide names no rule and no metric for it.`,
      system: OF_ALERTS,
      source: { document: 'monitoring-setup-guide.md', section: 'Alerts to Configure' },
      gating: false,
      needs: ['alerts'],
      page,
    };
    const summary = `no rule: not drilled. The guide wants an alert "${says}", and names no rule and no metric for it. A run with --redis judges the figure itself: ${judgedBy}`;
    return { info, finding: lacking(info, 'no-data', summary) };
  });
}
