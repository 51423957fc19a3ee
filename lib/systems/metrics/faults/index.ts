/** Carries out each fault of the metrics, and has the named breaks made of them. */
import { carriedOut } from '../../../target/break.ts';
import { combined, type Distortion } from '../../../target/distortion.ts';
import type { Exposition } from '../../../target/metrics.ts';
import { METRIC_BREAKS } from './breaks.ts';
import { miscounting } from './counts.ts';
import { onLines } from './exposition.ts';
import type { MetricsFault } from './faults.ts';

function distortionOf(fault: MetricsFault, nowMs: () => number): Distortion {
  switch (fault.kind) {
    case 'requests-lost':
    case 'requests-repeated':
    case 'requests-invented':
    case 'lumped':
    case 'calls-as':
    case 'seconds-times':
    case 'errors-as-ok':
      return { counting: miscounting(fault) };
    case 'header-leaked':
      return leaking(fault.header);
    case 'exposition-instead': {
      const { status, contentType, body } = fault;
      return { exposition: () => ({ status, contentType, body }) };
    }
    case 'content-type':
      return { exposition: (right) => ({ ...right, contentType: fault.contentType }) };
    default:
      return { exposition: onLines(fault, nowMs) };
  }
}

function leaking(header: 'authorization' | 'cookie'): Distortion {
  let last = '';
  return {
    onRequest: (headers) => {
      last = headers[header] ?? last;
      return {};
    },
    exposition: (right) => {
      const line = `aragora_last_request_info{${header}=${JSON.stringify(last)}} 1\n`;
      return { ...right, body: right.body + line };
    },
  };
}

/** Changes one exposition after the other as the faults say; undefined when none of them is about expositions. */
export function expositionEditor(
  faults: readonly MetricsFault[],
  nowMs: () => number = Date.now,
): ((right: Exposition) => Exposition) | undefined {
  return combined(faults.map((fault) => distortionOf(fault, nowMs))).exposition;
}

export const METRICS_BREAKS = carriedOut(METRIC_BREAKS, distortionOf);
