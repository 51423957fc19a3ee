/** The server went away: from one second of the load on nothing takes a connection, and nothing answers after the load. */
import { countText, plural } from '../core/numbers.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { evidenceOf } from '../systems/evidence.ts';
import type { ProbesObservation } from '../systems/probes/observation.ts';
import type { CauseFacts, KnownCause } from './known.ts';
import {
  countOf,
  failedKinds,
  lastAnswered,
  nthSecond,
  objectivesOf,
  requestsOf,
  type Such,
  since,
} from './samples.ts';

/** Fewer can be chance. */
const LEAST_LOST = 10;

const among =
  (...outcomes: readonly string[]): Such =>
  (outcome) =>
    outcomes.includes(outcome);

/** Nothing takes a connection. A policy, a server that hangs and a bound of the client's own look different. */
const isKnocking = among('refused', 'tcp');
/** What the end cuts, and what can't be had without a server. */
const isOfIt: Such = (outcome, endpoint) => isKnocking(outcome, endpoint) || isCut(outcome, endpoint);
const isCut = among(
  ...['reset', 'broken-answer'],
  ...['no-debate', 'no-socket', 'connection-lost', 'connection-failed', 'close_1006', 'down'],
);
/** Shows nothing of the server itself: its name, or whoever speaks TLS in its place. */
const isOfOthers: Such = (outcome, endpoint) => !isOfIt(outcome, endpoint) && outcome !== 'timeout';

export const serverGone: KnownCause = {
  id: 'server-gone',
  look: (facts) => {
    const { input } = facts;
    const after = evidenceOf<ProbesObservation>(input.observations, 'probes');
    const last = lastAnswered(requestsOf(input));
    if (after?.status !== 'unavailable' || last === undefined) return undefined;
    const kinds = failedKinds(requestsOf(input).map((one) => since(one, last + 1)));
    const lost = countOf(kinds);
    const counted = (isSuch: Such): number => countOf(kinds.filter(([outcome]) => isSuch(outcome, '')));
    const knocked = counted(isKnocking);
    if (knocked < LEAST_LOST || 2 * knocked < lost || 10 * counted(isOfOthers) > lost) return undefined;
    // A machine refuses where nothing listens. Silence may as well be of the network.
    const isRefused = 2 * counted(among('refused')) >= knocked;
    return {
      summary: `${isRefused ? 'the server went away' : 'the server can not be reached any more'}: after second ${countText(nthSecond(input.load, last))} of the load none of ${plural(lost, 'request')} had a whole answer, nor had one after the load`,
      evidence: [
        {
          label: 'in the load',
          value: kinds.map(([outcome, count]) => `${sampleOutcome(outcome).words} ×${countText(count)}`).join(', '),
        },
        { label: 'after the load', value: after.reason },
      ],
      explains: objectivesOf(fromThenOn(facts, last), isOfIt),
      advice: `look at what ended it (its exit code, its last log lines, the memory that it had); if it still runs, at ${isRefused ? 'a firewall that refuses this machine' : 'the network between'}`,
    };
  },
};

/** What failed before has another cause. What was under way is cut within the last second itself. */
function fromThenOn(facts: CauseFacts, last: number): CauseFacts {
  return {
    ...facts,
    inputOf: (phase) => {
      const input = facts.inputOf(phase);
      const endpoints = new Map([...input.recording.endpoints].map(([name, one]) => [name, since(one, last)]));
      return { ...input, recording: { ...input.recording, endpoints } };
    },
  };
}
