/** The observed system `sentry`: the errors and transactions that the server reports, received as a Sentry receives them. */
import { collectedOf, onRun } from '../evidence.ts';
import type { Looked, System } from '../system.ts';
import { ARRIVAL_CHECKS } from './checks/arrival.ts';
import { PAGE, type SentryCheck, type SentryFacts } from './checks/check.ts';
import { PRIVACY_CHECKS } from './checks/privacy.ts';
import { alertRulesCheck } from './checks/rules.ts';
import { samplingCheck } from './checks/sampling.ts';
import type { SentryObserved } from './observation.ts';
import { SENTRY_OPTIONS } from './options.ts';
import { type SentryPromises, sentryPromises } from './promises.ts';

export const SENTRY: System<SentryPromises> = {
  id: 'sentry',
  title: 'Sentry',
  page: PAGE,
  options: SENTRY_OPTIONS,
  sources: [
    { id: 'direct', title: 'what the server reports', options: ['sentryListen'] },
    { id: 'api', title: "Sentry's API", options: ['sentry'] },
  ],
  onlyIfNamed: true,
  unobserved: { status: 'no-data', summary: 'nothing was received: the run ended before that' },
  promises: sentryPromises,
  checks: (looked) =>
    onRun(
      checksOf(looked),
      (input): SentryFacts => ({
        observed: collectedOf<SentryObserved>(input, 'sentry'),
        exclusive: looked.exclusive,
      }),
    ),
  checklist: {},
};

function checksOf({ promises }: Looked<SentryPromises>): readonly SentryCheck[] {
  return [...ARRIVAL_CHECKS, ...PRIVACY_CHECKS, samplingCheck(promises), alertRulesCheck(promises)];
}
