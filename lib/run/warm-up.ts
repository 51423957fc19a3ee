/** The warm-up of a load: its first seconds, which are offered and left out of the recording. */
import type { IntervalRecord } from '../core/engine-protocol.ts';

/**
 * Whether a record is of the time after the warm-up, asked of each record in turn. The warm-up begins with the first sample: the engine sends
 * records before, while it reads its scripts.
 */
export function warmedUp(warmUpSec: number): (record: Pick<IntervalRecord, 'second' | 'endpoints'>) => boolean {
  let beganSecond: number | undefined;
  return ({ second, endpoints }) => {
    if (warmUpSec === 0) return true;
    if (Object.keys(endpoints).length > 0) beganSecond ??= second;
    return beganSecond !== undefined && second >= beganSecond + warmUpSec;
  };
}
