/** A rule of the server's refused requests, however well it could have answered them: its access rules, a rate limit, too little room. */
import { percentText, plural } from '../core/numbers.ts';
import { type SampleOutcomeFacts, sampleOutcome } from '../core/sample-outcome.ts';
import type { CauseFacts, KnownCause } from './known.ts';
import { attemptsOf, countOf, failedKinds, momentsOf, objectivesOf, type Such } from './samples.ts';
import { wedgeIn } from './wedged.ts';

type Rule = NonNullable<SampleOutcomeFacts['refusedBy']>;

export const access: KnownCause = {
  id: 'access',
  look: (facts) =>
    refusedBy('access', facts, {
      who: "the server's access rules",
      advice:
        'set ARAGORA_API_TOKEN to a token of this server that may do all of this, and that stays valid until the end of the run',
    }),
};

export const rateLimit: KnownCause = {
  id: 'rate-limit',
  look: (facts) =>
    refusedBy('rate', facts, {
      who: 'a rate limit',
      advice:
        'switch the limit off for the test, or name the contract of a release that limits each address (docs/real-server.md), or send fewer requests than it lets pass',
    }),
};

export const noRoom: KnownCause = {
  id: 'no-room',
  look: (facts) =>
    refusedBy('later', facts, {
      who: 'a server that has no room for the moment',
      advice:
        'find out how much it takes (docs/capacity.md) and send less, or raise the limit of its own at which it refuses',
    }),
};

/** Of all that failed, so much is refused where refusals explain the run, and by one rule where that is a cause of its own. */
const MOST = 0.5;
const MUCH = 0.25;

function refusedBy(
  rule: Rule,
  facts: CauseFacts,
  { who, advice }: { readonly who: string; readonly advice: string },
): ReturnType<KnownCause['look']> {
  const { input } = facts;
  const recordings = attemptsOf(input);
  const wedge = wedgeIn(input);
  const isRefused: Such = (outcome, endpoint) =>
    sampleOutcome(outcome).refusedBy !== null && !(wedge?.isOfIt(outcome, endpoint) ?? false);
  const isSuch: Such = (outcome, endpoint) => isRefused(outcome, endpoint) && sampleOutcome(outcome).refusedBy === rule;
  const failed = countOf(failedKinds(recordings));
  const kinds = failedKinds(recordings, isSuch);
  const refused = countOf(kinds);
  const moments = momentsOf(input, recordings, isSuch);
  if (moments === undefined || countOf(failedKinds(recordings, isRefused)) < MOST * failed || refused < MUCH * failed)
    return undefined;
  const all = recordings.reduce((sum, { seconds }) => seconds.reduce((more, { count }) => more + count, sum), 0);
  const codes = [...new Set(kinds.map(([outcome]) => codeOf(outcome)))].join(', ');
  const [first, ...rest] = recordings.flatMap((recording) => {
    const own = failedKinds([recording], isSuch);
    const sent = recording.seconds.reduce((sum, { count }) => sum + count, 0);
    return own.length === 0
      ? []
      : [{ label: recording.endpoint, value: `${plural(countOf(own), 'request')} of ${plural(sent, 'sample')}` }];
  });
  if (first === undefined) return undefined;
  return {
    summary: `${percentText(refused / all)} of ${plural(all, 'request')} were refused by ${who} (${codes}), the first in second ${moments.first}`,
    evidence: [first, ...rest],
    explains: objectivesOf(facts, isSuch),
    advice,
  };
}

/** With which the server refuses: a WebSocket, after its handshake. */
function codeOf(outcome: string): string {
  const { status } = sampleOutcome(outcome);
  return status === null ? outcome.replace('close_', 'close code ') : `${status}`;
}
