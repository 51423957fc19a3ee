/** Whether the documented share of requests arrives as transactions. */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { percentText, plural } from '../../../core/numbers.ts';
import { lacking, openByOthers, unasked } from '../../finding.ts';
import { judgeShare } from '../../ratio.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import { CONFIGURATION, type SentryPromises } from '../promises.ts';
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

export function samplingCheck({ sampleRate }: SentryPromises): SentryCheck {
  const info = infoOf({
    id: 'sampling',
    subject: 'sample rate of transactions',
    proves: `Of the load's requests, ${percentText(sampleRate)} arrive as transactions.`,
    source: CONFIGURATION,
    section: 'sample-rate',
  });
  return checkOf(info, (check, facts) => judgeSampling(check, facts, sampleRate));
}

function judgeSampling(check: CheckInfo, { observed, exclusive }: SentryFacts, expected: number): Finding {
  const { transactions, requests: samples } = observed;
  if (observed.source === 'api')
    return unasked(check, "transactions are not read back from Sentry's API: --sentry-listen sees them");
  const frame = { operator: '==', unit: 'ratio', expected } as const;
  if (samples === 0) return { ...lacking(check, 'no-data', 'the load sent no request'), ...frame };
  if (reportsOf(observed) === 0) return { ...lacking(check, 'no-data', nothingArrived(observed)), ...frame };
  if (isPartlyRead(observed)) {
    const summary = 'not all that arrived could be read';
    return { ...lacking(check, 'inconclusive', summary, problemsOf(observed)), ...frame, samples };
  }
  const { http, ofLoad, lost, names, saidRates } = transactions;
  const isOwn = ofLoad !== null;
  const begun = ofLoad ?? http;
  const recorded = exclusive || isOwn ? Math.min(begun, samples) : begun;
  if (recorded > samples) {
    const summary = `${plural(recorded, 'transaction')} of ${plural(samples, 'request')}: others call the server, too`;
    return { ...openByOthers(check, summary), ...frame, samples };
  }
  const evidence: Evidence[] = [
    ...saidRates.map((value) => ({ label: 'rate that the sender says', value })),
    ...countsOf('transaction', names),
  ];
  const mayBeOthers = !exclusive && !isOwn;
  const what = `of ${plural(samples, 'request')} arrived as transactions`;
  const finding = judgeShare(check, { recorded, samples, expected, mayBeOthers, what, evidence });
  if (finding.status !== 'fail' || lost === 0 || recorded >= expected * samples) return finding;
  const summary = `${finding.summary}; the sender says that it lost ${lost} more`;
  return { ...finding, status: 'inconclusive', margin: null, summary };
}
