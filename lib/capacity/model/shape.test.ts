/** Loads scaled by one factor, and how long they must run. */
import { describe, expect, test } from 'vitest';
import { PROFILES } from '../../../thresholds/profiles.ts';
import { DOCUMENTED_OBJECTIVES } from '../../../thresholds/slos.ts';
import { kneeOf } from './knee.ts';
import { gatesOf, lowestPerSec, measuredSec, ownPerSec, profileAt, shapeOf } from './shape.ts';

const smoke = shapeOf(PROFILES.smoke);
const health = shapeOf(PROFILES.smoke, 'health');

describe('the shape of a load', () => {
  test('is the profile at its own rate', () => {
    expect(ownPerSec(smoke)).toBe(112);
    expect(profileAt(smoke, 112, 60, []).journeys).toEqual(PROFILES.smoke.journeys);
  });

  test('scales journeys and sockets by one factor, in hundredths of an arrival', () => {
    const { journeys } = profileAt(smoke, 50, 10, []);
    expect(journeys['agents']).toEqual({ steps: [{ ratePerSec: 5.36, durationSec: 10 }] });
    expect(journeys['websocket']).toMatchObject({ sockets: 9 });
  });

  test('of one journey has no sockets, and a rate of its own where the profile has none', () => {
    expect(profileAt(health, 400, 10, []).journeys).toEqual({
      health: { steps: [{ ratePerSec: 400, durationSec: 10 }] },
    });
    expect(ownPerSec(shapeOf(PROFILES.smoke, 'debates-create'))).toBe(10);
  });

  test('takes a profile of several steps by its highest', () => {
    expect(shapeOf(PROFILES.stress).ratesPerSec.get('health')).toBe(300);
  });
});

test('a profile of sockets alone has no rate', () => {
  const websocket = { sockets: 2, durationSec: 10, pingEverySec: 1 };
  expect(() => shapeOf({ ...PROFILES.smoke, name: 'held', journeys: { websocket } })).toThrow(
    'profile held has no journey but websocket, and sockets have no rate',
  );
});

describe('what gates', () => {
  test('are all documented objectives that smoke says something about', () => {
    const gating = DOCUMENTED_OBJECTIVES.filter((objective) => objective.gating).map(({ id }) => id);
    expect(gatesOf(smoke, DOCUMENTED_OBJECTIVES)).toEqual(gating);
  });

  test('for one journey alone, its own and availability', () => {
    expect(gatesOf(health, DOCUMENTED_OBJECTIVES)).toEqual([
      'latency.health.p50',
      'latency.health.p95',
      'latency.health.p99',
      'availability.api',
    ]);
  });
});

describe('a step lasts', () => {
  const slow = DOCUMENTED_OBJECTIVES.filter(({ id }) => id === 'latency.health.p99');
  test.each([
    ['as long as twice 299 samples take', 10, 60],
    ['ten seconds at least', 1000, 10],
  ])('%s', (_, ratePerSec, sec) => {
    expect(measuredSec(health, slow, ratePerSec)).toBe(sec);
  });

  test('as long as the scarcest objective needs', () => {
    // Twice 598 s of connection, on 20 sockets.
    expect(measuredSec(smoke, DOCUMENTED_OBJECTIVES, 112)).toBe(60);
  });
});

describe('the knee', () => {
  const curve = (
    law: (rate: number) => number,
    rates = [50, 100, 200, 300, 400, 450, 480],
  ): ReturnType<typeof kneeOf> => kneeOf(rates.map((ratePerSec) => ({ ratePerSec, latencyMs: law(ratePerSec) })));

  test('of a queue lies where its latency takes off', () => {
    expect(curve((rate) => 1000 / (500 - rate))?.ratePerSec).toBe(400);
  });

  test('of a step from low to high lies at its foot', () => {
    expect(curve((rate) => (rate < 300 ? 5 : 900))?.ratePerSec).toBe(200);
  });

  test('is the median where a rate was offered more than once', () => {
    const rates = [50, 100, 200, 300, 400, 400, 400];
    const points = rates.map((ratePerSec, at) => ({
      ratePerSec,
      latencyMs: at === 4 ? 1 : ratePerSec < 400 ? 5 : 900,
    }));
    expect(kneeOf(points)).toEqual({ ratePerSec: 300, latencyMs: 5 });
  });

  test.each<[string, (rate: number) => number]>([
    ['a flat curve', () => 5],
    ['a straight one', (rate) => rate],
    ['one that rises by half', (rate) => (rate > 400 ? 7 : 5)],
    ['one that bends the other way', (rate) => Math.sqrt(rate)],
    ['one that falls', (rate) => 1000 - rate],
  ])('there is none in %s', (_, law) => {
    expect(curve(law)).toBeNull();
  });

  test('there is none of three points', () => {
    expect(curve((rate) => 1000 / (500 - rate), [50, 400, 480])).toBeNull();
  });
});

describe('the lowest rate of a search', () => {
  test('is that at which a step of five minutes still decides everything', () => {
    const lowest = lowestPerSec(smoke, DOCUMENTED_OBJECTIVES, 300, 500);
    expect(measuredSec(smoke, DOCUMENTED_OBJECTIVES, lowest)).toBeLessThanOrEqual(300);
    expect(measuredSec(smoke, DOCUMENTED_OBJECTIVES, lowest * 0.85)).toBeGreaterThan(300);
  });

  test('is the highest where not even that is enough', () => {
    expect(lowestPerSec(health, DOCUMENTED_OBJECTIVES, 300, 1)).toBe(1);
  });
});
