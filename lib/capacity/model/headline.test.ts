/** The sentence that a capacity search ends with. */
import { expect, test } from 'vitest';
import type { CapacityAnswer, CapacityStep, StepResult } from './facts.ts';
import { headlineOf } from './headline.ts';

function step(ratePerSec: number, result: StepResult): CapacityStep {
  const broke = result === 'breaks' ? [{ id: 'latency.health.p99', subject: 'health p99', summary: '' }] : [];
  const measured = { tookSec: 30, measuredSec: 20, why: '', latencies: [], dropped: 0, folder: '' };
  return { ...measured, ratePerSec, result, broke, generatorCpuShare: null, lateP99Ms: null };
}

test.each<[string, CapacityAnswer, readonly CapacityStep[], string]>([
  [
    'what holds and what breaks',
    { kind: 'found', holdsPerSec: 448, breaksPerSec: 490 },
    [step(448, 'holds'), step(490, 'breaks')],
    'every gating objective holds at 448/s; at 490/s health p99 breaks',
  ],
  [
    'a generator that was unfit where more was offered',
    { kind: 'at-least', holdsPerSec: 566, breaksPerSec: null, why: 'generator' },
    [step(566, 'holds'), step(800, 'unfit')],
    'at least 566/s: the generator was at its limit, so nothing above is known about the server',
  ],
  [
    'a rate that was never offered',
    { kind: 'at-least', holdsPerSec: 2695, breaksPerSec: null, why: 'virtual-users' },
    [step(2695, 'holds')],
    'at least 2,695/s: a higher rate would need over 4,000 virtual users',
  ],
  [
    'what broke before the time was up',
    { kind: 'at-least', holdsPerSec: 400, breaksPerSec: 800, why: 'time' },
    [step(400, 'holds'), step(800, 'breaks')],
    'at least 400/s: the time was up before more was known (--max-minutes); at 800/s health p99 breaks',
  ],
  [
    'what broke first where nothing is known to hold',
    { kind: 'not-known', why: 'time' },
    [step(42, 'breaks'), step(21, 'breaks')],
    'no rate is known to hold: the time was up before more was known (--max-minutes); at 21/s health p99 breaks',
  ],
  [
    'that nothing is known',
    { kind: 'not-known', why: 'undecided' },
    [step(21, 'undecided')],
    'no rate is known to hold: the next rate could not be decided, not even in a step of twice the length',
  ],
])('reports %s', (_, answer, steps, sentence) => {
  expect(headlineOf(answer, steps)).toBe(sentence);
});
