/** The observed system `oauth`: which sign-in providers the server names, by that whether it has loaded its secrets, and how it signs people in. */
import { collectedOf, onRun } from '../evidence.ts';
import type { System } from '../system.ts';
import { PAGE } from './checks/check.ts';
import { FLOW_CHECKS } from './checks/flow.ts';
import { START_CHECKS } from './checks/start.ts';
import type { OAuthObserved } from './observation.ts';
import { OAUTH_OPTIONS } from './options.ts';

const WITHOUT = 'name the sign-in providers that the server has to have: --oauth google,github';

export const OAUTH: System<null> = {
  id: 'oauth',
  title: 'OAuth',
  page: PAGE,
  options: OAUTH_OPTIONS,
  sources: [{ id: 'direct', title: 'the server itself', options: ['oauth'] }],
  onlyIfNamed: true,
  unobserved: { status: 'no-data', summary: 'the server was not asked for its sign-in providers' },
  promises: () => null,
  checks: () => onRun([...START_CHECKS, ...FLOW_CHECKS], (input) => collectedOf<OAuthObserved>(input, 'oauth')),
  checklist: {
    'monitoring.oauth.oauth': { findings: ['oauth.providers'], without: WITHOUT },
    'monitoring.aws.secrets': { findings: ['oauth.secrets-loaded'], without: WITHOUT },
  },
};
