/** Whether the sampled flag is obeyed both ways, and the checks on sampling together. */
import type { Finding } from '../../../core/finding.ts';
import { countText, percentText, plural } from '../../../core/numbers.ts';
import type { Source } from '../../../core/source.ts';
import { below, both, boundsOf } from '../../bounds.ts';
import { lacking } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { SpanSignals } from '../signals.ts';
import { examples, infoOf, noneBad, type TraceCheck } from './check.ts';
import { judgeEvenness } from './evenness.ts';
import { continued, lost, total } from './propagation.ts';
import { judgeRatio } from './ratio.ts';
import type { TracesView } from './view.ts';

export function samplingChecks({ propagation, samplingRatio }: SpanSignals, exclusive: boolean): TraceCheck[] {
  return [propagationCheck(propagation), ...flagChecks(samplingRatio), ...ratioChecks(samplingRatio, exclusive)];
}

const SECTION = 'propagation-and-sampling';

function propagationCheck(source: Source): TraceCheck {
  const info = infoOf({
    id: 'propagation',
    subject: 'traceparent continued',
    proves:
      'The trace of a request continues under the trace id and the parent id that its client sent, at every endpoint.',
    source,
    section: SECTION,
    bounds: boundsOf('http.request', both('clients', 'relation')),
    throughFaults: true,
  });
  return checkOf(info, continued);
}

function flagChecks({ source }: SpanSignals['samplingRatio']): TraceCheck[] {
  const set = infoOf({
    id: 'sampling.flag-set',
    subject: 'sampled flag obeyed',
    proves: 'Every trace that was sent with the sampled flag is recorded.',
    source,
    section: SECTION,
    bounds: boundsOf('http.request', below('clients', 'exists', 'count')),
    throughFaults: true,
  });
  const unset = infoOf({
    id: 'sampling.flag-unset',
    subject: 'unset flag obeyed',
    proves: 'No trace that was sent without the sampled flag is recorded.',
    source,
    section: SECTION,
  });
  return [checkOf(set, flagSet), checkOf(unset, flagUnset)];
}

function ratioChecks({ source, value: expected }: SpanSignals['samplingRatio'], exclusive: boolean): TraceCheck[] {
  const whole = infoOf({
    id: 'sampling.ratio',
    subject: 'sampling ratio',
    proves: `Of the requests without traceparent, ${percentText(expected)} begin a trace.`,
    source,
    section: SECTION,
  });
  const even = infoOf({
    id: 'sampling.even',
    subject: 'sampling is even',
    proves: 'Requests without traceparent begin traces equally often at every endpoint and all the time.',
    source,
    section: SECTION,
  });
  return [
    checkOf({ ...whole, besideClients: true }, (check, view) => judgeRatio(check, view, { expected, exclusive })),
    checkOf({ ...even, besideClients: true }, (check, view) => {
      const ratio = judgeRatio(check, view, { expected, exclusive });
      return judgeEvenness(check, view, { expected, exclusive, undecided: ratio.status === 'pass' ? null : ratio });
    }),
  ];
}

function flagSet(check: CheckInfo, view: TracesView): Finding {
  const nowhere = new Set(lost(view).map(({ endpoint }) => endpoint));
  const judged = view.observed.sampled.filter(({ endpoint }) => !nowhere.has(endpoint));
  const [sent, found] = [total(judged, 'sent'), total(judged, 'found')];
  if (sent === 0)
    return lacking(check, 'no-data', 'no sampled trace was continued, so nothing is known about its flag');
  return noneBad(check, {
    samples: sent,
    bad: sent - found,
    good: `all of ${plural(sent, 'trace')} with the sampled flag were recorded`,
    broken: `${countText(sent - found)} of ${plural(sent, 'trace')} with the sampled flag were not recorded, or lost before they arrived`,
    evidence: examples(
      'traces',
      judged.flatMap((lookup) => lookup.examples),
    ),
  });
}

function flagUnset(check: CheckInfo, { observed }: TracesView): Finding {
  const { sent, found, examples: traceIds } = observed.unsampled;
  if (sent === 0 && found === 0) return lacking(check, 'no-data', 'no request was sent with the sampled flag unset');
  if (sent === 0) {
    const summary = `${plural(found, 'trace')} continue a context that the load did not send`;
    return lacking(check, 'inconclusive', summary);
  }
  if (found === 0 && total(observed.sampled, 'found') === 0) {
    return lacking(check, 'no-data', 'no trace was continued, so nothing is known about the flag');
  }
  return noneBad(check, {
    samples: sent,
    bad: found,
    good: `none of ${plural(sent, 'trace')} without the sampled flag was recorded`,
    broken: `${countText(found)} of ${plural(sent, 'trace')} without the sampled flag were recorded`,
    evidence: examples('traces', traceIds),
  });
}
