/** Carries out each fault of the log, and has the named breaks made of them. */
import { carriedOut } from '../../../target/break.ts';
import { combined, type Distortion } from '../../../target/distortion.ts';
import { LOG_BREAKS } from './breaks.ts';
import type { LogsFault } from './faults.ts';
import { lineEditOf } from './lines.ts';

function distortionOf(fault: LogsFault): Distortion {
  return fault.kind === 'header-leaked' ? { requestIdHeader: fault.header } : { line: lineEditOf(fault) };
}

/** Changes lines before they are written; undefined when no fault is about lines. */
export function lineEditor(faults: readonly LogsFault[]): ((line: string) => readonly string[]) | undefined {
  return combined(faults.map(distortionOf)).line;
}

export const LOGS_BREAKS = carriedOut(LOG_BREAKS, distortionOf);
