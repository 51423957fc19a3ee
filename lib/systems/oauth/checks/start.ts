/** The checks for which nobody has to sign in. */
import { plural } from '../../../core/numbers.ts';
import { fact, lacking, property } from '../../finding.ts';
import { checkOf } from '../../system.ts';
import type { OAuthObserved, SignInSeen } from '../observation.ts';
import { HEALTH, infoOf, judgeEach, METRICS, type OAuthCheck, undecided, type Word } from './check.ts';

const PROVIDERS = infoOf({
  id: 'providers',
  subject: 'sign-in providers',
  proves: 'GET /api/auth/oauth/providers names each provider that it has to name.',
  source: HEALTH,
});

const LOADED = infoOf({
  id: 'secrets-loaded',
  subject: 'secrets are loaded',
  proves:
    'The server names at least one sign-in provider, which the guide takes as the sign that its secrets are loaded.',
  source: { document: 'monitoring-setup-guide.md', section: 'AWS Secrets Manager, Verify Configuration' },
});

const START = infoOf({
  id: 'start',
  subject: 'a sign-in begins',
  proves: 'A sign-in by each provider begins with a redirect to it, with all that it needs.',
  source: HEALTH,
});

const STATE = infoOf({
  id: 'state',
  subject: 'a fresh state for each sign-in',
  proves: 'Each sign-in that begins has a state of its own, in which too many characters are new to be guessed.',
  source: METRICS,
});

const REDIRECT = infoOf({
  id: 'redirect',
  subject: 'no redirect to strangers',
  proves: 'A sign-in never ends at an address of somebody else, however that looks (redirect_url).',
  source: METRICS,
});

const PROVIDER_ERROR = infoOf({
  id: 'provider-error',
  subject: "a provider's refusal",
  proves: 'Where the provider says that the user did not sign in, the server says so, and does not fail itself.',
  source: METRICS,
});

const NO_SECRETS = infoOf({
  id: 'no-secrets',
  subject: 'no secret shown',
  proves: "No answer of the sign-in shows the client's secret, and no address has a token in its query.",
  source: { document: 'aragora-slo', section: 'docs/checks/oauth.md' },
});

/** A state that is counted up, or a time, differs in a few; twelve of sixty-two letters and digits are 71 bits, twelve hexadecimal ones 48. */
const LEAST_DIFFERING = 12;

function startWord({ start }: SignInSeen): Word {
  const open = undecided(start, 'the start');
  if (open !== null) return open;
  // Something before the server may want a token of everybody; a browser has none.
  if (start.status === 401 || start.status === 403) return { open: `the start ${start.words}` };
  if (start.outcome !== 'at-provider') return { bad: `the start ${start.words}, and not to a provider` };
  if (start.lacks.length > 0) return { bad: `the redirect to ${start.host} lacks ${start.lacks.join(', ')}` };
  return { good: `begins at ${start.host}` };
}

function stateWord({ start, states: { given, without, leastDiffering } }: SignInSeen): Word {
  if (without > 0) return { bad: 'a sign-in begins without a state' };
  if (start.outcome !== 'at-provider') return { open: `the start ${start.words}` };
  if (leastDiffering === null) return { open: `only ${plural(given, 'state')} could be had` };
  if (leastDiffering === 0) return { bad: 'two sign-ins have the same state' };
  if (leastDiffering < LEAST_DIFFERING)
    return { bad: `two states differ in ${plural(leastDiffering, 'character')}: the next one can be guessed` };
  return { good: `two states differ in ${leastDiffering} characters` };
}

function redirectWord({ start, redirects, flow }: SignInSeen): Word {
  const sent = redirects.find(({ sentThere }) => sentThere);
  if (sent !== undefined) return { bad: `with redirect_url=${sent.to} the browser is sent there` };
  const open = redirects.flatMap((one) => undecided(one, `redirect_url=${one.to}`) ?? []);
  if (open[0] !== undefined) return open[0];
  if (start.outcome !== 'at-provider') return { open: `the start ${start.words}, whatever it is asked` };
  const broken = redirects.find(({ outcome }) => outcome === 'broken');
  if (broken !== undefined) return { open: `redirect_url=${broken.to} ${broken.words}` };
  const begun = redirects.find(({ outcome }) => outcome === 'at-provider');
  if (begun !== undefined) {
    const what = `a sign-in with redirect_url=${begun.to} begins: only who signs in sees where it ends`;
    return 'untried' in flow ? { unasked: what } : { open: what };
  }
  return { good: `none of ${redirects.length} addresses of others is accepted` };
}

function errorWord({ providerError }: SignInSeen): Word {
  const open = undecided(providerError, 'the callback');
  if (open !== null) return open;
  const { outcome, words } = providerError;
  if (outcome === 'broken') return { bad: `the callback ${words} to error=access_denied` };
  if (outcome === 'signed-in') return { bad: `the callback signs in on error=access_denied (${words})` };
  return { good: `the callback ${words}` };
}

export const START_CHECKS: readonly OAuthCheck[] = [
  checkOf(PROVIDERS, (check, { expected, httpStatus, providers: named }: OAuthObserved) => {
    if (named === null) return fact(check, false, { summary: `it answers ${httpStatus} without a list of providers` });
    if (named.length === 0) return lacking(check, 'no-data', 'it names none at all');
    const missing = expected.filter((id) => !named.includes(id));
    const summary = missing.length === 0 ? `it names ${named.join(', ')}` : `it does not name ${missing.join(', ')}`;
    return fact(check, missing.length === 0, { summary, evidence: [{ label: 'named', value: named.join(', ') }] });
  }),
  checkOf(LOADED, (check, { httpStatus, providers: named }: OAuthObserved) => {
    if (named === null) return lacking(check, 'no-data', `it answers ${httpStatus} without a list of providers`);
    return fact(check, named.length > 0, { summary: `it names ${named.length} providers` });
  }),
  checkOf(START, (check, observed) => judgeEach(check, observed, startWord)),
  checkOf(STATE, (check, observed) => judgeEach(check, observed, stateWord)),
  checkOf(REDIRECT, (check, observed) => judgeEach(check, observed, redirectWord)),
  checkOf(PROVIDER_ERROR, (check, observed) => judgeEach(check, observed, errorWord)),
  checkOf(NO_SECRETS, (check, { searched, leaks, signIns }: OAuthObserved) => {
    if (signIns.length === 0 || searched === 0) return lacking(check, 'no-data', 'no sign-in could be begun');
    const evidence = leaks.map((value) => ({ label: 'place', value }));
    const summary = leaks.length === 0 ? `in none of ${plural(searched, 'answer')}` : leaks.join('; ');
    return property(check, { samples: Math.max(searched, leaks.length), bad: leaks.length, summary, evidence });
  }),
];
