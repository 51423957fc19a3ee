/** The server creates no debates any more: from one second of the load on not a single one, and none after the load either. */
import type { Endpoint } from '../core/endpoint.ts';
import { endpointsInRole } from '../core/endpoint.ts';
import type { Evidence } from '../core/finding.ts';
import { countText, plural } from '../core/numbers.ts';
import { type EndpointRecording, failedCount } from '../core/recording.ts';
import type { JudgeInput } from '../core/run.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { evidenceOf } from '../systems/evidence.ts';
import type { CreationSeen, ProbesObservation } from '../systems/probes/observation.ts';
import type { KnownCause } from './known.ts';
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
    if (wedge === undefined) return undefined;
    const { since, refused, kinds, after, isOfIt } = wedge;
    const own: Evidence[] = after.said === null ? [] : [{ label: 'the server itself says', value: after.said }];
    return {
      summary: `the server creates no debates any more: since second ${countText(since)} of the load all of ${plural(refused, 'creation')} failed, and so did one after the load`,
      evidence: [{ label: 'in the load', value: kinds }, { label: 'after the load', value: wordsOf(after) }, ...own],
      explains: objectivesOf(facts, isOfIt),
      advice:
        'look for what each debate occupies and does not give back (slots, tasks, connections); a restart frees it until the next time',
    };
  },
};

export interface Wedge {
  /** The second of the load, counted from 1. */
  readonly since: number;
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
  const answers = endpointsInRole(journeys, 'first-answer');
  const creations = names.flatMap((name) => input.recording.endpoints.get(name) ?? []);
  const tail = tailOf(creations);
  if (tail === undefined || !isAnswered(input, names, tail.from)) return undefined;
  const kinds = failedKinds(creations.map((one) => from(one, tail.from)));
  const outcomes = kinds.map(([outcome]) => sampleOutcome(outcome));
  if (outcomes.some(({ refusedBy }) => refusedBy === 'access')) return undefined;
  const leastSec = outcomes.some(({ refusedBy }) => refusedBy === 'rate') ? LEAST_SEC_OF_LIMIT : LEAST_SEC;
  if (tail.refused < LEAST_REFUSED || tail.to - tail.from + 1 < leastSec) return undefined;
  return {
    since: nthSecond(input.load, tail.from),
    refused: tail.refused,
    kinds: kinds.map(([outcome, count]) => `${sampleOutcome(outcome).words} ×${countText(count)}`).join(', '),
    after,
    isOfIt: (outcome, endpoint) => names.includes(endpoint) || (outcome === 'no-debate' && answers.includes(endpoint)),
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
}

/** The seconds at the end in which not one debate was created; undefined where none was created before them, too. */
function tailOf(creations: readonly EndpointRecording[]): Tail | undefined {
  const seconds = creations.flatMap((one) => one.seconds);
  const good = seconds.filter(({ count, failed }) => count > failedCount(failed)).map(({ second }) => second);
  if (good.length === 0) return undefined;
  const rest = seconds.filter(({ second, failed }) => second > Math.max(...good) && failedCount(failed) > 0);
  if (rest.length === 0) return undefined;
  const [first, last] = [Math.min(...rest.map(({ second }) => second)), Math.max(...rest.map(({ second }) => second))];
  return { from: first, to: last, refused: rest.reduce((sum, { failed }) => sum + failedCount(failed), 0) };
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
