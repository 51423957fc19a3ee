/** Something in front of the server may answer: a page of a proxy, a login, a gateway's own error. Its answers have another form than the server's. */
import { countText, percentText, plural } from '../core/numbers.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { FOREIGN_ANSWERS } from '../systems/foreign.ts';
import type { KnownCause } from './known.ts';
import { countOf, failedKinds, momentsOf, objectivesOf, requestsOf, type Such } from './samples.ts';

/** Of all that failed. */
const MOST = 0.5;

const isForeign: Such = (outcome) => sampleOutcome(outcome).foreign;

export const inFront: KnownCause = {
  id: 'in-front',
  look: (facts) => {
    const { input, findings } = facts;
    const recordings = requestsOf(input);
    const kinds = failedKinds(recordings, isForeign);
    const foreign = countOf(kinds);
    const moments = momentsOf(input, recordings, isForeign);
    if (moments === undefined || foreign < MOST * countOf(failedKinds(recordings))) return undefined;
    const all = recordings.reduce((sum, { seconds }) => seconds.reduce((more, { count }) => more + count, sum), 0);
    const left = findings.filter(({ evidence }) => evidence.some(({ label }) => label === FOREIGN_ANSWERS));
    return {
      summary: `${percentText(foreign / all)} of ${plural(all, 'request')} got an answer that looks like none of the server's: something in front of it may have answered, the first time in second ${moments.first}`,
      evidence: [
        {
          label: FOREIGN_ANSWERS,
          value: kinds.map(([outcome, count]) => `${sampleOutcome(outcome).words} ×${countText(count)}`).join(', '),
        },
      ],
      explains: [...objectivesOf(facts, isForeign), ...left.map(({ id }) => id)],
      advice:
        'look at the log of what stands in front of the server (a proxy, a login, a page for maintenance), or load the server itself; if nothing does, the server answers errors by pages of its own',
    };
  },
};
