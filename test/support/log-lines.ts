/** What the tests of logs share: what to look for, and lines as the guide's formatter writes them. */

import { TraceIds } from '../../lib/core/trace-ids.ts';
import { secretFinder } from '../../lib/observe/secrets.ts';
import type { LogSearch } from '../../lib/systems/logs/observe/tally.ts';
import { DOCUMENTED_LOGS } from '../../lib/systems/logs/promises.ts';

export const CANARY = 'canary-0123456789abcdef';
export const IDS = new TraceIds(7, ['health_0', 'debates-list_0', 'debates-list_1']);

export const SEARCH: LogSearch = { signals: DOCUMENTED_LOGS, traceIds: IDS, finder: secretFinder([CANARY]) };

export function idOf(arrival: number, scenario = 'health_0'): string {
  return IDS.idOf(scenario, arrival) ?? '';
}

/** A line that keeps every promise, with these `changes`; undefined removes a field. */
export function lineOf(arrival: number, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    timestamp: new Date().toISOString(),
    level: 'INFO',
    logger: 'aragora.server.http',
    message: 'request',
    module: 'http',
    function: 'ended',
    line: 12,
    trace_id: idOf(arrival),
    ...changes,
  });
}

/** A load of `arrivals` requests to /api/health. */
export function sentHealth(arrivals: number) {
  return { sent: [{ scenarios: ['health_0'], arrivals }], lookup: [idOf(0)] };
}
