/** The server hangs: it takes connections, and from one second of the load on it answers no request to some paths in the time that clients wait. */
import { leastOf } from '../core/extent.ts';
import type { Evidence } from '../core/finding.ts';
import { countText, plural } from '../core/numbers.ts';
import type { EndpointRecording } from '../core/recording.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { endpointNamed } from '../journeys/index.ts';
import { tcpConnect } from '../journeys/kept.ts';
import type { KnownCause } from './known.ts';
import { countOf, failedKinds, lastAnswered, nthSecond, objectivesOf, requestsOf, since } from './samples.ts';

/** Fewer can be chance. */
const LEAST_LOST = 10;
const HANGS = 'timeout';

export const hanging: KnownCause = {
  id: 'hanging',
  look: (facts) => {
    const { input } = facts;
    const all = requestsOf(input);
    const [one, ...more] = all.filter(isHanging);
    if (one === undefined) return undefined;
    const hung = [one, ...more];
    const first = leastOf(hung.map(silentFrom));
    if (!takesConnections(input.recording.endpoints.get(tcpConnect.name), first)) return undefined;
    const lost = countOf(failedKinds(hung.map((recording) => since(recording, silentFrom(recording)))));
    const others = all.filter((other) => !hung.includes(other) && silentFrom(other) > first);
    const isHung = (outcome: string, endpoint: string): boolean =>
      isOfIt(outcome) && (outcome !== HANGS || hung.some((recording) => recording.endpoint === endpoint));
    return {
      summary: `the server hangs: it takes connections, and ${whenText(input.load, hung)} it answered none of ${plural(lost, 'request')} to ${hung.map(routeOf).join(', ')} while their clients waited`,
      evidence: [
        shown(one),
        ...more.map(shown),
        ...(others.length === 0 ? [] : [{ label: 'still answered', value: others.map(routeOf).join(', ') }]),
      ],
      explains: objectivesOf(facts, isHung),
      advice:
        'look at what these requests wait for (a lock, a database, a pool without a free worker): the stacks of its threads show it while it hangs',
    };
  },
};

/** A debate or a socket that can't be had without an answer, and the request itself. */
function isOfIt(outcome: string): boolean {
  return [HANGS, 'no-debate', 'no-socket'].includes(outcome);
}

function isHanging(recording: EndpointRecording): boolean {
  const kinds = failedKinds([since(recording, silentFrom(recording))]);
  const hung = countOf(kinds.filter(([outcome]) => outcome === HANGS));
  return hung >= LEAST_LOST && 10 * (countOf(kinds) - hung) <= hung;
}

/** The first second (Unix) after its last answer. */
function silentFrom(recording: EndpointRecording): number {
  return (lastAnswered([recording]) ?? -1) + 1;
}

/** Where nothing takes a connection, the server or the network is away. */
function takesConnections(connects: EndpointRecording | undefined, from: number): boolean {
  return connects?.seconds.some(({ second, count }) => second >= from && count > 0) ?? false;
}

function whenText(load: Parameters<typeof nthSecond>[0], hung: readonly EndpointRecording[]): string {
  const last = lastAnswered(hung);
  return last === undefined ? 'in the whole load' : `after second ${countText(nthSecond(load, last))} of the load`;
}

function routeOf({ endpoint }: EndpointRecording): string {
  const http = endpointNamed(endpoint)?.http;
  return http === undefined ? endpoint : `${http.method} ${http.path}`;
}

function shown(recording: EndpointRecording): Evidence {
  const kinds = failedKinds([since(recording, silentFrom(recording))]);
  const texts = kinds.map(([outcome, count]) => `${sampleOutcome(outcome).words} ×${countText(count)}`);
  return { label: recording.endpoint, value: texts.join(', ') };
}
