/** The machine that made the load had no time for it: what looks slow may be its own doing. */
import type { KnownCause } from './known.ts';

const GENERATOR = 'load.generator';

export const starvedGenerator: KnownCause = {
  id: 'starved-generator',
  look: ({ findings }) => {
    const finding = findings.find(({ id }) => id === GENERATOR);
    // Without figures of the generator it is `unavailable`: then nothing is known of it, and it is not called the cause.
    if (finding?.status !== 'inconclusive') return undefined;
    const [first, ...rest] = finding.evidence;
    if (first === undefined) return undefined;
    return {
      summary: finding.summary,
      evidence: [first, ...rest],
      explains: [finding.id],
      advice: 'send fewer requests a second, take a larger machine, and let nothing else run on it',
    };
  },
};
