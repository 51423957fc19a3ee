/** Several generators that made one load: one that was not fit spoils it, and is named. */
import { describe, expect, it } from 'vitest';
import {
  factsOf,
  generatorOf,
  HEALTH_PLAN,
  judged,
  LATENCY,
  type MadeSecond,
  minute,
  times,
  UPTIME,
} from '../../test/support/judged.ts';
import { DEGRADED, line, PHASE_SEC, PHASES, seconds } from '../../test/support/phased.ts';
import { START_LATENESS } from '../core/endpoint.ts';
import type { LoadGenerator } from '../core/generators.ts';
import type { JudgeInput } from '../core/run.ts';
import { onePhase } from '../core/timeline.ts';
import { websocket } from '../journeys/websocket.ts';
import { generatorFitness } from './generator.ts';

const first = generatorOf({ id: '1', segment: { index: 0, of: 2 } });
const second = (changes: Parameters<typeof generatorOf>[0] = {}) =>
  generatorOf({ id: '2', segment: { index: 1, of: 2 }, ...changes });
const late = { p50: 1, p99: 2, max: 900_000 };

describe('two generators', () => {
  it('are fit when both are', () => {
    expect(generatorFitness([first, second()])).toEqual({ kind: 'fit' });
  });

  it.each([
    ['starved', { cpuShare: 0.93 }, 'starved', 'generator 2 used 93 % of all cores (from 80 % on it is overloaded)'],
    ['stood still', { startLatenessUs: late }, 'unknown', 'generator 2 stood still: an arrival started 900 ms late'],
    ['could not be watched', { cpuShare: null }, 'unknown', 'the CPU of generator 2 could not be read'],
  ] as const)('are not fit when one %s, and it is named', (_, changes, kind, why) => {
    expect(generatorFitness([first, second(changes)])).toEqual({ kind, why });
  });

  it('share the cores of one machine, and not those of several', () => {
    const [one, two] = [generatorOf({ id: '1', cpuShare: 0.45 }), second({ cpuShare: 0.45 })];
    expect(generatorFitness([one, two])).toEqual({
      kind: 'starved',
      why: '2 generators used 90 % of all cores together (from 80 % on the machine is overloaded)',
    });
    expect(generatorFitness([one, { ...two, clockOffsetMs: -2 }])).toEqual({ kind: 'fit' });
  });

  it('of which one is starved and one is not known are starved', () => {
    const fitness = generatorFitness([generatorOf({ id: '1', cpuShare: null }), second({ cpuShare: 0.93 })]);
    expect(fitness.kind).toBe('starved');
  });
});

describe('the only generator', () => {
  it.each([
    [{ cpuShare: 0.93 }, 'it used 93 % of all cores (from 80 % on it is overloaded)'],
    [{ startLatenessUs: late }, 'it stood still: an arrival started 900 ms late'],
    [{ cpuShare: null }, 'its CPU could not be read'],
  ])('needs no name', (changes, why) => {
    expect(generatorFitness([generatorOf(changes)])).toMatchObject({ why });
  });
});

describe('an overloaded generator', () => {
  const starved = { cpuShare: 0.93 };
  const statusOf = (second: MadeSecond, generator: Partial<LoadGenerator> = {}) =>
    judged(factsOf([LATENCY], { health: minute(() => second) }, { generator })).findings.find(
      ({ id }) => id === LATENCY.id,
    )?.status;

  it('excuses answers for which its clients did not wait long enough, and no wrong ones', () => {
    const gaveUp = { ms: times(40, 5), failed: { timeout: 10 } };
    const wrong = { ms: times(40, 5), failed: { status_500: 10 } };
    expect([statusOf(gaveUp), statusOf(gaveUp, starved)]).toEqual(['fail', 'inconclusive']);
    expect([statusOf(wrong), statusOf(wrong, starved)]).toEqual(['fail', 'fail']);
  });

  it('that stood still for seconds excuses sockets for which its clients did not wait, and none that was closed', () => {
    const still = { startLatenessUs: { ...late, max: 10_000_000 } };
    const uptimeOf = (generator: Partial<LoadGenerator>, close: MadeSecond = { ms: [1] }) => {
      const recorded = {
        'ws-uptime': minute((at) => ({ ms: times(10, 1000), ...(at % 3 === 0 && { failed: { down: 10 } }) })),
        'ws-connect': minute((at) => ({ ms: [1], ...(at % 3 === 0 && { failed: { timeout: 10 } }) })),
        'ws-close': minute(() => close),
      };
      const { findings } = judged(factsOf([UPTIME], recorded, { generator }));
      return findings.find(({ id }) => id === UPTIME.id)?.status;
    };
    expect([uptimeOf({}), uptimeOf(still)]).toEqual(['fail', 'inconclusive']);
    expect(uptimeOf({ startLatenessUs: late })).toBe('fail');
    expect(uptimeOf(still, { ms: [], failed: { close_1011: 1 } })).toBe('fail');
  });

  it('excuses what clients could not do after they had stopped waiting for a socket', () => {
    const without = minute(() => ({ ms: times(40, 5), failed: { 'no-socket': 10 } }));
    const statusAfter = (handshake: string, generator: Partial<LoadGenerator>) => {
      const recorded = { health: without, 'ws-connect': minute(() => ({ ms: [], failed: { [handshake]: 10 } })) };
      const phases = onePhase([
        ...HEALTH_PLAN.phases[0].journeys,
        { ...websocket, sockets: 1, durationSec: 60, pingEverySec: 1 },
      ]);
      const { findings } = judged(factsOf([LATENCY], recorded, { generator, plan: { phases } }));
      return findings.find(({ id }) => id === LATENCY.id)?.status;
    };
    expect([statusAfter('timeout', {}), statusAfter('timeout', starved)]).toEqual(['fail', 'inconclusive']);
    expect(statusAfter('handshake-refused', starved)).toBe('fail');
  });

  it('that is late for one objective of a phase is no witness of another one of it', () => {
    const slow = seconds(3 * PHASE_SEC, 2500);
    const recorded = { health: slow, [START_LATENESS]: seconds(3 * PHASE_SEC, 30) };
    const objectives = [LATENCY, DEGRADED];
    const journeys = PHASES.map(({ name }) => line(name));
    const phases = PHASES.map((phase) => ({ ...phase, expects: 'all' as const }));
    const statuses = (input: JudgeInput) =>
      judged(input).findings.flatMap(({ id, status }) => (id === DEGRADED.id ? [status] : []));
    expect(statuses(factsOf(objectives, recorded, { plan: { phases }, load: { journeys } }))).toEqual([
      'inconclusive',
      'inconclusive',
      'inconclusive',
    ]);
    expect(statuses(factsOf(objectives, recorded, { plan: HEALTH_PLAN }))).toEqual(['fail']);
  });
});

describe('load.generator', () => {
  const finding = (...generators: readonly ReturnType<typeof generatorOf>[]) =>
    judged(
      factsOf([LATENCY], { health: minute(() => ({ ms: times(50, 5) })) }, { load: { generators } }),
    ).findings.find(({ id }) => id === 'load.generator');

  it('passes by what those of one machine use together, with the lateness of each', () => {
    const [one, two] = [generatorOf({ id: '1', cpuShare: 0.2 }), second({ cpuShare: 0.31 })];
    expect(finding(one, two)).toMatchObject({
      status: 'pass',
      actual: 0.51,
      summary: '2 generators together used 51 % of all cores and started arrivals in time',
      evidence: [{ label: 'start lateness of generator 1' }, { label: 'start lateness of generator 2' }],
    });
  });

  it('does not say that arrivals started in time where one stood still, though no objective hung on it', () => {
    expect(finding(first, second({ startLatenessUs: late }))).toMatchObject({
      status: 'pass',
      summary: expect.stringMatching(/of all cores; generator 2 stood still: an arrival started 900 ms late$/),
    });
    expect(finding(generatorOf({ cpuShare: null, startLatenessUs: late }))).toMatchObject({
      status: 'pass',
      summary: 'it stood still: an arrival started 900 ms late; the CPU of the generator could not be read',
    });
  });

  it('is inconclusive when one of them is starved, and says which', () => {
    const elsewhere = { cpuShare: 0.93, clockOffsetMs: 3 };
    const { status, actual, summary } = finding(first, second(elsewhere)) ?? {};
    expect([status, actual]).toEqual(['inconclusive', 0.93]);
    expect(summary).toContain('generator 2 used 93 % of all cores');
  });

  it('is unavailable when nothing is known of one of them', () => {
    expect(finding(first, second({ cpuShare: null, startLatenessUs: null }))).toMatchObject({
      status: 'unavailable',
      actual: null,
      summary: 'neither the CPU of generator 2 nor its start lateness could be read',
    });
  });

  it('passes on lateness where the CPU of one could not be read, and says which', () => {
    expect(finding(first, second({ cpuShare: null }))).toMatchObject({
      status: 'pass',
      summary: 'arrivals started in time; the CPU of generator 2 could not be read',
    });
  });
});
