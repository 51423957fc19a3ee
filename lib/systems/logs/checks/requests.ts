/** The check that the log is about requests that were sent: no more of them have lines than clients sent. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { above, boundsOf } from '../../bounds.ts';
import { evidenceOf } from '../../evidence.ts';
import { lacking, property, unasked } from '../../finding.ts';
import type { MetricsObservation } from '../../metrics/observation.ts';
import type { CheckInfo } from '../../system.ts';
import type { LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { from, infoOf, type LogCheck, type LogFacts, lineCheck } from './frame.ts';
import { countStrangers } from './strangers.ts';

export function requestsCheck({ traceIdSource }: LogSignals): LogCheck {
  const info = infoOf({
    id: 'requests',
    subject: 'no lines of requests that nobody sent',
    proves: 'No more requests have lines under trace ids of their own than clients sent without a trace id.',
    source: traceIdSource,
    bounds: boundsOf('lines', above('clients', 'count')),
  });
  return lineCheck(info, judgeRequests);
}

/** What the harness asks before the load, and what a client's machine sends again. */
const BESIDES = 15;
const BESIDES_SHARE = 0.02;

function judgeRequests(check: CheckInfo, observed: LogsObserved, facts: LogFacts): Finding {
  const { untraced, sent, found } = observed.traceIds;
  const strangers = countStrangers(facts);
  if (strangers === null || untraced === undefined)
    return unasked(check, 'requests without a trace id were not counted', from(observed));
  if (observed.source !== 'direct')
    return unasked(check, `${observed.source} may have lines of before the load`, from(observed));
  if (found < sent || (observed.ofOthers?.count ?? 0) > 0)
    return lacking(check, 'inconclusive', 'requests of the load have lines under other trace ids', from(observed));
  const { requests, offBy } = strangers;
  const saysSo = (observed.requests ?? []).some(({ said }) => (said.path ?? []).length > 0);
  if (requests === 0 && !saysSo) return unasked(check, 'no line says what was asked for', from(observed));
  const about = offBy > 0 ? 'about ' : '';
  const summary = `lines of ${about}${countText(requests)} requests under trace ids of their own, and clients sent ${countText(untraced)} without one`;
  const bad = Math.round(requests - untraced);
  if (requests <= untraced * (1 + BESIDES_SHARE) + BESIDES + offBy)
    return property(check, {
      samples: Math.max(1, found + Math.round(requests)),
      bad: 0,
      summary,
      evidence: from(observed),
    });
  if (facts.exclusive)
    return property(check, { samples: found + Math.round(requests), bad, summary, evidence: from(observed) });
  const counted = countedByServer(facts);
  if (counted !== null && found + requests <= counted * (1 + BESIDES_SHARE) + BESIDES + offBy) {
    const known = `${summary}; the server counts ${plural(counted, 'request')} in all, also of others`;
    return property(check, { samples: found + Math.round(requests), bad: 0, summary: known, evidence: from(observed) });
  }
  return lacking(check, 'inconclusive', `${summary}: requests of others, or of nobody`, from(observed));
}

const COUNTER = 'aragora_requests_total';

/** null where it is not known. */
function countedByServer({ observations }: LogFacts): number | null {
  const metrics = evidenceOf<MetricsObservation>(observations, 'metrics');
  if (metrics?.status !== 'collected') return null;
  const series = metrics.families.flatMap((family) => (family.name === COUNTER ? family.series : []));
  if (series.length === 0) return null;
  return series.reduce((sum, { values }) => sum + Number(values.at(-1) ?? 0) - Number(values[0] ?? 0), 0);
}
