/** Whether the server records the documented share of the traces that begin in it. */
import type { Finding } from '../../../core/finding.ts';
import { plural } from '../../../core/numbers.ts';
import { lacking, openByOthers } from '../../finding.ts';
import { judgeShare } from '../../ratio.ts';
import type { CheckInfo } from '../../system.ts';
import { cutOff, lost } from './propagation.ts';
import { isClockOff } from './requests.ts';
import type { TracesView } from './view.ts';

export interface Ratio {
  /** The documented share of requests without traceparent that begin a trace. */
  readonly expected: number;
  readonly exclusive: boolean;
}

export function judgeRatio(check: CheckInfo, view: TracesView, { expected, exclusive }: Ratio): Finding {
  const samples = view.observed.unflaggedRequests;
  const frame = { operator: '==', unit: 'ratio', expected } as const;
  const missing = unknown(view);
  if (missing !== null) return { ...lacking(check, ...missing), ...frame };
  const begun = tracesBegun(view);
  // If nobody else calls, the surplus is the few requests with which the harness prepares its load.
  const recorded = exclusive ? Math.min(begun, samples) : begun;
  if (recorded > samples) {
    const summary = `${plural(recorded, 'trace')} began in the server after ${plural(samples, 'request')} without traceparent: others call it, too`;
    return { ...openByOthers(check, summary), ...frame, samples };
  }
  const what = `of ${plural(samples, 'request')} without traceparent were recorded`;
  return judgeShare(check, { recorded, samples, expected, mayBeOthers: !exclusive, what });
}

/** Why the share can't be known; null when it can. */
function unknown(view: TracesView): readonly ['no-data' | 'unavailable', string] | null {
  if (view.observed.unflaggedRequests === 0) return ['no-data', 'no request was sent without traceparent'];
  if (view.observed.roots === null) return ['unavailable', 'not all traces that began could be counted'];
  if (isClockOff(view)) return ['no-data', 'spans have another time, so those of the load are not known'];
  if (lost(view).length + cutOff(view).length > 0) {
    return ['no-data', 'requests with traceparent also begin new traces: it is not known which request began which'];
  }
  return null;
}

function tracesBegun(view: TracesView): number {
  const roots = (view.observed.roots ?? []).filter(
    ({ name, kind }) => kind === 'server' || view.roleOf({ name })?.signal === 'http.request',
  );
  return roots.reduce((sum, { count }) => sum + count, 0);
}
