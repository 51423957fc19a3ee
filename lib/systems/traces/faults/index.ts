/** Carries out each fault of the traces, and has the named breaks made of them. */
import { carriedOut } from '../../../target/break.ts';
import { combined, type Distortion } from '../../../target/distortion.ts';
import type { OutgoingSpan } from '../../../target/span-edits.ts';
import { TRACE_BREAKS } from './breaks.ts';
import type { TracesFault } from './faults.ts';
import { spanEditOf } from './spans.ts';
import { apartTraces, lostTraces, newTraces, otherParents } from './tree.ts';

function distortionOf(fault: TracesFault): Distortion {
  switch (fault.kind) {
    case 'sampling-ratio':
      return { sampling: { ratio: fault.ratio } };
    case 'unset-flag-ignored':
      return { sampling: { ignoresUnsetFlag: true } };
    case 'set-flag-ignored':
      return { sampling: { flaggedShare: fault.share } };
    case 'span-missing':
    case 'span-under-request':
      return otherParents(fault);
    case 'span-apart':
      return apartTraces(fault.span);
    case 'traces-lost':
      return lostTraces(fault.every);
    case 'trace-lost':
      return newTraces();
    case 'header-leaked': {
      const { header, encoded } = fault;
      return {
        onRequest: ({ [header]: sent = '' }) => ({
          [`http.request.header.${header}`]: encoded ? encodedOf(sent) : sent,
        }),
      };
    }
    default:
      return { span: spanEditOf(fault) };
  }
}

function encodedOf(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString('base64'));
}

/** Changes spans before they are exported; undefined when no fault is about that. */
export function spanEditor(
  faults: readonly TracesFault[],
): ((span: OutgoingSpan) => readonly OutgoingSpan[]) | undefined {
  return combined(faults.map(distortionOf)).span;
}

export const TRACES_BREAKS = carriedOut(TRACE_BREAKS, distortionOf);
