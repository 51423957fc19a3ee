/** Whether a fault of pods happened, by what clients saw and by the uids of the pods. It never accuses the server. */
import { faultText } from '../core/fault.ts';
import { countText, percentText, plural } from '../core/numbers.ts';
import type { PodFault } from '../core/pod-fault.ts';
import type { Witness } from '../core/server-fault.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { clopperPearson } from '../stats/binomial.ts';
import type { Context } from './context.ts';
import { failedAs, type Requests, requestsOf, slowOf, sum } from './fault-requests.ts';
import type { ServerProof } from './server-faults.ts';

/** @param phase the seconds in which the fault was on from begin to end. */
export function podProof(fault: PodFault, witness: Witness | null | undefined, phase: Context): ServerProof {
  const seen = seenOf(fault, witness ?? { kind: 'trouble', why: `${fault.kind}: nobody saw it` }, phase);
  return { ...seen, evidence: { label: faultText(fault), value: seen.text } };
}

type Seen = Omit<ServerProof, 'evidence'>;

const proven = (isProven: boolean, text: string): Seen => (isProven ? { text } : { text, lacks: text });

function seenOf(fault: PodFault, witness: Witness, phase: Context): Seen {
  if (witness.kind === 'trouble') return proven(false, witness.why);
  if (fault.kind === 'pod-kill') return witness.kind === 'pods' ? killed(fault.count, witness) : strange(fault.kind);
  if (witness.kind !== 'agents') return strange(fault.kind);
  const where = `${fault.kind}, by ${plural(witness.pods.length, 'agent')}`;
  const requests = requestsOf(phase, { without: sparedBy(fault, phase) });
  if (sum(requests, ({ count, dropped }) => count + dropped) === 0)
    return proven(false, `${where}: nothing was sent meanwhile that it hits`);
  switch (fault.kind) {
    case 'pod-status':
      return answered(fault, where, requests);
    case 'pod-latency':
      return delayed(fault.delayMs - fault.jitterMs, where, requests);
    case 'pod-drop':
      return lost(where, requests);
    default:
      throw new Error(`${JSON.stringify(fault satisfies never)} is no fault of pods`);
  }
}

/** A record that is of another fault proves nothing. */
const strange = (kind: string): Seen => proven(false, `${kind}: what was seen is of another fault`);

/** An agent hits by chance. One in a million of such runs is left unproven for nothing. */
const CONFIDENCE = 1 - 5e-7;

function answered(
  { status, share }: Extract<PodFault, { kind: 'pod-status' }>,
  where: string,
  requests: Requests,
): Seen {
  const samples = sum(requests, ({ count }) => count);
  const hit = failedAs(requests, (outcome) => outcome === `injected_${status}`);
  const { lower, upper } = clopperPearson({ bad: hit, samples, confidence: CONFIDENCE });
  const text = `${where}: ${countText(hit)} of ${plural(samples, 'request')} had its ${status}`;
  const agrees = hit > 0 && lower <= share && share <= upper;
  const between = `a share of ${percentText(lower)} to ${percentText(upper)}`;
  return proven(agrees, agrees ? `${text}, which agrees with ${share}` : `${text}: ${between}, and ${share} was asked`);
}

/** So many requests may look otherwise: those that the fault did not let pass at all, or that it caught under way. */
const EXCEPTIONS = 0.01;

function delayed(leastMs: number, where: string, requests: Requests): Seen {
  const all = sum(requests, ({ count, dropped }) => count + dropped);
  const slow = slowOf(requests, leastMs) + sum(requests, ({ dropped }) => dropped);
  const text = `${where}: ${countText(slow)} of ${plural(all, 'request')} took ${leastMs} ms and more`;
  return proven(slow >= all * (1 - EXCEPTIONS), text);
}

/** What stands before the pods may answer for them, so every failure counts. */
function lost(where: string, requests: Requests): Seen {
  const all = sum(requests, ({ count, dropped }) => count + dropped);
  const bad = sum(requests, ({ count, histogram, dropped }) => count - histogram.count + dropped);
  return proven(
    bad >= all * (1 - EXCEPTIONS),
    `${where}: ${countText(bad)} of ${plural(all, 'request')} had no good answer`,
  );
}

function killed(count: number, { ended, after }: Extract<Witness, { kind: 'pods' }>): Seen {
  const there = new Set(after.map(({ uid }) => uid));
  const gone = ended.filter(({ uid }) => !there.has(uid));
  const names = ended.map(({ name }) => name).join(', ');
  const text = `pod-kill: ${names} ended, ${gone.length} of ${countText(count)} never seen again; then there were ${plural(after.length, 'pod')}`;
  return proven(gone.length === count && ended.length === count, text);
}

/** Endpoints whose requests the agents let pass. */
function sparedBy(fault: PodFault, { plan }: Context): ReadonlySet<string> {
  if (!('exclude' in fault)) return new Set();
  const prefix = new URL(plan.target.httpUrl).pathname.replace(/\/$/, '');
  const spared = new Set(fault.exclude.map((path) => path.toLowerCase()));
  const endpoints = plannedJourneys(plan).flatMap((journey) => journey.endpoints);
  return new Set(
    endpoints.flatMap(({ name, http }) =>
      http !== undefined && spared.has(`${prefix}${http.path}`.toLowerCase()) ? [name] : [],
    ),
  );
}
