/** The server went away: from one second of the load on nothing answers, and nothing does after the load. */
import { countText, plural } from '../core/numbers.ts';
import { failedCount } from '../core/recording.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { evidenceOf } from '../systems/evidence.ts';
import type { ProbesObservation } from '../systems/probes/observation.ts';
import type { KnownCause } from './known.ts';
import { failedKinds, nthSecond, objectivesOf, requestsOf, type Such } from './samples.ts';

/** Fewer can be chance. */
const LEAST_LOST = 10;

const isLost: Such = (outcome) => sampleOutcome(outcome).status === null;

export const serverGone: KnownCause = {
  id: 'server-gone',
  look: (facts) => {
    const { input } = facts;
    const after = evidenceOf<ProbesObservation>(input.observations, 'probes');
    if (after?.status !== 'unavailable') return undefined;
    const recordings = requestsOf(input);
    const seconds = recordings.flatMap((one) => one.seconds);
    const answered = seconds.filter(
      ({ count, failed }) => count > failedCount(failed) || !Object.keys(failed).every((one) => isLost(one, '')),
    );
    if (answered.length === 0) return undefined;
    const last = Math.max(...answered.map(({ second }) => second));
    const tail = recordings.map((one) => ({ ...one, seconds: one.seconds.filter(({ second }) => second > last) }));
    const kinds = failedKinds(tail, isLost);
    const lost = kinds.reduce((sum, [, count]) => sum + count, 0);
    if (lost < LEAST_LOST) return undefined;
    return {
      summary: `the server went away: after second ${countText(nthSecond(input.load, last))} of the load none of ${plural(lost, 'request')} had an answer, nor had one after the load`,
      evidence: [
        {
          label: 'in the load',
          value: kinds.map(([outcome, count]) => `${sampleOutcome(outcome).words} ×${countText(count)}`).join(', '),
        },
        { label: 'after the load', value: after.reason },
      ],
      explains: objectivesOf(facts, (outcome) => isLost(outcome, '') || outcome === 'no-debate'),
      advice: 'look at what ended it (its exit code, its last log lines, the memory that it had)',
    };
  },
};
