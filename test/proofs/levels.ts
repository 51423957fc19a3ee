/**
 * At which level `npm test` proves each break of the reference target: the cheapest that can. It follows from what the break is made of, so
 * that a new one has its level by itself.
 */

import { TELEMETRY_BREAKS } from '../../lib/systems/breaks.ts';
import type { NamedBreak } from '../../lib/target/break.ts';
import type { Break } from '../../lib/target/break-felt.ts';
import { BREAKS } from '../../lib/target/breaks.ts';
import type { Distortion } from '../../lib/target/distortion.ts';

/**
 * - classification: it is about single responses, sockets or frames: how one is classified, or how long it takes. All of them share one load,
 *   in which each fault hits once and every answer takes its known time; a test without load shows that as many of them as the break makes
 *   fail its finding.
 * - replay: it changes what the target says of itself on its way out. It is applied to a tape of one unbroken run.
 * - batch: it changes how the target keeps sockets, counts, or records. Several that leave each other alone share a load, from end to end.
 * - itself: a run shows it only if it is asked to look there. The test of its system has it: the real observer and the target in one process.
 * - real: besides, somebody has to start a server for it. `npm run test:real` has it.
 * - alone: only clients that nothing keeps from their work can prove it. `npm run selftest` gives a load of its own to every break.
 */
export const LEVELS = ['classification', 'replay', 'batch', 'itself', 'real', 'alone'] as const;
export type Level = (typeof LEVELS)[number];

/** They are about how long something takes, with everything else in time beside it. */
export const ALONE: readonly string[] = ['latency.debates-list.p50', 'ws.pings.late'];

/** One of each kind that no break of a batch is of by what it is made of: of answers, messages; of expositions, lines. */
export const END_TO_END: readonly string[] = [
  'availability.health.status-503',
  'ws.order.swapped',
  'metrics.exposition.status-500',
  'logs.lines-lost',
];

export function isOfClients(broken: NamedBreak): broken is Break {
  return 'dominant' in broken;
}

export function levelOf(broken: NamedBreak): Level {
  if (ALONE.includes(broken.name)) return 'alone';
  if (END_TO_END.includes(broken.name)) return 'batch';
  if (isOfClients(broken)) return isClassified(broken) ? 'classification' : 'batch';
  if (broken.asks !== undefined) return needsServer(broken) ? 'real' : 'itself';
  return isReplayed(broken) ? 'replay' : 'batch';
}

/** Those of a level among the breaks of what clients feel. */
export function clientBreaks(level: Level): readonly Break[] {
  return BREAKS.filter((broken) => levelOf(broken) === level);
}

/** Those of a level among the breaks of the server's own telemetry. */
export function telemetryBreaks(level: Level): readonly NamedBreak[] {
  return TELEMETRY_BREAKS.filter((broken) => levelOf(broken) === level);
}

/** One of the options of a run that looks at what it breaks is the address of a server. */
function needsServer({ asks = {} }: NamedBreak): boolean {
  return Object.values(asks).some((value) => value.includes('://'));
}

/** What happens to single responses, messages and debates, whichever they are. */
function isClassified({ finding, ofSeveral, patch: { waits, sockets = [] } }: Break): boolean {
  if (ofSeveral) return false;
  if (finding.startsWith('latency.')) return true;
  return waits === undefined && sockets.every(({ kind }) => kind !== 'outage' && kind !== 'close-at-ping');
}

const OUTGOING: ReadonlySet<keyof Distortion> = new Set(['exposition', 'span', 'line']);

function isReplayed({ patch, distortion }: NamedBreak): boolean {
  const parts = Object.keys(distortion?.() ?? {}) as (keyof Distortion)[];
  return patch === undefined && parts.length > 0 && parts.every((part) => OUTGOING.has(part));
}
