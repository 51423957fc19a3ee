/** The capacity search on servers whose capacity is known: how far off its answer is, and that it never claims what it did not see. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import { judgeShare } from '../../stats/share.ts';
import type { CapacityAnswer, SearchBounds, StepResult, Tried } from './facts.ts';
import { answerOf, nextStep } from './search.ts';

const BOUNDS: SearchBounds = { startPerSec: 100, minPerSec: 25, maxPerSec: 10_000, resolution: 0.1, maxSec: 1e9 };
const STEP_SEC = 20;

type Server = (ratePerSec: number, sec: number) => StepResult;

function search(server: Server, bounds: SearchBounds = BOUNDS): { answer: CapacityAnswer; tried: Tried[] } {
  const tried: Tried[] = [];
  for (;;) {
    const next = nextStep(tried, bounds, () => STEP_SEC);
    if (next.kind === 'done') return { answer: next.answer, tried };
    if (tried.length > 60) throw new Error(`no end: ${JSON.stringify(tried)}`);
    const sec = STEP_SEC * next.longer;
    tried.push({ ratePerSec: next.ratePerSec, result: server(next.ratePerSec, sec), tookSec: sec });
  }
}

/** Holds up to `capacityPerSec`, and not above. */
const sharp =
  (capacityPerSec: number): Server =>
  (ratePerSec) =>
    ratePerSec <= capacityPerSec ? 'holds' : 'breaks';

/** Returns these results in turn, whatever the rate. */
function scripted(...results: StepResult[]): Server {
  const left = [...results];
  return () => left.shift() ?? 'holds';
}

function uniform(seed: number): () => number {
  const random = new Random(seed, 'server', 0);
  return () => random.uint32() / 2 ** 32;
}

const LIMIT_SEC = 0.1;

/**
 * M/M/1: times in the system are exponential with rate μ − λ (Kleinrock 1975). So the share over the limit is known, and P99 is judged on
 * samples.
 */
function queueing(servicePerSec: number, seed: number): Server {
  const next = uniform(seed);
  return (ratePerSec, sec) => {
    const over = Math.min(1, Math.exp(-Math.max(0, servicePerSec - ratePerSec) * LIMIT_SEC));
    const perSec = Math.round(ratePerSec);
    const seconds = Array.from({ length: sec }, () => {
      let bad = 0;
      for (let sample = 0; sample < perSec; sample++) if (next() < over) bad++;
      return { count: perSec, bad };
    });
    const { status } = judgeShare(seconds, 0.01);
    return status === 'pass' ? 'holds' : status === 'fail' ? 'breaks' : 'undecided';
  };
}
const trueCapacity = (servicePerSec: number): number => servicePerSec - Math.log(100) / LIMIT_SEC;

describe('on a server that holds up to a rate', () => {
  test.each([30, 99, 100, 101, 777, 9999])('%d a second, it is found within the resolution', (capacity) => {
    const { answer } = search(sharp(capacity));
    if (answer.kind !== 'found') throw new Error(JSON.stringify(answer));
    expect(answer.holdsPerSec).toBeLessThanOrEqual(capacity);
    expect(answer.breaksPerSec).toBeGreaterThan(capacity);
    expect(answer.breaksPerSec / answer.holdsPerSec).toBeLessThanOrEqual(1.1001);
  });

  test('each end of the answer was seen twice', () => {
    const { answer, tried } = search(sharp(777));
    if (answer.kind !== 'found') throw new Error(JSON.stringify(answer));
    const seen = (rate: number): number => tried.filter(({ ratePerSec }) => ratePerSec === rate).length;
    expect([seen(answer.holdsPerSec), seen(answer.breaksPerSec)]).toEqual([2, 2]);
    expect(tried.length).toBeLessThanOrEqual(10);
  });

  test('one lucky and one unlucky step do not move it', () => {
    let unlucky = true;
    const { answer } = search((rate) => {
      const wrong = unlucky && rate > 190;
      if (wrong) unlucky = false;
      return wrong ? 'breaks' : sharp(777)(rate, 0);
    });
    expect(answer).toMatchObject({ kind: 'found' });
    if (answer.kind === 'found') expect(answer.holdsPerSec).toBeGreaterThan(700);
  });
});

describe('what it does not know is not reported', () => {
  test('every rate holds up to the highest that may be tried: at least that', () => {
    expect(search(sharp(1e6)).answer).toEqual({
      kind: 'at-least',
      holdsPerSec: 10_000,
      breaksPerSec: null,
      why: 'max-rate',
    });
  });

  test('not even the lowest rate holds: below that', () => {
    expect(search(sharp(10)).answer).toEqual({ kind: 'below', breaksPerSec: 25 });
  });

  test('the generator comes to its limit first: at least what held, never the capacity', () => {
    const { answer } = search((rate) => (rate > 500 ? 'unfit' : 'holds'));
    expect(answer).toMatchObject({ kind: 'at-least', breaksPerSec: null, why: 'generator' });
    if (answer.kind === 'at-least') expect(answer.holdsPerSec).toBeGreaterThan(450);
  });

  test('a generator that was unfit once is given a second chance', () => {
    expect(search(scripted('unfit')).answer).toMatchObject({ kind: 'at-least', why: 'max-rate' });
  });

  test('an unfit generator at the lowest rate says nothing', () => {
    expect(search(() => 'unfit').answer).toEqual({ kind: 'not-known', why: 'generator' });
  });

  test('nothing is ever decided: there is no answer', () => {
    expect(search(() => 'undecided').answer).toEqual({ kind: 'not-known', why: 'undecided' });
  });

  test('undecided beyond a rate: at least what holds', () => {
    const { answer } = search((rate) => (rate <= 300 ? 'holds' : rate < 400 ? 'undecided' : 'breaks'));
    expect(answer).toMatchObject({ kind: 'at-least', breaksPerSec: 400, why: 'undecided' });
    if (answer.kind === 'at-least') expect(answer.holdsPerSec).toBeLessThanOrEqual(300);
  });

  test('the time is up: at least what held, and no step that would not have ended by then', () => {
    const { answer, tried } = search(sharp(777), { ...BOUNDS, maxSec: 90 });
    expect(answer).toEqual({ kind: 'at-least', holdsPerSec: 400, breaksPerSec: 800, why: 'time' });
    expect(tried.reduce((sum, { tookSec }) => sum + tookSec, 0)).toBeLessThanOrEqual(90);
  });

  test('no time for a single step: nothing', () => {
    expect(search(sharp(777), { ...BOUNDS, maxSec: 5 }).answer).toEqual({ kind: 'not-known', why: 'time' });
  });

  test('stopped after one step that broke: nothing, since once is too little', () => {
    const tried: Tried[] = [{ ratePerSec: 100, result: 'breaks', tookSec: 20 }];
    expect(answerOf(tried, 'interrupted')).toEqual({ kind: 'not-known', why: 'interrupted' });
  });
});

test('an undecided rate is offered again for twice as long', () => {
  const tried: Tried[] = [{ ratePerSec: 100, result: 'undecided', tookSec: 20 }];
  expect(nextStep(tried, BOUNDS, () => STEP_SEC)).toEqual({ kind: 'try', ratePerSec: 100, longer: 2 });
});

test('with a dip, the answer lies below the lowest rate that was seen to break', () => {
  const { answer, tried } = search((rate) => (rate >= 350 && rate <= 450 ? 'breaks' : sharp(5000)(rate, 0)));
  if (answer.kind !== 'found') throw new Error(JSON.stringify(answer));
  const lowestBroken = Math.min(
    ...tried.filter(({ result }) => result === 'breaks').map(({ ratePerSec }) => ratePerSec),
  );
  expect(answer.breaksPerSec).toBe(lowestBroken);
  expect(answer.holdsPerSec).toBeLessThan(350);
});

/** The rate found divided by the true rate, ascending, for 60 queues of 150 to 1,500 services a second. */
function ratios(disturbed: (server: Server, seed: number) => Server): number[] {
  const found = Array.from({ length: 60 }, (_, seed) => {
    const servicePerSec = 150 * 10 ** uniform(seed + 5000)();
    const { answer } = search(disturbed(queueing(servicePerSec, seed), seed));
    return 'holdsPerSec' in answer ? answer.holdsPerSec / trueCapacity(servicePerSec) : 0;
  });
  return found.sort((a, b) => a - b);
}

describe('on an M/M/1 queue judged by samples (P99 ≤ 100 ms, steps of 20 s, resolution 10 %; 60 searches)', () => {
  test('the answer is never above the truth by more than 1 %, and at most 12 % below', () => {
    const found = ratios((server) => server);
    expect(found.at(-1)).toBeLessThanOrEqual(1.01);
    expect(found[0]).toBeGreaterThanOrEqual(0.88);
  });

  test('with one step in twenty spoilt by the machine, nine in ten still are', () => {
    const found = ratios((server, seed) => {
      const chance = uniform(seed + 1000);
      return (rate, sec) => (chance() < 0.05 ? 'breaks' : server(rate, sec));
    });
    expect(found.at(-1)).toBeLessThanOrEqual(1.01);
    expect(found[6]).toBeGreaterThanOrEqual(0.8);
  });
});
