/** What was broken on purpose: whether it happened, and whether clients saw it. It never accuses the server, and a fault that is not proven keeps a run from passing. */
import {
  type Fault,
  type FaultCount,
  type FaultsDone,
  faultText,
  isOfRequests,
  isOfServer,
  type LayerFault,
} from '../core/fault.ts';
import type { Evidence, Finding } from '../core/finding.ts';
import { countText, plural } from '../core/numbers.ts';
import { isPodFault } from '../core/pod-fault.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { findingOf, lacking } from '../systems/finding.ts';
import { FAULTS } from './checks.ts';
import type { Context } from './context.ts';
import { failedAs, lostOf, type Requests, requestsOf, slowOf, sum } from './fault-requests.ts';
import { ofPhase } from './frame.ts';
import type { PhaseContext } from './phases.ts';
import { podProof } from './pod-faults.ts';
import { serverProof } from './server-faults.ts';

/** One for each phase that has faults. */
export function judgeFaults(whole: Context, phases: readonly PhaseContext[]): Finding[] {
  const { plan, load } = whole;
  return plan.phases.flatMap(({ name, faults }, at) => {
    const phase = phases[at];
    if (faults.length === 0 || phase === undefined) return [];
    const { faults: done } = load;
    const its = { name, faults, next: plan.phases[at + 1]?.name };
    return [ofPhase(name, done === undefined ? notWatched() : judgeOne(whole, phase, { ...its, done }))];
  });
}

const notWatched = (): Finding =>
  lacking(FAULTS, 'no-data', 'it is not known what was broken: the harness ended before');

interface Broken {
  readonly name: string;
  readonly faults: readonly Fault[];
  readonly done: FaultsDone;
  /** Name of the phase after it. */
  readonly next: string | undefined;
}

function judgeOne(whole: Context, phase: PhaseContext, { name, faults, done, next }: Broken): Finding {
  const begin = done.switches.find((one) => one.phase === name);
  if (done.ended !== undefined) return lacking(FAULTS, 'inconclusive', done.ended.how);
  if (begin === undefined) return lacking(FAULTS, 'inconclusive', 'the load ended before anything was broken');
  const end = done.switches.find((one) => one.phase === next);
  const untilMs = end?.doneAtMs ?? whole.load.endedAtMs;
  const facts = {
    meanwhile: (extraMs: number) => requestsOf(whole, { fromMs: begin.orderedAtMs, untilMs: untilMs + extraMs }),
    inside: requestsOf(phase.whole),
    isWhole: whole.load.reason.kind === 'finished',
  };
  const proofs = faults.map((fault, at) => {
    const witness = done.witnesses?.[name]?.[at];
    if (isPodFault(fault)) return podProof(fault, witness, phase.whole);
    if (isOfServer(fault)) return serverProof(fault, witness);
    return proofOf(fault, done.counts[name]?.[at] ?? { seen: 0, hit: 0 }, facts);
  });
  const lacks = proofs.flatMap(({ lacks }) => lacks ?? []);
  const hits = Object.values(done.counts[name] ?? []).reduce((sum, { hit }) => sum + hit, 0);
  return findingOf(FAULTS, {
    status: lacks.length === 0 ? 'pass' : 'inconclusive',
    expected: faults.length,
    actual: faults.length - lacks.length,
    margin: lacks.length === 0 ? 0 : -1,
    samples: hits,
    summary: lacks.length === 0 ? proofs.map(({ text }) => text).join('; ') : lacks.join('; '),
    evidence: [
      ...proofs.map(({ evidence }) => evidence),
      leftOut(begin),
      ...(end === undefined ? [] : [leftOut(end)]),
      ...askedAgain(whole, done),
    ],
  });
}

/** What came to the layer beyond the samples: a client library asks again when it loses a connection that it had used before. */
function askedAgain({ recording }: Context, { routes = {} }: FaultsDone): Evidence[] {
  const more = Object.entries(routes).reduce((all, [endpoint, { came }]) => {
    const samples = sum(recording.endpoints.get(endpoint)?.seconds ?? [], ({ count }) => count);
    return all + Math.max(0, came - samples);
  }, 0);
  if (more === 0) return [];
  return [{ label: 'asked again by clients', value: `${plural(more, 'request')}, in the whole load` }];
}

/** The seconds around a switch are of no phase. */
function leftOut({ phase, orderedAtMs, doneAtMs }: FaultsDone['switches'][number]): Evidence {
  const seconds = Math.floor(doneAtMs / 1000) - Math.floor(orderedAtMs / 1000) + 1;
  return {
    label: `switch to ${phase}`,
    value: `took ${doneAtMs - orderedAtMs} ms; ${plural(seconds, 'second')} left out`,
  };
}

interface SeenFacts {
  /** From the switch to the next one, and so much longer. */
  readonly meanwhile: (extraMs: number) => Requests;
  /** Only seconds in which it was on from begin to end. */
  readonly inside: Requests;
  /** The load came to its end: what was hit has left a sample. */
  readonly isWhole: boolean;
}

interface Proof {
  /** What was seen. */
  readonly text: string;
  /** Why it is not proven; absent: it is. */
  readonly lacks?: string;
  readonly evidence: Evidence;
}

function proofOf(fault: LayerFault, count: FaultCount, facts: SeenFacts): Proof {
  const seen = isOfRequests(fault) ? countedProof(fault, count, facts) : bytesProof(fault, facts);
  return { ...seen, evidence: { label: faultText(fault), value: seen.text } };
}

/** A share may be off by this many: hits are spread evenly. */
const ROUNDING = 1;

function countedProof(
  fault: Extract<LayerFault, { share: number }>,
  { seen, hit }: FaultCount,
  { meanwhile, isWhole }: SeenFacts,
): Omit<Proof, 'evidence'> {
  const what = fault.kind === 'socket-drop' ? 'WebSocket' : 'request';
  const text = `${fault.kind} hit ${countText(hit)} of ${plural(seen, what)}`;
  if (hit === 0) return { text, lacks: `${text}: nothing was broken` };
  if (Math.abs(hit - seen * fault.share) > ROUNDING) return { text, lacks: `${text}, and its share is ${fault.share}` };
  const noticed = noticedOf(fault, meanwhile);
  if (noticed === null || !isWhole) return { text };
  const both = `${text}, and clients saw ${countText(noticed)}`;
  return noticed >= hit ? { text: both } : { text: both, lacks: both };
}

/** How many requests ended as those that it hits; null: that can't be told from outside. */
function noticedOf(fault: Extract<LayerFault, { share: number }>, meanwhile: SeenFacts['meanwhile']): number | null {
  const SOON_MS = 1000;
  switch (fault.kind) {
    case 'status':
      return failedAs(meanwhile(SOON_MS), (outcome) => outcome === `injected_${fault.status}`);
    case 'truncated':
      return failedAs(meanwhile(SOON_MS), (outcome) => sampleOutcome(outcome).lost);
    case 'delay':
      return slowOf(meanwhile(fault.delayMs + SOON_MS), fault.delayMs);
    case 'slow-body':
    case 'socket-drop':
      return null;
    default:
      throw new Error(`${JSON.stringify(fault satisfies never)} is no fault of requests`);
  }
}

/** Of what is on for every byte, so many requests may still look otherwise: they had begun before. */
const EXCEPTIONS = 0.01;

function bytesProof(fault: Exclude<LayerFault, { share: number }>, { inside }: SeenFacts): Omit<Proof, 'evidence'> {
  const all = sum(inside, ({ count, dropped }) => count + dropped);
  const of = `of ${plural(all, 'request')}`;
  if (all === 0) return { text: 'nothing was sent', lacks: `${fault.kind}: nothing was sent meanwhile` };
  if (fault.kind === 'bandwidth') return { text: `bandwidth was limited for ${plural(all, 'request')}` };
  const leastMs = fault.kind === 'latency' ? Math.max(0, fault.delayMs - fault.jitterMs) : null;
  const hit = leastMs === null ? sum(inside, lostOf) : slowOf(inside, leastMs) + sum(inside, ({ dropped }) => dropped);
  const how = leastMs === null ? 'lost' : `took ${leastMs} ms and more`;
  const text = `${fault.kind}: ${countText(hit)} ${of} ${how}`;
  return hit >= all * (1 - EXCEPTIONS) ? { text } : { text, lacks: text };
}
