/** The observed system `alerts`: the documented alerts, from a fault in a reference server to the page and its end. */
import type { System } from '../system.ts';
import { ALERT_CHECKLIST } from './checklist.ts';
import { alertChecks, PAGE } from './checks.ts';
import { ALERTS_OPTIONS } from './options.ts';
import { type AlertPromises, DOCUMENTED_ALERTS } from './promises.ts';

export const ALERTS: System<AlertPromises> = {
  id: 'alerts',
  title: 'Alerts',
  page: PAGE,
  options: ALERTS_OPTIONS,
  sources: [{ id: 'drill', title: 'a drill', options: ['alerts'] }],
  onlyIfNamed: true,
  apartFromLoad: true,
  unobserved: { status: 'no-data', summary: 'no alert was drilled: the run was ended before' },
  promises: () => ({ rules: DOCUMENTED_ALERTS }),
  checks: ({ promises }) => alertChecks(promises),
  checklist: ALERT_CHECKLIST,
};
