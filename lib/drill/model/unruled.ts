/** The alerts that a guide wants configured, and for which it names neither rule nor metric. They can't be drilled, and are said. Pure data. */
import { type Finding, NOTHING_MEASURED } from '../../core/finding.ts';
import { OF_ALERTS } from '../../systems/alerts/model/findings.ts';

interface Unruled {
  readonly name: string;
  /** In the words of the guide. */
  readonly says: string;
  /** The finding of a run with --redis that judges the same figure. */
  readonly judgedBy: string;
}

const SOURCE = { document: 'monitoring-setup-guide.md', section: 'Alerts to Configure' } as const;

export const UNRULED: readonly Unruled[] = [
  { name: 'DeadLetters', says: 'Dead-letter queue size > 10', judgedBy: 'redis.dead-letters' },
  { name: 'PendingAge', says: 'Pending entries age > 5 minutes', judgedBy: 'redis.pending-age' },
  { name: 'Rejections', says: 'Task rejection rate > 20%', judgedBy: 'redis.rejections' },
];

/** One for each. None gates: nobody can pass what has no rule. */
export function unruledFindings(): Finding[] {
  return UNRULED.map(({ name, says, judgedBy }) => ({
    ...NOTHING_MEASURED,
    operator: '==',
    expected: 1,
    actual: null,
    margin: null,
    unit: 'count',
    id: `${OF_ALERTS}.${name}.loaded`,
    subject: `the alert "${says}" is loaded`,
    system: OF_ALERTS,
    status: 'no-data',
    gating: false,
    allowedShare: null,
    source: SOURCE,
    summary: `no rule: not drilled. The guide wants an alert "${says}", and names no rule and no metric for it. A run with --redis judges the figure itself: ${judgedBy}`,
    evidence: [],
  }));
}
