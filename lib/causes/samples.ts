/** Failed samples as causes look at them: which requests the load sends, how they failed, and which findings rest mostly on such samples. */
import { type Endpoint, endpointsInRole } from '../core/endpoint.ts';
import { leastOf, mostOf } from '../core/extent.ts';
import type { Objective } from '../core/plan.ts';
import { type EndpointRecording, type EndpointSecond, failedCount } from '../core/recording.ts';
import type { JudgeInput } from '../core/run.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { plannedJourneys } from '../core/timeline.ts';
import type { CauseFacts } from './known.ts';

/** Which failed samples: by how they ended, and at which endpoint. */
export type Such = (outcome: string, endpoint: Endpoint) => boolean;

/** The recordings of the endpoints whose samples are HTTP requests. */
export function requestsOf({ plan, recording }: JudgeInput): EndpointRecording[] {
  const asked = plannedJourneys(plan).flatMap(({ endpoints }) => endpoints.filter(({ http }) => http !== undefined));
  return [...new Set(asked.map(({ name }) => name))].flatMap((name) => recording.endpoints.get(name) ?? []);
}

/** The same, and the handshakes of WebSockets: a server may refuse either. */
export function attemptsOf(input: JudgeInput): EndpointRecording[] {
  const opening = endpointsInRole(plannedJourneys(input.plan), 'opens-socket');
  return [...requestsOf(input), ...opening.flatMap((name) => input.recording.endpoints.get(name) ?? [])];
}

/** How many such samples failed in a second. */
export function failedIn({ failed }: EndpointSecond, endpoint: Endpoint, isSuch: Such): number {
  return sum(Object.entries(failed).map(([outcome, count]) => (isSuch(outcome, endpoint) ? count : 0)));
}

/** The same over whole recordings, by outcome, the most frequent first. */
export function failedKinds(
  recordings: readonly EndpointRecording[],
  isSuch: Such = () => true,
): (readonly [outcome: string, count: number])[] {
  const kinds = new Map<string, number>();
  for (const { endpoint, seconds } of recordings) {
    for (const [outcome, count] of seconds.flatMap(({ failed }) => Object.entries(failed))) {
      if (count > 0 && isSuch(outcome, endpoint)) kinds.set(outcome, (kinds.get(outcome) ?? 0) + count);
    }
  }
  return [...kinds].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}

export function countOf(kinds: readonly (readonly [string, number])[]): number {
  return sum(kinds.map(([, count]) => count));
}

/** In which second of the load the first and the last of them came, counted from 1; undefined without one. */
export function momentsOf(
  { load }: JudgeInput,
  recordings: readonly EndpointRecording[],
  isSuch: Such,
): { readonly first: number; readonly last: number } | undefined {
  const seconds = recordings.flatMap(({ endpoint, seconds }) =>
    seconds.flatMap((one) => (failedIn(one, endpoint, isSuch) > 0 ? [one.second] : [])),
  );
  if (seconds.length === 0) return undefined;
  return { first: nthSecond(load, leastOf(seconds)), last: nthSecond(load, mostOf(seconds)) };
}

/** The client's own bound: the server was there to pass it. */
const BOUND = 'answer-too-large';

/** The last second (Unix) in which a request shows that the server was there; undefined where none does. */
export function lastAnswered(recordings: readonly EndpointRecording[]): number | undefined {
  const shows = (outcome: string): boolean => sampleOutcome(outcome).status !== null || outcome === BOUND;
  const seconds = recordings
    .flatMap((one) => one.seconds)
    .filter(({ count, failed }) => count > failedCount(failed) || Object.keys(failed).some(shows));
  return seconds.length === 0 ? undefined : mostOf(seconds.map(({ second }) => second));
}

/** Without what came before a second (Unix). */
export function since(recording: EndpointRecording, least: number): EndpointRecording {
  return { ...recording, seconds: recording.seconds.filter(({ second }) => second >= least) };
}

/** A second of Unix time as one of the load, counted from 1. */
export function nthSecond({ startedAtMs }: JudgeInput['load'], second: number): number {
  return Math.max(0, second - Math.floor(startedAtMs / 1000)) + 1;
}

/** Ids of the objectives that are not met, mostly because of such samples: at least half of their bad ones are. */
export function objectivesOf({ findings, input, inputOf }: CauseFacts, isSuch: Such): string[] {
  return findings.flatMap((finding) => {
    const objective = input.plan.objectives.find(({ id }) => id === finding.id);
    if (objective === undefined || finding.status === 'pass') return [];
    const { endpoints } = inputOf(finding.phase).recording;
    const measured = endpointsOf(objective).flatMap((endpoint) => endpoints.get(endpoint) ?? []);
    const such = countOf(failedKinds(measured, isSuch));
    return such > 0 && 2 * such >= finding.bad ? [finding.id] : [];
  });
}

function endpointsOf(objective: Objective): readonly Endpoint[] {
  if (objective.kind === 'external') return [];
  return objective.kind === 'availability' ? objective.endpoints : [objective.endpoint];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
