/** Whether a line belongs to the request whose trace id it has: lines may say which path was asked for. */

import { endpointsOf } from '../../../core/endpoint.ts';
import type { TraceIds } from '../../../core/trace-ids.ts';
import { JOURNEYS, journeyNamed } from '../../../journeys/index.ts';

/** Fields in which servers write the path of a request; no document names one. */
const PATH_FIELDS = ['path', 'http.path', 'http_path', 'url.path'] as const;

/** @returns whether the line is about a path of the load that the request with this trace id did not ask for. */
export function strangerFinder(
  traceIds: TraceIds,
): (entry: Readonly<Record<string, unknown>>, traceId: string) => boolean {
  const paths = new Map<string, RegExp[]>();
  const pathsOf = (journey: string): RegExp[] => {
    const known = paths.get(journey) ?? patternsOf(journeyNamed(journey)?.endpoints ?? []);
    paths.set(journey, known);
    return known;
  };
  const all = patternsOf(endpointsOf(JOURNEYS));
  return (entry, traceId) => {
    const path = PATH_FIELDS.map((field) => entry[field]).find((value) => typeof value === 'string');
    if (typeof path !== 'string' || !all.some((pattern) => pattern.test(path))) return false;
    const sent = traceIds.locate(traceId);
    // The engine numbers the scenarios of a journey: engine-protocol.ts.
    const own = sent === undefined ? [] : pathsOf(sent.scenario.replace(/_\d+$/, ''));
    return own.length > 0 && !own.some((pattern) => pattern.test(path));
  };
}

function patternsOf(endpoints: readonly { readonly http?: { readonly path: string } }[]): RegExp[] {
  return endpoints.flatMap(({ http }) =>
    http === undefined ? [] : [new RegExp(`^${http.path.replaceAll('{id}', '[^/]+')}/?(?:\\?.*)?$`)],
  );
}
