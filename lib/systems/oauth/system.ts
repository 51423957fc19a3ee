/** The observed system `oauth`: which sign-in providers the server names, and by that whether it has loaded its secrets. */
import type { JudgeInput } from '../../core/run.ts';
import { matching } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';
import { collectedOf } from '../evidence.ts';
import { fact, lacking } from '../finding.ts';
import { type CheckInfo, checkOf, type System } from '../system.ts';

const PAGE = 'docs/checks/oauth.md';
const GUIDE = 'monitoring-setup-guide.md';
export const PROVIDERS_PATH = '/api/auth/oauth/providers';

export interface OAuthObserved {
  readonly kind: 'oauth';
  readonly status: 'collected';
  readonly source: 'direct';
  readonly url: string;
  /** Those that the run looks for. */
  readonly expected: readonly string[];
  readonly httpStatus: number;
  /** Their ids; null where the answer has no list of them. */
  readonly providers: readonly string[] | null;
}

/** Which providers a server has to name differs by deployment, so the user names them. The guide has google and github. */
export const OAUTH_OPTIONS = [
  {
    name: 'oauth',
    kind: matching('names of sign-in providers with commas between them', /^[\w.-]+(,[\w.-]+)*$/),
    value: '<names>',
    text: 'sign-in providers that the server has to name; the guide has google,github',
    group: 'OAuth',
  },
] as const satisfies readonly OptionSpec[];

const shared = { system: 'oauth', gating: true, needs: ['oauth'], page: PAGE } as const;

const PROVIDERS: CheckInfo = {
  ...shared,
  id: 'oauth.providers',
  subject: 'sign-in providers',
  proves: 'GET /api/auth/oauth/providers names each provider that it has to name.',
  source: { document: GUIDE, section: 'OAuth Authentication, Health Checks' },
};

const LOADED: CheckInfo = {
  ...shared,
  id: 'oauth.secrets-loaded',
  subject: 'secrets are loaded',
  proves:
    'The server names at least one sign-in provider, which the guide takes as the sign that its secrets are loaded.',
  source: { document: GUIDE, section: 'AWS Secrets Manager, Verify Configuration' },
};

const observedIn = (input: JudgeInput): OAuthObserved => collectedOf<OAuthObserved>(input, 'oauth');

const providers = checkOf(PROVIDERS, (check, input: JudgeInput) => {
  const { expected, httpStatus, providers: named } = observedIn(input);
  if (named === null) return fact(check, false, { summary: `it answers ${httpStatus} without a list of providers` });
  if (named.length === 0) return lacking(check, 'no-data', 'it names none at all');
  const missing = expected.filter((id) => !named.includes(id));
  const summary = missing.length === 0 ? `it names ${named.join(', ')}` : `it does not name ${missing.join(', ')}`;
  return fact(check, missing.length === 0, { summary, evidence: [{ label: 'named', value: named.join(', ') }] });
});

const loaded = checkOf(LOADED, (check, input: JudgeInput) => {
  const { httpStatus, providers: named } = observedIn(input);
  if (named === null) return lacking(check, 'no-data', `it answers ${httpStatus} without a list of providers`);
  return fact(check, named.length > 0, { summary: `it names ${named.length} providers` });
});

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
  checks: () => [providers, loaded],
  checklist: {
    'monitoring.oauth.oauth': { findings: [PROVIDERS.id], without: WITHOUT },
    'monitoring.aws.secrets': { findings: [LOADED.id], without: WITHOUT },
  },
};
