/** Items of the guides' verification checklists that a drill decides. */
import type { ChecklistGround } from '../../core/checklist.ts';
import { type Aspect, findingId } from './model/findings.ts';
import { alertsTo, DOCUMENTED_ALERTS } from './promises.ts';

const WITHOUT = 'drill the documented alerts with --alerts or --stack';

function ground(names: readonly string[], aspects: readonly Aspect[]): ChecklistGround {
  return { findings: names.flatMap((name) => aspects.map((aspect) => findingId(name, aspect))), without: WITHOUT };
}

const ALL = DOCUMENTED_ALERTS.map(({ name }) => name);
const NOTIFIED: readonly Aspect[] = ['delivered', 'routed', 'once', 'resolves'];

export const ALERT_CHECKLIST: Readonly<Record<string, ChecklistGround>> = {
  'observability.alerting.rules': ground(ALL, ['loaded', 'reachable']),
  'observability.alerting.fire': ground(ALL, ['silent-when-healthy', 'fires', 'in-time']),
  'observability.alerting.pagerduty': ground(alertsTo('pagerduty'), NOTIFIED),
  'observability.alerting.slack': ground(alertsTo('slack'), NOTIFIED),
};
