/** The checks that a request can be followed through the log, and from the log to its trace. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { sampleOutcome, wasAnswered } from '../../../core/sample-outcome.ts';
import { endpointNamed } from '../../../journeys/index.ts';
import { below, both, boundsOf } from '../../bounds.ts';
import { collectedOf } from '../../evidence.ts';
import { lacking, property } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { TracesObserved } from '../../traces/observation.ts';
import type { LogProblems, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { from, infoOf, type LogCheck, type LogFacts, lineCheck, secondsText } from './frame.ts';
import { unreachedBy } from './unreached.ts';
import { silentRequests } from './untraced.ts';

export function traceChecks(signals: LogSignals): LogCheck[] {
  const { traceIdField, traceIdSource } = signals;
  const logged = infoOf({
    id: 'trace-ids',
    subject: "requests' trace ids are logged",
    proves: 'Every request of the load left a line, with its trace id if it was sent with one.',
    source: traceIdSource,
    bounds: [
      ...boundsOf('lines', below('clients', 'exists', 'count')),
      ...boundsOf(traceIdField, below('clients', 'exists'), both('clients', 'content')),
    ],
    throughFaults: true,
  });
  const exist = infoOf({
    id: 'traces-exist',
    subject: 'logged trace ids are traces',
    proves: 'The trace of every sampled request whose trace id is in the log has spans under that id.',
    source: { ...traceIdSource, section: 'Verification Checklist, Tracing' },
    needs: ['logs', 'traces'],
  });
  return [
    lineCheck(logged, (check, observed, facts) => judgeTraceIds(check, observed, facts, traceIdField)),
    lineCheck(exist, judgeTracesExist),
  ];
}

/**
 * Whoever empties a file after a copy loses what was written between, and a server may write to the old file for a moment after it was
 * replaced.
 */
const LOST_IN_ROTATION = 0.1;

function judgeTraceIds(check: CheckInfo, observed: LogsObserved, facts: LogFacts, traceIdField: string): Finding {
  const { sent, found, missing, linesOfOthers, waitedMs, deadlineMs } = observed.traceIds;
  if (sent === 0) return lacking(check, 'no-data', 'the load sent no trace id', from(observed));
  const lost = sent - found;
  const unreached = unreachedBy(facts);
  const evidence = [
    ...from(observed),
    { label: 'waited', value: `${secondsText(waitedMs)} of at most ${secondsText(deadlineMs)}` },
    ...(linesOfOthers > 0
      ? [{ label: 'lines with a trace id that the load did not send', value: countText(linesOfOthers) }]
      : []),
    ...missing.map((value) => ({ label: 'not found', value })),
  ];
  const doubt = lost > 0 ? whyMayBeThere(observed, unreached, traceIdField) : null;
  if (doubt !== null) return lacking(check, 'inconclusive', doubt, evidence);
  const answered = unlogged(observed, facts);
  const strange = observed.ofOthers ?? NO_LINES;
  if (strange.count > 0 && lost === 0) {
    const summary = `${plural(strange.count, 'line')} of ${countText(observed.lines)} with the trace id of another request`;
    return property(check, {
      samples: observed.lines,
      bad: strange.count,
      summary,
      evidence: from(observed, strange.examples),
    });
  }
  const silent = silentRequests(observed, facts);
  if (silent !== null) {
    const summary = `${plural(silent.sent, 'request')} without a trace id left ${plural(silent.lines, 'line')}`;
    return property(check, { samples: silent.sent, bad: silent.sent - silent.lines, summary, evidence });
  }
  // What was not sent excuses as many ids, but never that of a request that was answered.
  const bad = Math.max(0, lost - unreached, answered);
  const excused = lost > 0 && bad === 0 ? `; the requests of the other ${countText(lost)} may not have arrived` : '';
  const summary =
    lost === 0
      ? `all of ${plural(sent, 'trace id')} found`
      : `${countText(lost)} of ${plural(sent, 'trace id')} in no line`;
  return property(check, { samples: sent, bad, summary: `${summary}${excused}`, evidence });
}

/** Why a trace id that was not found may have been in the log all the same; null when there is no reason. */
function whyMayBeThere(observed: LogsObserved, unreached: number, traceIdField: string): string | null {
  const { sent, found } = observed.traceIds;
  const lost = sent - found;
  if (!observed.complete)
    return `${countText(found)} of ${plural(sent, 'trace id')} found, but not all lines were read`;
  const notFound = `${countText(lost)} of ${plural(sent, 'trace id')} not found`;
  if (observed.rotations > 0 && lost <= sent * LOST_IN_ROTATION)
    return `${notFound}; lines may have been lost when the file was replaced or emptied`;
  const { missing, wrong, present } = observed.fields[traceIdField] ?? NO_FIELD;
  if (wrong > 0 && wrong === present && missing === 0) return `the text in ${traceIdField} is not a trace id`;
  const unread = observed.notJson.count;
  if (unread > 0 && lost <= unread + unreached)
    return `${notFound}; they may be in the ${plural(unread, 'line')} that are not JSON`;
  return null;
}

const NO_LINES: LogProblems = { count: 0, examples: [] };

/** Looked-up requests that were answered and have no line. */
function unlogged({ seenTraceIds }: LogsObserved, { recording }: LogFacts): number {
  const seen = new Set(seenTraceIds);
  const missing = [...recording.endpoints.values()].flatMap(({ endpoint, traces }) => {
    const { http, unsentOutcomes = [] } = endpointNamed(endpoint) ?? {};
    return traces.filter(({ traceId, outcome }) => {
      const isUnsent = unsentOutcomes.some((one) => one === outcome);
      return http !== undefined && !isUnsent && wasAnswered(sampleOutcome(outcome)) && !seen.has(traceId);
    });
  });
  return new Set(missing.map(({ traceId }) => traceId)).size;
}

const NO_FIELD = { missing: 0, wrong: 0, present: 0 };

/** A trace id in the log exists as a trace. If the request's trace was not recorded at all, the findings on propagation and sampling say so. */
function judgeTracesExist(check: CheckInfo, observed: LogsObserved, facts: LogFacts): Finding {
  const traces = collectedOf<TracesObserved>(facts, 'traces');
  const seen = new Set(observed.seenTraceIds);
  // Only those that the load asked to be recorded; most of the others have no trace.
  const wanted = traces.requests.filter(({ traceId, sampled }) => sampled === true && seen.has(traceId));
  if (wanted.length === 0)
    return lacking(check, 'no-data', 'no log line has the trace id of a sampled request', from(observed));
  const recorded = wanted.filter(({ foundTraceId }) => foundTraceId !== null);
  const traced = new Set(traces.spans.map(({ traceId }) => traceId));
  const lost = recorded.filter(({ traceId }) => !traced.has(traceId));
  if (lost.length === 0 && recorded.length < wanted.length) {
    const summary = `the requests of ${countText(wanted.length - recorded.length)} of ${plural(wanted.length, 'sampled trace id')} in the log were not recorded`;
    return lacking(check, 'inconclusive', summary, from(observed));
  }
  const summary =
    lost.length === 0
      ? `each of ${plural(wanted.length, 'sampled trace id')} in the log has spans`
      : `${countText(lost.length)} of ${plural(wanted.length, 'sampled trace id')} in the log have no span`;
  const evidence = [
    ...from(observed),
    ...lost
      .slice(0, 5)
      .map(({ traceId, endpoint }) => ({ label: `no span of this ${endpoint} request`, value: traceId })),
  ];
  return property(check, { samples: wanted.length, bad: lost.length, summary, evidence });
}
