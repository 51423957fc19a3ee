/** The documented alert rules. They are set up in Sentry's own pages, so no report shows them. */
import { unasked } from '../../finding.ts';
import { checkOf } from '../../system.ts';
import { ALERT_RULES, type SentryPromises } from '../promises.ts';
import { infoOf, type SentryCheck } from './check.ts';

export function alertRulesCheck({ alertRules }: SentryPromises): SentryCheck {
  const info = infoOf({
    id: 'alert-rules',
    subject: "Sentry's alert rules",
    proves:
      'Nothing: the documented alert rules cannot be seen from outside, and are listed so that nobody forgets them.',
    source: ALERT_RULES,
    section: 'alert-rules',
    gating: false,
  });
  return checkOf(info, (check) =>
    unasked(
      check,
      `${alertRules.length} documented alert rules cannot be seen from outside`,
      alertRules.map((value) => ({ label: 'not seen', value })),
    ),
  );
}
