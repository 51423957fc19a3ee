/** What a latency objective says of requests that a rule of the server's refused. */
import { describe, expect, it } from 'vitest';
import { AVAILABILITY, factsOf, judged, LATENCY, type MadeSecond, minute, times } from '../../test/support/judged.ts';
import { onePhase } from '../core/timeline.ts';
import { health } from '../journeys/health.ts';

const PLAN = {
  phases: onePhase([{ ...health, steps: [{ ratePerSec: 50, durationSec: 60 }], vus: 5, maxVus: 50 }]),
} as const;

const verdictOf = (seconds: readonly MadeSecond[]) =>
  judged(factsOf([LATENCY, AVAILABILITY], { health: seconds }, { plan: PLAN }));

/** 50 a second; from the third second on, so many of them fail in this way. */
const refusing = (failed: Readonly<Record<string, number>>, fromSec = 2) =>
  minute((at) => {
    const bad = Object.values(failed).reduce((sum, count) => sum + count, 0);
    return at < fromSec ? { ms: times(50, 3) } : { ms: times(50 - bad, 3), failed };
  });

describe('a latency objective', () => {
  const latencyOf = (seconds: readonly MadeSecond[]) => verdictOf(seconds).findings.find(({ id }) => id === LATENCY.id);

  it('of which every answer was refused has no data', () => {
    expect(latencyOf(refusing({ status_429: 50 }, 0))).toMatchObject({
      status: 'no-data',
      actual: null,
      samples: 0,
      summary: 'no answer to judge: all of 3,000 requests were refused by a rate limit (429)',
      because: AVAILABILITY.id,
    });
  });

  it.each([
    ['one answer came', refusing({ status_429: 50 }, 1), 'the requests that were refused by a rate limit (429)'],
    ['one failed otherwise', refusing({ status_429: 49, timeout: 1 }, 0), 'the requests that were refused'],
    [
      'half were never sent',
      minute(() => ({ ms: [], failed: { status_429: 20 }, dropped: 30 })),
      'the samples without',
    ],
  ])('is missed where %s', (_, seconds, says) => {
    expect(latencyOf(seconds)).toMatchObject({
      status: 'fail',
      actual: null,
      summary: expect.stringContaining(`p95 falls among ${says}`),
    });
  });
});
