/** The phases of a profile, as people write them. */
import { describe, expect, it } from 'vitest';
import { profileOf } from './profile.ts';

const journeys = { health: { ratePerSec: 50, durationSec: 30 }, 'debates-list': { ratePerSec: 30, durationSec: 30 } };
const phases = [
  { name: 'baseline' },
  {
    name: 'fault',
    durationSec: 60,
    faults: ['errors', { kind: 'latency', delayMs: 100 }],
    expects: ['websocket.', { availability: 0.87 }, { endpoint: 'health', percentile: 95, limitMs: 500 }],
    failFastMs: 1000,
  },
  { name: 'recovery', journeys: { health: { ratePerSec: 5, durationSec: 20 } }, recoverWithinSec: 10 },
];

const read = (changes: object) => profileOf('p.yaml', { name: 'mine', journeys, phases, ...changes });

describe('a profile with phases', () => {
  it('has the load, the faults and the objectives of each', () => {
    const [baseline, fault, recovery] = read({}).phases ?? [];
    expect(baseline).toEqual({ name: 'baseline', faults: [], expects: 'all', objectives: [] });
    expect(fault?.faults).toEqual([
      { kind: 'status', status: 503, share: 0.1 },
      { kind: 'latency', delayMs: 100, jitterMs: 0 },
    ]);
    expect(fault).toMatchObject({ durationSec: 60, expects: ['websocket.'], failFastMs: 1000 });
    const source = { document: 'p.yaml', section: 'phases: fault' };
    expect(fault?.objectives).toEqual([
      {
        kind: 'availability',
        id: 'fault.availability',
        subject: 'API availability',
        gating: true,
        source,
        endpoints: ['health', 'debates-list'],
        target: 0.87,
      },
      {
        kind: 'latency',
        id: 'fault.health.p95',
        subject: 'health p95',
        gating: true,
        source,
        endpoint: 'health',
        percentile: 95,
        limitMs: 500,
      },
    ]);
    expect(recovery).toMatchObject({ journeys: { health: { steps: [{ ratePerSec: 5, durationSec: 20 }] } } });
  });

  it('needs no load of its own where each phase has one', () => {
    const own = phases.map((phase) => ({ ...phase, journeys }));
    expect(read({ journeys: undefined, phases: own }).journeys).toEqual({});
  });

  it.each<[object, string]>([
    [{ phases: [{ name: 'only' }] }, '"phases" must be a list of at least two phases'],
    [{ phases: [{ name: 'a' }, { name: 'a' }] }, '"phases" must be a list in which no two phases have the same name'],
    [{ phases: [{ name: 'a' }, { name: 'B' }] }, '"phases.1.name" must be a name of lower-case letters'],
    [{ phases: [{ name: 'a' }, { name: 'b', fault: 'errors' }] }, '"phases.1" has no key "fault"'],
    [{ phases: [{ name: 'a' }, { name: 'b', faults: 'eror' }] }, 'no fault is called "eror"'],
    [
      { phases: [{ name: 'a' }, { name: 'b', faults: [{ kind: 'status', status: 503, share: 3 }] }] },
      '"phases.1.faults.0.share" must be a share above 0 and at most 1, got 3',
    ],
    [{ phases: [{ name: 'a' }, { name: 'b', faults: ['reset', 'half-open'] }] }, 'exclude each other'],
    [
      { phases: [{ name: 'a' }, { name: 'b', expects: [{ endpoint: 'helth', percentile: 95, limitMs: 5 }] }] },
      'names the endpoint "helth", which no journey of the phase asks',
    ],
    [{ phases: [{ name: 'a' }, { name: 'b', expects: [{ availability: 2 }] }] }, '"phases.1.expects.0'],
    [
      { phases: [{ name: 'a' }, { name: 'b', recoverWithinSec: 28 }] },
      '"phases.1" lasts 30 s, and has to recover within 28 s',
    ],
    [{ journeys: {} }, '"journeys" names no journey'],
    [{ early: { afterSec: 300 } }, '"early" and "phases" exclude each other'],
    [
      {
        journeys: { health: { steps: [1, 2].map((ratePerSec) => ({ ratePerSec, durationSec: 10 })) } },
        phases: [{ name: 'a' }, { name: 'b', durationSec: 5 }],
      },
      '"phases.1" has "durationSec", and a journey of several steps',
    ],
  ])('%j is refused', (changes, says) => {
    expect(() => read(changes)).toThrow(says);
  });
});
