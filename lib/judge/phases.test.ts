/** A run of several phases: each is judged by its own seconds, its own objectives, its own arrivals. */
import { describe, expect, it } from 'vitest';
import { AVAILABILITY, factsOf, judged, LATENCY, type MadeSecond, times } from '../../test/support/judged.ts';
import type { Finding } from '../core/finding.ts';
import type { Journey, LatencyObjective } from '../core/plan.ts';
import type { JourneyLoad } from '../core/recording.ts';
import type { Phase } from '../core/timeline.ts';
import { health as healthJourney } from '../journeys/health.ts';

const PER_SEC = 60;
const health = (durationSec: number): Journey => ({
  ...healthJourney,
  steps: [{ ratePerSec: PER_SEC, durationSec }],
  vus: 10,
  maxVus: 10,
});
const phase = (name: string, durationSec: number, expects: Phase['expects']): Phase => ({
  name,
  journeys: [health(durationSec)],
  faults: [],
  expects,
});

const DEGRADED: LatencyObjective = {
  ...(LATENCY as LatencyObjective),
  id: 'degraded.health.p95',
  subject: 'degraded health p95',
  limitMs: 2000,
};
const API = { ...AVAILABILITY, endpoints: ['health'] } as const;
const PHASES = [
  phase('baseline', 60, ['latency.', 'availability.']),
  phase('fault', 60, ['degraded.']),
  phase('recovery', 60, ['latency.', 'availability.']),
] as const;

const seconds = (count: number, ms: number, more: Partial<MadeSecond> = {}): MadeSecond[] =>
  Array.from({ length: count }, () => ({ ms: times(PER_SEC, ms), ...more }));
/** Fast, slow while the fault is on, fast again. */
const FAULTY = [...seconds(60, 5), ...seconds(60, 900), ...seconds(60, 5)];

function verdictOn(made: readonly MadeSecond[], phases: readonly Phase[], lines: readonly JourneyLoad[] = []) {
  return judged(factsOf([LATENCY, API, DEGRADED], { health: made }, { plan: { phases }, load: { journeys: lines } }));
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
    const { findings } = verdictOn(FAULTY, [phase('load', 180, ['latency.'])]);
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
    // Of a load of one minute two of three phases, each as long, hold it.
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
  const line = (phase: string, dropped: number, unfinished = 0): JourneyLoad => ({
    phase,
    journey: 'health',
    offered: 60 * PER_SEC,
    delivered: 60 * PER_SEC - dropped - unfinished,
    dropped,
  });
  const deliveredIn = (findings: readonly Finding[]): string[] =>
    findings.filter(({ id }) => id === 'load.delivered').map(({ phase, status }) => `${phase} ${status}`);

  it('is held against its own objectives: drops that a fault may cost do not spoil the others', () => {
    // 2 % of the arrivals: more than availability allows, less than the 5 % of the degraded p95.
    const made = FAULTY.map((second, at) =>
      at > 60 && at < 120 ? { ms: times(PER_SEC - 1, 900), dropped: 1 } : second,
    );
    const { findings } = verdictOn(made, PHASES, [line('baseline', 0), line('fault', 59), line('recovery', 0)]);
    expect(deliveredIn(findings)).toEqual(['baseline pass', 'fault pass', 'recovery pass']);
    const inBaseline = FAULTY.map((second, at) => (at < 59 ? { ms: times(PER_SEC - 1, 5), dropped: 1 } : second));
    const spoilt = verdictOn(inBaseline, PHASES, [line('baseline', 59), line('fault', 0), line('recovery', 0)]);
    expect(deliveredIn(spoilt.findings)).toEqual(['baseline inconclusive', 'fault pass', 'recovery pass']);
  });

  it('counts an arrival that nobody answered where it was due', () => {
    // Of 10,800 due arrivals 40 left neither a sample nor a drop, all of them in the fault.
    const made = FAULTY.map((second, at) => (at > 60 && at <= 100 ? { ms: times(PER_SEC - 1, 900) } : second));
    const lines = [line('baseline', 0), line('fault', 0, 40), line('recovery', 0)];
    const { findings } = verdictOn(made, PHASES, lines);
    const unanswered = findings.flatMap(({ id, phase, evidence }) =>
      evidence.filter(({ label }) => label === 'undelivered').map(({ value }) => `${phase} ${id}: ${value}`),
    );
    expect(unanswered).toEqual(['fault degraded.health.p95: 40 unanswered (neither sample nor drop)']);
  });

  it('of a phase that the load never reached is no data', () => {
    const reason = { kind: 'interrupted', signal: 'SIGINT' } as const;
    const lines = [line('baseline', 0), { ...line('fault', 0), offered: 0, delivered: 0 }];
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
