/** The check that the server's spans name its service. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { both, boundsOf } from '../../bounds.ts';
import { lacking } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { Span } from '../observation.ts';
import type { SpanSignals } from '../signals.ts';
import { infoOf, noneBad, type TraceCheck } from './check.ts';
import type { TracesView } from './view.ts';

export function serviceCheck(service: SpanSignals['serviceName']): TraceCheck {
  const info = infoOf({
    id: 'service-name',
    subject: 'service name',
    proves: `Every span of the load names the service ${service.value}.`,
    source: service.source,
    section: 'spans',
    bounds: boundsOf({ every: 'span' }, both('documents', 'content')),
  });
  return checkOf(info, (check, view) => serviceName(check, view, service.value));
}

/**
 * In the load's own traces if there are any; other spans may come from services that export to the same place. An ingress in front of the
 * server and a service behind it also take part in these traces: the spans that the documents name are the server's.
 */
function serviceName(check: CheckInfo, view: TracesView, expected: string): Finding {
  const { observed, traces } = view;
  const found = observed.requests.flatMap(({ foundTraceId }) => traces.get(foundTraceId ?? '') ?? []);
  const own = found.length > 0 ? [...new Set(found)] : observed.spans;
  const named = own.filter((span) => view.roleOf(span) !== undefined && !isOfServiceBehind(span, traces, expected));
  const spans = named.length > 0 ? named : own;
  if (spans.length === 0) return lacking(check, 'no-data', 'no span to look at');
  const others = spans.filter((span) => span.serviceName !== expected);
  const names = [...new Set(others.map((span) => span.serviceName ?? 'none'))];
  return noneBad(check, {
    samples: spans.length,
    bad: others.length,
    good: `${expected} in all of ${plural(spans.length, 'span')}`,
    broken: `${countText(others.length)} of ${plural(spans.length, 'span')} name the service ${names.slice(0, 3).join(', ')} instead of ${expected}`,
  });
}

/** Whether it is at or below the answer to a call over the network by one of ours: a service behind it has a name of its own. */
function isOfServiceBehind(span: Span, traces: TracesView['traces'], expected: string): boolean {
  const trace = new Map((traces.get(span.traceId) ?? []).map((one) => [one.spanId, one]));
  const parentOf = (one: Span) => trace.get(one.parentSpanId ?? '');
  // Parents that make a circle are another finding.
  let left = trace.size;
  for (let at: Span | undefined = span; at !== undefined && left-- > 0; at = parentOf(at)) {
    if (at.serviceName === expected || at.serviceName === null) return false;
    const caller = parentOf(at);
    if (at.kind === 'server' && caller?.kind === 'client' && caller.serviceName === expected) return true;
  }
  return false;
}
