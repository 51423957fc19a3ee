/** The checks of a trace backend: it has the same traces as were received, and knows the service. */
import type { Finding } from '../../../core/finding.ts';
import { plural } from '../../../core/numbers.ts';
import { lacking, unasked } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { TraceBackendInfo } from '../backends.ts';
import type { ServiceMap, TraceComparison, TracesObserved } from '../observation.ts';
import type { SpanSignals } from '../signals.ts';
import { examples, infoOf, noneBad, type TraceCheck } from './check.ts';
import type { TracesView } from './view.ts';

/** Also for a backend that is not asked: the checks then say so, and do not gate. */
export function backendChecks(
  { serviceMap, propagation, serviceName }: SpanSignals,
  backend: TraceBackendInfo,
): TraceCheck[] {
  const { id, title } = backend;
  const same = infoOf({
    id: `${id}.same`,
    subject: `the same trace in ${title}`,
    proves: `A trace in ${title} has the same spans as the server exported.`,
    source: propagation,
    section: 'backends',
  });
  const map = infoOf({
    id: `${id}.service-map`,
    subject: `service map in ${title}`,
    proves: `${title} shows ${serviceName.value} among its services.`,
    source: serviceMap.source,
    section: 'backends',
  });
  return [
    checkOf(same, (check, view) => sameInBackend(check, view, backend)),
    checkOf(map, (check, view) => serviceMapShown(check, view, backend)),
  ];
}

function notConnected(backend: TraceBackendInfo): string {
  return `no ${backend.title} is connected (${backend.usage})`;
}

interface BackendSeen {
  readonly isConnected: boolean;
  readonly serviceMap: ServiceMap | null;
  /** null where nothing was received to compare it with. */
  readonly comparison: TraceComparison | null;
}

/** What was seen of one backend: the spans may be from it, or it is compared with them. */
function factsOf(
  { source, serviceMap, comparison, further = [] }: TracesObserved,
  { id }: TraceBackendInfo,
): BackendSeen {
  if (source === id) return { isConnected: true, serviceMap, comparison: null };
  if (comparison?.source === id) return { isConnected: true, serviceMap, comparison };
  const other = further.find((facts) => facts.comparison.source === id);
  return other === undefined
    ? { isConnected: false, serviceMap: null, comparison: null }
    : { isConnected: true, ...other };
}

function sameInBackend(check: CheckInfo, { observed }: TracesView, backend: TraceBackendInfo): Finding {
  const { title } = backend;
  const { comparison } = factsOf(observed, backend);
  if (comparison === null) {
    const summary =
      observed.source === backend.id
        ? `${title} is the only source: there is nothing to compare it with`
        : notConnected(backend);
    return unasked(check, summary);
  }
  if (comparison.problem !== null) return lacking(check, 'unavailable', comparison.problem);
  const { compared, missing, differing } = comparison;
  if (compared === 0) return lacking(check, 'no-data', `no trace was received that could be looked up in ${title}`);
  const [first] = differing;
  return noneBad(check, {
    samples: compared,
    bad: missing.length + differing.length,
    good: `${plural(compared, 'trace')} are the same in ${title} as received`,
    broken: `of ${plural(compared, 'trace')}, ${missing.length} or more are not in ${title}, ${differing.length} or more differ${first === undefined ? '' : `: ${first.difference}`}`,
    evidence: examples('traces', [...missing, ...differing.map(({ traceId }) => traceId)]),
  });
}

function serviceMapShown(check: CheckInfo, { observed, contract }: TracesView, backend: TraceBackendInfo): Finding {
  const { isConnected, serviceMap } = factsOf(observed, backend);
  if (!isConnected) return unasked(check, notConnected(backend));
  if (serviceMap === null) return lacking(check, 'unavailable', `${backend.title} does not list its services`);
  const { services, edges } = serviceMap;
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
  return noneBad(check, {
    samples: 1 + contract.serviceMap.edges.length,
    bad: problems.length,
    good: `${service} is on the map${edges.length === 0 ? '' : `, with ${plural(edges.length, 'edge')}`}`,
    broken: problems.join('; '),
  });
}
