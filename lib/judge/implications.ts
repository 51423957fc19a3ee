/**
 * What explains that an objective is not met: failed requests, an outage, a socket that could not be opened, a faster percentile that is
 * already too slow, a load that did not run as planned. Each looks at the samples themselves: what it leaves unexplained must keep the objective.
 */
import { mostOf } from '../core/extent.ts';
import type { Finding } from '../core/finding.ts';
import type { AvailabilityObjective, LatencyObjective, Objective } from '../core/plan.ts';
import { type EndpointRecording, type EndpointSecond, failedCount } from '../core/recording.ts';
import type { JudgeInput } from '../core/run.ts';
import { isInjected, sampleOutcome } from '../core/sample-outcome.ts';
import { RECONNECT_MS, SOCKET_TIMEOUT_MS } from '../journeys/websocket.ts';
import { type Implication, lacksEvidence, type SeenTogether } from '../systems/causes.ts';
import { COMPLETED, GENERATOR, RECOVERY } from './checks.ts';

export function objectiveImplications(objectives: readonly Objective[]): Implication[] {
  const latencies = objectives.filter((one) => one.kind === 'latency');
  const available = objectives.filter((one) => one.kind === 'availability');
  const handshakes = objectives.filter((one) => one.kind === 'protocol' && one.endpoint === HANDSHAKE);
  return [
    { cause: COMPLETED.id, explains: ({ follower }) => isUnmeasured(follower, objectives) },
    { cause: GENERATOR.id, explains: ({ follower }) => isBlamedOnGenerator(follower) },
    { cause: RECOVERY.id, explains: (seen) => isBeforeRecovery(seen, [...latencies, ...available]) },
    ...available.flatMap((objective): Implication[] => [
      { cause: objective.id, explains: (seen) => areInOutage(seen, objective, objectives) },
      { cause: objective.id, explains: (seen) => areFailures(seen, objective, latencies) },
    ]),
    ...handshakes.flatMap(({ id }): Implication[] => [
      { cause: id, explains: (seen) => hadNoSocket(seen, latencies) },
      { cause: id, explains: (seen) => couldNotConnect(seen, objectives) },
    ]),
    ...latencies.map(
      (objective): Implication => ({
        cause: objective.id,
        explains: (seen) => isSlowerStill(seen, objective, latencies),
      }),
    ),
  ];
}

const HANDSHAKE = 'ws-connect';
const CLOSE = 'ws-close';

/** A monitor outside does not wait for the load. */
function isUnmeasured(finding: Finding, objectives: readonly Objective[]): boolean {
  const isOfLoad = objectives.some(({ id, kind }) => id === finding.id && kind !== 'external');
  return isOfLoad && lacksEvidence(finding) && finding.samples === 0;
}

/**
 * A phase whose objectives did not hold again in time has some that are broken from its limit on. After the recovery, if there was one, each
 * of them is proven kept.
 */
function isBeforeRecovery({ cause, follower }: SeenTogether, recovering: readonly Objective[]): boolean {
  return cause.status === 'fail' && recovering.some(({ id, gating }) => gating && id === follower.id);
}

/** By its counts alone it would fail. */
function isBlamedOnGenerator({ status, interval, allowedShare }: Finding): boolean {
  return status === 'inconclusive' && interval !== null && allowedShare !== null && interval.lower > allowedShare;
}

/** If half of the answers take longer than 700 ms, fewer than 95 % come within 500 ms. */
function isSlowerStill(
  { cause, follower }: SeenTogether,
  slow: LatencyObjective,
  latencies: readonly LatencyObjective[],
): boolean {
  const other = latencies.find(({ id }) => id === follower.id);
  if (other === undefined || other.endpoint !== slow.endpoint || other.percentile <= slow.percentile) return false;
  return cause.actual !== null && cause.actual > other.limitMs;
}

/**
 * A failed request counts as too slow, and so does an agent whose debate could not be created. What remains is slow, and so little that the
 * objective allows it.
 */
function areFailures(
  { follower, input }: SeenTogether,
  { endpoints }: AvailabilityObjective,
  latencies: readonly LatencyObjective[],
): boolean {
  const objective = latencies.find(({ id }) => id === follower.id);
  if (objective === undefined) return false;
  const recording = input.recording.endpoints.get(objective.endpoint);
  const isOwn = endpoints.includes(objective.endpoint);
  const failed = sum(recording, (second) => (isOwn ? failedCount(second.failed) : withoutDebate(second)));
  return failed > 0 && isAllowed(follower, follower.bad - failed);
}

function withoutDebate({ failed }: EndpointSecond): number {
  const its = Object.entries(failed).filter(([kind]) => kind === 'no-debate' || isInjected(kind));
  return total(its.map(([, count]) => count));
}

/** An arrival without its socket has no answer of an agent either. */
function hadNoSocket({ follower, input }: SeenTogether, latencies: readonly LatencyObjective[]): boolean {
  const objective = latencies.find(({ id }) => id === follower.id);
  if (objective === undefined) return false;
  const recording = input.recording.endpoints.get(objective.endpoint);
  const without = sum(recording, ({ failed }) => failed['no-socket'] ?? 0);
  return without > 0 && isAllowed(follower, follower.bad - without);
}

/**
 * A socket whose handshakes fail is not connected. Downtime counts where handshakes failed, in that second or beside it, and where the server
 * ended no connection, which makes downtime of its own; and no more of it than so many handshakes can take.
 */
function couldNotConnect({ follower, input }: SeenTogether, objectives: readonly Objective[]): boolean {
  const objective = objectives.find(({ id }) => id === follower.id);
  if (objective?.kind !== 'uptime') return false;
  const { endpoints } = input.recording;
  const [refused, ended] = [HANDSHAKE, CLOSE].map((name) => failingAround(endpoints.get(name)));
  const uptime = endpoints.get(objective.endpoint);
  if (uptime === undefined || refused === undefined || ended === undefined) return false;
  const beside = sum(uptime, (one) =>
    refused.has(one.second) && !ended.has(one.second) ? badIn(objective, one, uptime) : 0,
  );
  const down = Math.min(beside, handshakesTookSec(input));
  return down > 0 && isAllowed(follower, follower.bad - down);
}

/** A server that refuses a handshake does it at once, or the client waits for its whole time. */
const REFUSED_WITHIN_MS = 1000;

/** What the failed handshakes of held sockets can have cost, at most. Each arrival that has a socket of its own tries once, and holds none. */
function handshakesTookSec({ recording: { endpoints } }: JudgeInput): number {
  const failed = (endpoints.get(HANDSHAKE)?.seconds ?? []).flatMap((second) => Object.entries(second.failed));
  const tookMs = failed.map(([kind, count]) => {
    const waitedMs = sampleOutcome(kind).gaveUp ? SOCKET_TIMEOUT_MS : REFUSED_WITHIN_MS;
    return { count, ms: count * (waitedMs + RECONNECT_MS) };
  });
  const [count, ms] = [total(tookMs.map((one) => one.count)), total(tookMs.map((one) => one.ms))];
  const ofArrivals = total([...endpoints.values()].map((one) => sum(one, (second) => second.failed['no-socket'] ?? 0)));
  return count === 0 ? 0 : (ms / 1000) * Math.max(0, 1 - ofArrivals / count);
}

/** The seconds in which a sample failed or a client waited for one in vain, and those beside them. */
function failingAround(recording: EndpointRecording | undefined): ReadonlySet<number> {
  return new Set(
    (recording?.seconds ?? []).flatMap(({ second, failed }) => {
      if (failedCount(failed) === 0) return [];
      const isWaitedFor = Object.keys(failed).some((outcome) => sampleOutcome(outcome).gaveUp);
      const before = 1 + (isWaitedFor ? SOCKET_TIMEOUT_MS / 1000 : 0);
      return Array.from({ length: before + 2 }, (_, at) => second - before + at);
    }),
  );
}

/** In the seconds in which the API answered nobody, nothing else can be expected to work. */
function areInOutage(
  { follower, input }: SeenTogether,
  { endpoints }: AvailabilityObjective,
  objectives: readonly Objective[],
): boolean {
  const objective = objectives.find(({ id }) => id === follower.id);
  const isOut = outage(input, endpoints);
  if (objective === undefined || isOut === null) return false;
  const measured = endpointsOf(objective).flatMap((endpoint) => input.recording.endpoints.get(endpoint) ?? []);
  // A server that sends something wrong is there.
  const badOf = (one: EndpointSecond, of: EndpointRecording): number =>
    objective.kind === 'protocol' ? lostIn(one) : badIn(objective, one, of);
  const within = measured.reduce(
    (all, one) => all + sum(one, (second) => (isOut(second.second) ? badOf(second, one) : 0)),
    0,
  );
  return within > 0 && isAllowed(follower, follower.bad - within);
}

function endpointsOf(objective: Objective): readonly string[] {
  switch (objective.kind) {
    case 'latency':
    case 'protocol':
      return [objective.endpoint];
    case 'availability':
      return objective.endpoints;
    case 'uptime':
      return [objective.endpoint];
    case 'external':
      return [];
  }
}

/** Bad samples in a second, as the objective counts them. */
function badIn(
  objective: Objective,
  { count, failed, dropped, sumUs, histogram, over }: EndpointSecond,
  { limitsUs }: EndpointRecording,
): number {
  switch (objective.kind) {
    case 'latency': {
      const limitUs = Math.round(objective.limitMs * 1000);
      return (over[limitsUs.indexOf(limitUs)] ?? histogram.countOverUs(limitUs)) + failedCount(failed) + dropped;
    }
    case 'uptime':
      return Math.max(0, count - sumUs / 1e6) + dropped;
    case 'availability':
    case 'protocol':
    case 'external':
      return failedCount(failed) + dropped;
  }
}

/** Seconds in which not one of several requests to the API got an answer, with the second on either side; null when there was none. */
function outage({ recording }: JudgeInput, endpoints: readonly string[]): ((second: number) => boolean) | null {
  const seconds = new Map<number, { answered: number; lost: number }>();
  for (const one of endpoints.flatMap((endpoint) => recording.endpoints.get(endpoint)?.seconds ?? [])) {
    const known = seconds.get(one.second) ?? { answered: 0, lost: 0 };
    const lost = lostIn(one);
    seconds.set(one.second, { answered: known.answered + one.count - lost, lost: known.lost + lost });
  }
  const out = [...seconds].flatMap(([second, { answered, lost }]) =>
    answered === 0 && lost >= LEAST_LOST ? [second] : [],
  );
  if (out.length === 0) return null;
  const last = mostOf([...seconds.keys()]);
  const known = new Set(out.flatMap((second) => [second - 1, second, second + 1]));
  return (second) => known.has(second) || (second > last && known.has(last));
}

const LEAST_LOST = 2;

function lostIn({ failed }: EndpointSecond): number {
  return Object.entries(failed).reduce((all, [kind, count]) => all + (sampleOutcome(kind).lost ? count : 0), 0);
}

function total(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function sum(recording: EndpointRecording | undefined, of: (second: EndpointSecond) => number): number {
  return (recording?.seconds ?? []).reduce((all, second) => all + of(second), 0);
}

/** Whether the objective would be kept with so many bad samples. */
function isAllowed({ samples, allowedShare }: Finding, bad: number): boolean {
  return bad <= (allowedShare ?? 0) * samples + ROUNDING;
}

/** Connected time is counted in fractions. */
const ROUNDING = 1e-6;
