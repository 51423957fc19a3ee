/**
 * Owns the checks on how spans reach those who look for them: well-formed exports, no secret on the way, the same in Jaeger.
 * Refuses to know what spans stand for.
 */

import { countText, plural } from '../../../core/numbers.ts';
import type { SpanContract } from '../signals.ts';
import { type CheckResult, examples, lacking, noneBad, type TraceCheck } from './check.ts';
import type { TracesView } from './view.ts';

const DOCS = { document: 'aragora-slo', section: 'docs/checks/traces.md' } as const;

export function sourceChecks({ serviceMap, propagation }: SpanContract): TraceCheck[] {
  return [
    { id: 'traces.export', subject: 'trace export', source: DOCS, judge: wellFormed },
    { id: 'traces.secrets', subject: 'no secret in a span', source: DOCS, judge: secrets },
    { id: 'traces.jaeger.same', subject: 'the same trace in Jaeger', source: propagation, judge: sameInJaeger },
    { id: 'traces.jaeger.service-map', subject: 'service map', source: serviceMap.source, judge: serviceMapShown },
  ];
}

function wellFormed({ observed }: TracesView): CheckResult {
  if (observed.exports === null)
    return lacking('exports go to a backend, which tells nothing of them', { gating: false });
  const { requests, malformed, rejectedSpans, problems, cutOff = 0 } = observed.exports;
  const others = cutOff === 0 ? '' : `; ${countText(cutOff)} more ended in the middle`;
  if (requests === 0) return lacking(`nothing was exported${others}`);
  return noneBad({
    samples: requests,
    bad: malformed + rejectedSpans,
    good: `${plural(requests, 'export request')}, all well-formed${others}`,
    broken: `${plural(malformed, 'malformed export request')} and ${plural(rejectedSpans, 'malformed span')} in ${plural(requests, 'export request')}${others}`,
    evidence: problems.slice(0, 3).map((value) => ({ label: 'problem', value })),
  });
}

function secrets({ observed }: TracesView): CheckResult {
  if (observed.spanCount === 0) return lacking('no span to look at');
  const { searched, count, examples: places } = observed.leaks;
  if (searched === 0) return lacking('the load sent no secret to search for', { gating: false });
  return noneBad({
    samples: observed.spanCount,
    bad: count,
    good: `no secret that the load sent is in any of ${plural(observed.spanCount, 'span')}`,
    broken: `a secret that the load sent is in ${countText(count)} places`,
    evidence: examples('where', places),
  });
}

const NO_JAEGER = 'no Jaeger is connected (--jaeger URL)';

function sameInJaeger({ observed }: TracesView): CheckResult {
  const { comparison } = observed;
  if (comparison === null) {
    const summary = observed.source === 'jaeger' ? 'Jaeger is the only source: nothing to hold it against' : NO_JAEGER;
    return lacking(summary, { gating: false });
  }
  if (comparison.problem !== null) return lacking(comparison.problem, { status: 'unavailable' });
  const { compared, missing, differing } = comparison;
  if (compared === 0) return lacking('no trace was received that could be looked up in Jaeger');
  const [first] = differing;
  return noneBad({
    samples: compared,
    bad: missing.length + differing.length,
    good: `${plural(compared, 'trace')} are the same in Jaeger as received`,
    broken: `of ${plural(compared, 'trace')}, ${missing.length} or more are not in Jaeger, ${differing.length} or more differ${first === undefined ? '' : `: ${first.difference}`}`,
    evidence: examples('traces', [...missing, ...differing.map(({ traceId }) => traceId)]),
  });
}

function serviceMapShown({ observed, contract }: TracesView): CheckResult {
  const isConnected = observed.source === 'jaeger' || observed.comparison !== null;
  if (!isConnected) return lacking(NO_JAEGER, { gating: false });
  if (observed.serviceMap === null) return lacking('Jaeger does not tell its services', { status: 'unavailable' });
  const { services, edges } = observed.serviceMap;
  const service = contract.serviceName.value;
  const absent = contract.serviceMap.edges.filter(
    ({ parent, child }) => !edges.some((edge) => edge.parent === parent && edge.child === child),
  );
  const problems = [
    ...(services.includes(service)
      ? []
      : [`${service} is not among its services (${services.slice(0, 5).join(', ') || 'none'})`]),
    ...absent.map(({ parent, child }) => `no edge from ${parent} to ${child}`),
  ];
  return noneBad({
    samples: 1 + contract.serviceMap.edges.length,
    bad: problems.length,
    good: `${service} is on the map${edges.length === 0 ? '' : `, with ${plural(edges.length, 'edge')}`}`,
    broken: problems.join('; '),
  });
}
