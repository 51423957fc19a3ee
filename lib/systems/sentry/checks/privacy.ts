/** Whether reports are free of what shows who asked. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { lacking, property } from '../../finding.ts';
import { judgeSearch } from '../../secrets.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { Places, SentryObserved } from '../observation.ts';
import { SCRUBBING } from '../promises.ts';
import { infoOf, nothingArrived, placesOf, reportsOf, type SentryCheck, type SentryFacts } from './check.ts';

const section = 'personal-data';

function free(
  check: CheckInfo,
  observed: SentryObserved,
  { places, what }: { readonly places: Places; readonly what: string },
): Finding {
  const samples = reportsOf(observed);
  if (samples === 0) return lacking(check, 'no-data', nothingArrived(observed));
  const { reports: bad } = places;
  const summary =
    bad === 0
      ? `${what} is in none of ${plural(samples, 'report')}`
      : `${what} is in ${countText(bad)} of ${plural(samples, 'report')}`;
  return property(check, { samples, bad, summary, evidence: placesOf(places) });
}

const AUTHORIZATION = infoOf({
  id: 'authorization',
  subject: 'no Authorization header',
  proves: 'No report holds the header Authorization of a request.',
  source: SCRUBBING,
  section,
});

function judgeAuthorization(check: CheckInfo, { observed }: SentryFacts): Finding {
  const { authorization, sentAuthorization } = observed;
  if (authorization.reports === 0 && !sentAuthorization)
    return lacking({ ...check, gating: false }, 'no-data', 'no request was sent with a token');
  return free(check, observed, { places: authorization, what: 'the header Authorization' });
}

const COOKIE = infoOf({
  id: 'cookie',
  subject: 'no Cookie header',
  proves: 'No report holds the cookies of a request.',
  source: SCRUBBING,
  section,
});

const EMAIL = infoOf({
  id: 'email',
  subject: 'no e-mail address',
  proves: 'No report names a user by an e-mail address, and none holds the one that the harness sent.',
  source: SCRUBBING,
  section,
});

const SECRETS = infoOf({
  id: 'secrets',
  subject: 'no secret in reports',
  proves: 'No secret that was sent to the server appears in a report, in any usual encoding.',
  source: SCRUBBING,
  section,
});

function judgeSecrets(check: CheckInfo, { observed }: SentryFacts): Finding {
  const { searched, tooShort, reports: leaks, examples } = observed.secrets;
  const texts = reportsOf(observed);
  if (texts === 0) return lacking(check, 'no-data', nothingArrived(observed));
  const evidence = placesOf({ reports: leaks, examples });
  return judgeSearch(check, { searched, tooShort, texts, leaks, what: 'report', evidence });
}

export const PRIVACY_CHECKS: readonly SentryCheck[] = [
  checkOf(AUTHORIZATION, judgeAuthorization),
  checkOf(COOKIE, (check, { observed }) => free(check, observed, { places: observed.cookie, what: 'a cookie' })),
  checkOf(EMAIL, (check, { observed }) => free(check, observed, { places: observed.email, what: 'an e-mail address' })),
  checkOf(SECRETS, judgeSecrets),
];
