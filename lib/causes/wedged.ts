/**
 * The server creates no debates any more: from one second of the load on not a single one, and none after the load either. Or it created
 * none at all, for example because the load before this one has wedged it.
 */
import type { Cause } from '../core/cause.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { endpointsInRole } from '../core/endpoint.ts';
import { leastOf, mostOf } from '../core/extent.ts';
import type { Evidence } from '../core/finding.ts';
import { countText, plural } from '../core/numbers.ts';
import { type EndpointRecording, failedCount } from '../core/recording.ts';
import type { JudgeInput } from '../core/run.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { evidenceOf } from '../systems/evidence.ts';
import type { CreationSeen, ProbesObservation } from '../systems/probes/observation.ts';
import type { CauseFacts, KnownCause } from './known.ts';
import { failedKinds, nthSecond, objectivesOf, requestsOf, type Such } from './samples.ts';

/** Fewer in a row can be chance. */
const LEAST_REFUSED = 5;
const LEAST_SEC = 10;
/** Rate limits count by the minute: one that lets nothing pass for so long is none of these. */
const LEAST_SEC_OF_LIMIT = 120;

export const wedged: KnownCause = {
  id: 'wedged',
  look: (facts) => {
    const wedge = wedgeIn(facts.input);
    if (wedge?.since == null) return undefined;
    const { since, refused } = wedge;
    return {
      summary: `the server creates no debates any more: since second ${countText(since)} of the load all of ${plural(refused, 'creation')} failed, and so did one after the load`,
      ...seenOf(wedge, facts),
      advice:
        'look for what each debate occupies and does not give back (slots, tasks, connections); a restart frees it until the next time',
    };
  },
};

export const noDebates: KnownCause = {
  id: 'no-debates',
  look: (facts) => {
    const wedge = wedgeIn(facts.input);
    if (wedge?.since !== null) return undefined;
    return {
      summary: `the server creates no debates: all of ${plural(wedge.refused, 'creation')} of the load failed, and so did one after the load`,
      ...seenOf(wedge, facts),
      advice:
        'restart it if it was loaded before (debates that it refused may keep their places); else look for what it lacks to run one',
    };
  },
};

function seenOf(
  { kinds, after, isOfIt }: Wedge,
  facts: CauseFacts,
): { readonly evidence: Cause['evidence']; readonly explains: string[] } {
  const own: Evidence[] = after.said === null ? [] : [{ label: 'the server itself says', value: after.said }];
  return {
    evidence: [{ label: 'in the load', value: kinds }, { label: 'after the load', value: wordsOf(after) }, ...own],
    explains: objectivesOf(facts, isOfIt),
  };
}

export interface Wedge {
  /** The second of the load, counted from 1; null: from its beginning, so that nobody saw one created. */
  readonly since: number | null;
  readonly refused: number;
  /** How they failed, with counts. */
  readonly kinds: string;
  readonly after: CreationSeen;
  /** Whether a failed sample may be one of these creations, or wait for one in vain. */
  readonly isOfIt: Such;
}

export function wedgeIn(input: JudgeInput): Wedge | undefined {
  const after = creationAfter(input);
  if (after === undefined || after.isCreated) return undefined;
  const journeys = plannedJourneys(input.plan);
  const names = endpointsInRole(journeys, 'starts-debate');
  const creations = names.flatMap((name) => input.recording.endpoints.get(name) ?? []);
  const tail = tailOf(creations);
  if (tail === undefined || !isAnswered(input, names, tail.from)) return undefined;
  const kinds = failedKinds(creations.map((one) => from(one, tail.from)));
  const outcomes = kinds.map(([outcome]) => sampleOutcome(outcome));
  if (outcomes.some(({ refusedBy }) => refusedBy === 'access')) return undefined;
  const leastSec = outcomes.some(({ refusedBy }) => refusedBy === 'rate') ? LEAST_SEC_OF_LIMIT : LEAST_SEC;
  if (tail.refused < LEAST_REFUSED || tail.to - tail.from + 1 < leastSec) return undefined;
  return {
    since: tail.isAll ? null : nthSecond(input.load, tail.from),
    refused: tail.refused,
    kinds: kinds.map(([outcome, count]) => `${sampleOutcome(outcome).words} ×${countText(count)}`).join(', '),
    after,
    isOfIt: (outcome, endpoint) => names.includes(endpoint) || outcome === 'no-debate',
  };
}

function creationAfter({ observations }: JudgeInput): CreationSeen | undefined {
  const probes = evidenceOf<ProbesObservation>(observations, 'probes');
  return probes?.status === 'collected' ? probes.creation : undefined;
}

interface Tail {
  /** Unix seconds: the first without a creation after the last one with one, and the last of the load. */
  readonly from: number;
  readonly to: number;
  readonly refused: number;
  /** There was none before them. */
  readonly isAll: boolean;
}

/** The seconds at the end in which not one debate was created; undefined without one. */
function tailOf(creations: readonly EndpointRecording[]): Tail | undefined {
  const seconds = creations.flatMap((one) => one.seconds);
  const good = seconds.filter(({ count, failed }) => count > failedCount(failed)).map(({ second }) => second);
  const lastGood = mostOf(good);
  const rest = seconds.filter(({ second, failed }) => second > lastGood && failedCount(failed) > 0);
  if (rest.length === 0) return undefined;
  const [first, last] = [leastOf(rest.map(({ second }) => second)), mostOf(rest.map(({ second }) => second))];
  const refused = rest.reduce((sum, { failed }) => sum + failedCount(failed), 0);
  return { from: first, to: last, refused, isAll: good.length === 0 };
}

/** Whether the server answered other requests meanwhile, so that it is not simply gone. */
function isAnswered(input: JudgeInput, creations: readonly Endpoint[], second: number): boolean {
  const others = requestsOf(input).filter(({ endpoint }) => !creations.includes(endpoint));
  const seconds = others.flatMap((one) => from(one, second).seconds);
  const [all, failed] = [
    seconds.reduce((sum, { count }) => sum + count, 0),
    seconds.reduce((sum, one) => sum + failedCount(one.failed), 0),
  ];
  return all > 0 && 2 * failed <= all;
}

function from(recording: EndpointRecording, least: number): EndpointRecording {
  return { ...recording, seconds: recording.seconds.filter(({ second }) => second >= least) };
}

function wordsOf({ answered }: CreationSeen): string {
  return 'status' in answered ? `it answers ${answered.status}` : answered.words;
}
