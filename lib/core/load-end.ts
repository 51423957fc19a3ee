/** Why a load ended, in words: the same in findings and in every report. */
import { unreachable } from './error.ts';
import { countText } from './numbers.ts';
import type { Plan } from './plan.ts';
import type { LoadReason } from './recording.ts';
import { plannedSec } from './timeline.ts';

/** Completes “the load was …”; null for a load that ran to its end. */
export function loadEndText(reason: LoadReason, plan: Pick<Plan, 'early' | 'phases'>): string | null {
  switch (reason.kind) {
    case 'finished':
      return null;
    case 'decided-early':
      return `ended after ${lookText(reason.look, plan)}, when it was sure that the server ${reason.decision} (--full runs to the end)`;
    case 'interrupted':
      return `interrupted by ${reason.signal}`;
    case 'engine-died': {
      const how = reason.signal === null ? `exit code ${reason.exitCode ?? 'unknown'}` : `signal ${reason.signal}`;
      return `cut short: ${engineOf(reason)} died (${how}): ${reason.detail}`;
    }
    case 'engine-hung':
      return `cut short: ${engineOf(reason)} said nothing for ${countText(reason.silentSec)} s`;
    case 'connection-lost':
      return `cut short: the connection to ${engineOf(reason)} was lost for ${countText(reason.silentSec)} s: ${reason.detail}`;
    case 'overtime':
      return `cut off: ${engineOf(reason)} was still busy ${countText(reason.overSec)} s after the end of the plan`;
    case 'ended-early':
      return `cut short: ${reason.generator === undefined ? '' : `${engineOf(reason)}: `}${reason.detail}`;
    case 'script-error':
      return `cut short: the load script failed: ${reason.detail}`;
    case 'storage':
      return `cut short: the recording could not be written: ${reason.detail}`;
    default:
      return unreachable(reason);
  }
}

function engineOf({ generator }: LoadReason): string {
  return generator === undefined ? 'the load engine' : `the load engine of generator ${generator}`;
}

/** `300 of 900 s`. A look that the plan does not know has no time. */
function lookText(look: number, plan: Pick<Plan, 'early' | 'phases'>): string {
  const atSec = plan.early?.looks[look]?.atSec;
  return `${atSec === undefined ? 'an unknown number' : countText(atSec)} of ${countText(plannedSec(plan))} s`;
}
