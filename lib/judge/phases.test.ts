/** A run of several phases: each is judged by its own seconds, its own objectives, its own arrivals. */
import { describe, expect, it } from 'vitest';
import { factsOf, judged, LATENCY, type MadeSecond, times } from '../../test/support/judged.ts';
import { API, DEGRADED, FAULTY, line, OBJECTIVES, PER_SEC, PHASES, seconds } from '../../test/support/phased.ts';
import type { Finding } from '../core/finding.ts';
import type { Objective, Phase } from '../core/plan.ts';
import type { JourneyLoad } from '../core/recording.ts';

function verdictOn(made: readonly MadeSecond[], phases: readonly Phase[], lines: readonly JourneyLoad[] = []) {
  return judged(factsOf(OBJECTIVES, { health: made }, { plan: { phases }, load: { journeys: lines } }));
}

const statuses = (findings: readonly Finding[]): string[] =>
  findings.filter(({ id }) => !id.startsWith('load.')).map(({ id, phase, status }) => `${phase} ${id} ${status}`);

describe('a run of three phases', () => {
  it('is judged phase by phase, each by its own objectives', () => {
    const { findings, outcome } = verdictOn(FAULTY, PHASES);
    expect(statuses(findings)).toEqual([
      'baseline latency.health.p95 pass',
      'baseline availability.api pass',
      'fault degraded.health.p95 pass',
      'recovery latency.health.p95 pass',
      'recovery availability.api pass',
    ]);
    expect(outcome).toBe('conforms');
  });

  it('breaches by the phase that breaks its objective, and the headline names it', () => {
    const late = [...seconds(60, 5), ...seconds(60, 900), ...seconds(30, 900), ...seconds(30, 5)];
    const { findings, outcome, headline } = verdictOn(late, PHASES);
    expect(statuses(findings).filter((line) => line.endsWith('fail'))).toEqual(['recovery latency.health.p95 fail']);
    expect(outcome).toBe('breaches');
    expect(headline).toContain('worst: health p95 in recovery, ');
  });

  it('would fail whole: only its phases tell that the slow seconds were expected', () => {
    const [{ journeys }] = PHASES;
    const steps = [{ ratePerSec: PER_SEC, durationSec: 180 }];
    const whole = journeys.map((journey) => ({ ...journey, steps }));
    const { findings } = verdictOn(FAULTY, [{ ...PHASES[0], name: 'load', journeys: whole, expects: ['latency.'] }]);
    expect(statuses(findings)).toEqual(['load latency.health.p95 fail']);
  });

  it('counts the samples of a phase alone, without the second in which it changes', () => {
    const { findings } = verdictOn(FAULTY, PHASES);
    const samples = findings
      .filter(({ id }) => id.endsWith('health.p95'))
      .map(({ phase, samples }) => [phase, samples]);
    expect(samples).toEqual([
      ['baseline', 60 * PER_SEC],
      ['fault', 59 * PER_SEC],
      ['recovery', 59 * PER_SEC],
    ]);
  });

  describe('a property that only the opening of sockets shows', () => {
    const SUBSCRIBED: Objective = {
      ...{ kind: 'protocol', id: 'websocket.subscription', subject: 'WebSocket subscription', gating: true },
      ...{ source: { document: 'a test', section: 'sockets' }, endpoint: 'ws-subscribe' },
    };
    const ofRecovery = (opened: MadeSecond) => {
      const subscribed = Array.from({ length: 180 }, (_, at) => (at === 0 || at === 120 ? opened : { ms: [] }));
      const phases = PHASES.map((phase) => ({ ...phase, expects: [...phase.expects, SUBSCRIBED.id] }));
      const made = { health: FAULTY, 'ws-subscribe': subscribed };
      const { findings } = judged(factsOf([...OBJECTIVES, SUBSCRIBED], made, { plan: { phases } }));
      return findings.filter(({ id }) => id === SUBSCRIBED.id).map(({ phase, status }) => `${phase} ${status}`);
    };

    it('passes by the second of the change where all went well', () => {
      expect(ofRecovery({ ms: times(10, 1) })).toEqual(['baseline pass', 'fault no-data', 'recovery pass']);
    });

    it('has no data where it did not: the phase before may be why', () => {
      const failed = { ms: times(9, 1), failed: { 'sync-contradicted': 1 } };
      expect(ofRecovery(failed)).toEqual(['baseline fail', 'fault no-data', 'recovery no-data']);
    });
  });

  it('does not blame a phase for what came in the second of the change', () => {
    const mixed = FAULTY.map((second, at) => (at === 60 || at === 120 ? { ms: times(PER_SEC, 9000) } : second));
    expect(verdictOn(mixed, PHASES).outcome).toBe('conforms');
  });

  it('measures percentiles of the phase, and so do its evidence and its blind spots', () => {
    const { findings, blindSpots } = verdictOn(FAULTY, PHASES);
    const fault = findings.find(({ id }) => id === DEGRADED.id);
    expect(fault?.actual).toBe(900);
    expect(fault?.evidence[0]).toEqual({ label: 'latencies', value: 'p50 900 ms, p95 900 ms, p99 900 ms, max 900 ms' });
    expect(blindSpots.map((sentence) => /this run of (\d+ s in \w+)/.exec(sentence)?.[1])).toEqual([
      '60 s in baseline',
      '59 s in fault',
      '59 s in recovery',
    ]);
  });

  it('has one error budget an objective, over the phases in which it holds', () => {
    const failing = FAULTY.map((second, at) => (at >= 150 ? { ...second, failed: { status_500: 1 } } : second));
    const { errorBudgets, findings } = verdictOn(failing, PHASES);
    const [budget] = errorBudgets;
    const counted = findings.filter(({ id }) => id === API.id);
    const samples = counted.reduce((sum, one) => sum + one.samples, 0);
    expect(errorBudgets).toHaveLength(1);
    expect(budget?.burnRate).toBeCloseTo(30 / samples / 0.001, 6);
    // Two of three equally long phases of a load of one minute have it.
    expect(budget?.usedShare).toBeCloseTo(((budget?.burnRate ?? 0) * 2) / 3 / 43_200, 12);
  });

  it('accepts a known deviation in each phase', () => {
    const accepted = [{ finding: LATENCY.id, reason: 'known', expires: '2099-12-31' }];
    const facts = factsOf([LATENCY], { health: seconds(180, 900) }, { plan: { phases: PHASES, accepted } });
    const { findings } = judged(facts);
    expect(findings.filter(({ acceptance }) => acceptance !== undefined).map(({ phase }) => phase)).toEqual([
      'baseline',
      'recovery',
    ]);
  });
});

describe('what was offered in a phase', () => {
  const dropping = (phase: string, dropped: number) => line(phase, { delivered: 60 * PER_SEC - dropped, dropped });
  const deliveredIn = (findings: readonly Finding[]): string[] =>
    findings.filter(({ id }) => id === 'load.delivered').map(({ phase, status }) => `${phase} ${status}`);

  it('is held against its own objectives: drops that a fault may cost do not spoil the others', () => {
    // 2 % of the arrivals: more than availability allows, less than the 5 % of the degraded p95.
    const made = FAULTY.map((second, at) =>
      at > 60 && at < 120 ? { ms: times(PER_SEC - 1, 900), dropped: 1 } : second,
    );
    const { findings } = verdictOn(made, PHASES, [line('baseline'), dropping('fault', 59), line('recovery')]);
    expect(deliveredIn(findings)).toEqual(['baseline pass', 'fault pass', 'recovery pass']);
    const inBaseline = FAULTY.map((second, at) => (at < 59 ? { ms: times(PER_SEC - 1, 5), dropped: 1 } : second));
    const spoilt = verdictOn(inBaseline, PHASES, [dropping('baseline', 59), line('fault'), line('recovery')]);
    expect(deliveredIn(spoilt.findings)).toEqual(['baseline inconclusive', 'fault pass', 'recovery pass']);
  });

  it('counts an arrival that nobody answered where it was due', () => {
    // Of 10,800 due arrivals 40 left neither a sample nor a drop, all of them in the fault.
    const made = FAULTY.map((second, at) => (at > 60 && at <= 100 ? { ms: times(PER_SEC - 1, 900) } : second));
    const lines = [line('baseline'), line('fault', { delivered: 60 * PER_SEC - 40 }), line('recovery')];
    const { findings } = verdictOn(made, PHASES, lines);
    const unanswered = findings.flatMap(({ id, phase, evidence }) =>
      evidence.filter(({ label }) => label === 'undelivered').map(({ value }) => `${phase} ${id}: ${value}`),
    );
    expect(unanswered).toEqual(['fault degraded.health.p95: 40 unanswered (neither sample nor drop)']);
  });

  it('of a phase that the load never reached is no data', () => {
    const reason = { kind: 'interrupted', signal: 'SIGINT' } as const;
    const lines = [line('baseline'), line('fault', { offered: 0, delivered: 0 })];
    const facts = factsOf(
      [LATENCY, DEGRADED],
      { health: seconds(60, 5) },
      { plan: { phases: PHASES.slice(0, 2) }, load: { journeys: lines, reason } },
    );
    const { findings } = judged(facts);
    expect(statuses(findings)).toEqual(['baseline latency.health.p95 pass', 'fault degraded.health.p95 no-data']);
    expect(deliveredIn(findings)).toEqual(['baseline inconclusive', 'fault no-data']);
  });
});

it('late starts of a phase spoil its own objectives alone', () => {
  const made = [...seconds(60, 5), ...seconds(60, 2500), ...seconds(60, 5)];
  const lateness = [...seconds(60, 0.2), ...seconds(60, 1500), ...seconds(60, 0.2)];
  const { findings } = judged(
    factsOf([LATENCY, DEGRADED], { health: made, 'start-lateness': lateness }, { plan: { phases: PHASES } }),
  );
  expect(statuses(findings)).toEqual([
    'baseline latency.health.p95 pass',
    'fault degraded.health.p95 inconclusive',
    'recovery latency.health.p95 pass',
  ]);
  expect(findings.find(({ id }) => id === 'load.generator')?.summary).toContain('of degraded health p95 in fault');
});
