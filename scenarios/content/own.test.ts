/** Questions of this load, and of others. */
import { expect, test } from 'vitest';
import type { EngineScenario } from '../../lib/core/engine-protocol.ts';
import { question } from '../../lib/core/question.ts';
import { Random, traceIdSuffix } from '../../lib/core/random.ts';
import { OwnQuestions } from './own.ts';

const scenario = (journey: string, ratePerSec: number, startSec = 0): EngineScenario => ({
  ...({ journey, kind: 'arrivals', startSec, durationSec: 3600, ratePerSec, vus: 1, maxVus: 1 } as const),
  ...{ fromDue: [], owed: [] },
});
const SCENARIOS = {
  agents_0: scenario('agents', 3),
  agents_1: scenario('agents', 30, 60),
  health_0: scenario('health', 9),
};

function asked(name: string, at: number, seed = 7): string {
  const random = new Random(seed, name, at);
  traceIdSuffix(random, at);
  return question(random);
}

test('has what it may have asked by now', () => {
  const own = new OwnQuestions(7, SCENARIOS);
  expect(own.isIn(asked('agents_0', 0), 0)).toBe(true);
  expect(own.isIn(asked('agents_0', 29), 1)).toBe(false);
  expect(own.isIn(asked('agents_0', 29), 10)).toBe(true);
  expect(own.isIn(`${asked('agents_0', 0, 8)} ${asked('agents_0', 29)}`, 10)).toBe(true);
  expect(own.isIn(asked('agents_1', 29), 61)).toBe(true);
});

test('has none of another load, and none without a question', () => {
  const own = new OwnQuestions(7, SCENARIOS);
  for (const text of [asked('agents_0', 0, 8), asked('health_0', 0), 'Should tabs be spaces?'])
    expect(own.isIn(text, 3600)).toBe(false);
});

test('forgets the first of many, and knows the last', () => {
  const own = new OwnQuestions(7, SCENARIOS);
  expect(own.isIn(asked('agents_0', 0), 10)).toBe(true);
  expect(own.isIn(asked('agents_0', 10_000), 3600)).toBe(true);
  expect(own.isIn(asked('agents_0', 0), 3600)).toBe(false);
});

test('where another journey asks, a question of any load may be its own', () => {
  const own = new OwnQuestions(7, { health_0: scenario('health', 9) });
  expect(own.isIn(asked('agents_0', 0, 8), 0)).toBe(true);
  expect(own.isIn('Should tabs be spaces?', 0)).toBe(false);
});
