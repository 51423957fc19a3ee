/** Whether errors arrive, and say where they happened. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { fact, lacking, property, unasked } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import { CONFIGURATION } from '../promises.ts';
import {
  countsOf,
  infoOf,
  isPartlyRead,
  nothingArrived,
  problemsOf,
  reportsOf,
  type SentryCheck,
  type SentryFacts,
} from './check.ts';

/** As frameworks answer an error that nobody caught. Other statuses may come from a proxy, or be meant. */
const UNCAUGHT = 500;

const ARRIVES = infoOf({
  id: 'arrives',
  subject: 'an error arrives',
  proves:
    'An error that is provoked in the server is reported within half a minute, or listed by its Sentry within a minute.',
  source: CONFIGURATION,
  section: 'errors-arrive',
});

function judgeArrival(check: CheckInfo, { observed }: SentryFacts): Finding {
  const { provoked, errors, envelopes, url } = observed;
  if ('unasked' in provoked) {
    const seen = errors === 0 ? 'none arrived by itself' : `${plural(errors, 'error')} arrived by itself`;
    return unasked(check, `${provoked.unasked}; ${seen}`, countsOf('error', observed.errorTypes));
  }
  const { path, status, arrivedMs, deadlineMs, others } = provoked;
  const how = observed.source === 'api' ? 'is listed' : 'arrived';
  if (arrivedMs !== null)
    return fact(check, true, { summary: `the error at ${path} ${how} after ${(arrivedMs / 1000).toFixed(1)} s` });
  if (status === null) return lacking(check, 'no-data', `GET ${path} has no answer, so it may have raised no error`);
  if (status !== UNCAUGHT) return lacking(check, 'no-data', `GET ${path} answers ${status}, so it raised no error`);
  const late =
    observed.source === 'api'
      ? `GET ${path} answers 500, and Sentry did not list its error within ${deadlineMs / 1000} s`
      : `GET ${path} answers 500, and its error did not arrive within ${deadlineMs / 1000} s`;
  // A Sentry whose queue stands still looks the same as a server that reports nothing.
  if (observed.source === 'api' && envelopes.requests === 0)
    return lacking(check, 'inconclusive', `${late}, nor any other event of this project: does it list events at all?`);
  if (others > 0) return lacking(check, 'inconclusive', `${late}; ${plural(others, 'other error')} did`);
  if (isPartlyRead(observed))
    return lacking(check, 'inconclusive', `${late}, but not all that arrived could be read`, problemsOf(observed));
  const silent =
    observed.source === 'direct' && envelopes.requests === 0 ? `; nothing else did: is its SENTRY_DSN ${url}?` : '';
  return fact(check, false, { summary: `${late}${silent}` });
}

const ENVIRONMENT = infoOf({
  id: 'environment',
  subject: 'reports name the environment',
  proves: 'Every report names the environment, and it is the right one where that is known.',
  source: CONFIGURATION,
  section: 'environment-and-release',
});

function judgeEnvironment(check: CheckInfo, { observed }: SentryFacts): Finding {
  const { expected, seen, without } = observed.environment;
  const samples = reportsOf(observed);
  if (samples === 0) return lacking(check, 'no-data', nothingArrived(observed));
  const evidence = countsOf('environment', seen);
  if (without > 0)
    return property(check, {
      samples,
      bad: without,
      summary: `${countText(without)} of ${plural(samples, 'report')} name none`,
      evidence,
    });
  if (expected === null) {
    const names = seen.map(({ name }) => name);
    if (names.length > 1)
      return lacking(
        check,
        'inconclusive',
        `reports name ${names.join(' and ')}: --sentry-environment says which one is right`,
        evidence,
      );
    const summary = `all of ${plural(samples, 'report')} name ${names[0] ?? 'one'}; nobody said which one is right`;
    return property(check, { samples, bad: 0, summary, evidence });
  }
  const bad = seen.reduce((sum, { name, count }) => sum + (name === expected ? 0 : count), 0);
  const summary =
    bad === 0
      ? `all of ${plural(samples, 'report')} name ${expected}`
      : `${countText(bad)} of ${plural(samples, 'report')} name another environment than ${expected}`;
  return property(check, { samples, bad, summary, evidence });
}

const RELEASE = infoOf({
  id: 'release',
  subject: 'reports name the release',
  proves: 'Every report names the release that it comes from.',
  source: { document: 'aragora-slo', section: 'docs/checks/sentry.md' },
  section: 'environment-and-release',
  gating: false,
});

function judgeRelease(check: CheckInfo, { observed }: SentryFacts): Finding {
  const { seen, without } = observed.release;
  const samples = reportsOf(observed);
  if (samples === 0) return lacking(check, 'no-data', nothingArrived(observed));
  const summary =
    without === 0
      ? `all of ${plural(samples, 'report')} name ${seen.map(({ name }) => name).join(' and ')}`
      : `${countText(without)} of ${plural(samples, 'report')} name none`;
  return property(check, { samples, bad: without, summary, evidence: countsOf('release', seen) });
}

export const ARRIVAL_CHECKS: readonly SentryCheck[] = [
  checkOf(ARRIVES, judgeArrival),
  checkOf(ENVIRONMENT, judgeEnvironment),
  checkOf(RELEASE, judgeRelease),
];
