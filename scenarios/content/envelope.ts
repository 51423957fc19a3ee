/** What every event of a debate has beside its data: its debate, its number, its time. Pure. */
import type { SampleOutcome } from '../../lib/core/sample-outcome.ts';
import type { StreamEvent } from './frame.ts';

/** Without its debate, nobody knows whose event it is. Others may be the server's own. */
const OF_A_DEBATE: ReadonlySet<string> = new Set([
  'debate_start',
  'round_start',
  'agent_message',
  'consensus',
  'debate_end',
]);
/** As many programs write where there is no number. */
const NO_NUMBER = -1;

/** What is wrong with the fields around an event's data; undefined when nothing is. */
export function envelopeProblem({
  type,
  seq,
  agent_seq,
  round,
  timestamp,
  loop_id,
}: StreamEvent): SampleOutcome | undefined {
  if (isBelow(seq, 0) || isBelow(timestamp, 0) || isBelow(agent_seq, NO_NUMBER) || isBelow(round, NO_NUMBER))
    return 'impossible-value';
  if (seq === undefined) return undefined;
  const isNamed = loop_id !== undefined && loop_id !== '';
  if (!isNamed) return OF_A_DEBATE.has(type) ? 'no-debate-named' : undefined;
  return timestamp === undefined ? 'no-time' : undefined;
}

function isBelow(value: number | undefined, least: number): boolean {
  return value !== undefined && value < least;
}
