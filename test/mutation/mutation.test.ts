/** The parts of the mutation score that need no tape: operators, who may kill what, equivalents, the score. */
import { describe, expect, test } from 'vitest';
import { SYSTEMS } from '../../lib/systems/index.ts';
import type { CheckInfo } from '../../lib/systems/system.ts';
import { uniform } from '../../lib/target/random.ts';
import { EQUIVALENTS, equivalence } from './equivalent.ts';
import { mayKill } from './killers.ts';
import { NUMBER_OPERATORS, onIncrements } from './numbers.ts';
import type { Fate, Played } from './play.ts';
import { survivorKinds, tallyOf } from './score.ts';
import { TEXT_OPERATORS } from './texts.ts';

const row = (...values: readonly number[]) => ({ values, neighbour: [7, 8, 9], random: uniform(1) });
const done = (operator: string, ...values: readonly number[]) => NUMBER_OPERATORS[operator]?.(row(...values));

describe('operators on numbers', () => {
  test.each([
    ['zero', [0, 0, 0]],
    ['sign', [-4, -5, -9]],
    ['double', [8, 10, 18]],
    ['half', [2, 2, 4]],
    ['thousandfold', [4000, 5000, 9000]],
    ['thousandth', [0, 0, 0]],
    ['constant', [4, 4, 4]],
    ['nan', [Number.NaN, Number.NaN, Number.NaN]],
    ['lag', [4, 4, 5]],
    ['swap', [7, 8, 9]],
    ['held-back', [4, 4, 9]],
  ])('%s', (operator, changed) => {
    expect(done(operator, 4, 5, 9)).toEqual(changed);
  });

  test('noise is the same for the same seed, and keeps whole numbers whole', () => {
    const noisy = done('noise', 400, 500, 900) ?? [];
    expect(noisy).toEqual(done('noise', 400, 500, 900));
    expect(noisy.every(Number.isInteger)).toBe(true);
    expect(noisy).not.toEqual([400, 500, 900]);
  });

  test('on increments change what is added in a window, and nothing before it', () => {
    const doubled = onIncrements(NUMBER_OPERATORS['double'] ?? (() => []), (index) => index === 1);
    expect(doubled(row(4, 5, 9))).toEqual([4, 6, 10]);
  });
});

test('operators on texts take the next of the values that there are', () => {
  expect(TEXT_OPERATORS['neighbours-text']?.('b', ['a', 'b'])).toBe('a');
  expect(TEXT_OPERATORS['base64']?.('a', ['a'])).toBe('YQ==');
  expect(TEXT_OPERATORS['lost']?.('a', ['a'])).toBeUndefined();
});

describe('a mutant', () => {
  const families = ['requests_total', 'request_duration_seconds', 'active_debates'];
  const mutant = { system: 'metrics', family: 'requests_total', signal: 'aragora_requests_total' } as const;
  const check = (id: string, proves = 'It is so.', relates?: readonly string[]) =>
    ({ id, subject: 'it', proves, needs: ['metrics'], ...(relates && { relates }) }) as unknown as CheckInfo;

  test('is killed by a finding of its signal, or of all signals', () => {
    expect(mayKill(check('metrics.requests_total.moves'), mutant, families)).toBe(true);
    expect(mayKill(check('metrics.restarts'), mutant, families)).toBe(true);
  });

  test('is not killed by a finding of another signal, unless that is compared with this one', () => {
    const id = 'metrics.request_duration_seconds.count';
    expect(mayKill(check(id), mutant, families)).toBe(false);
    expect(mayKill(check(id, 'It counts as many as aragora_requests_total.'), mutant, families)).toBe(true);
    expect(mayKill(check(id, 'It is so.', ['aragora_requests_total']), mutant, families)).toBe(true);
    expect(mayKill(check(id, 'It counts as many as aragora_requests_total_x.'), mutant, families)).toBe(false);
  });

  test('is not killed by a finding that does not need its evidence', () => {
    expect(mayKill(check('traces.status'), { ...mutant, system: 'traces' }, families)).toBe(false);
  });
});

describe('the equivalents', () => {
  test('have a reason each, and are no whole system', () => {
    for (const { reason, operators, signals, system } of EQUIVALENTS) {
      expect(reason).toMatch(/^[A-Z].{20,}\.$/);
      expect(SYSTEMS.map(({ id }) => id)).toContain(system);
      expect(operators.includes('*') && signals.includes('*')).toBe(false);
    }
  });

  test('are found by patterns', () => {
    const help = { system: 'metrics', operator: 'lost', signal: 'aragora_requests_total HELP', scope: 'all' };
    expect(equivalence(help)).toMatch(/help text/);
    expect(equivalence({ ...help, signal: 'aragora_requests_total TYPE' })).toBeNull();
  });
});

describe('the score', () => {
  const played = (fate: Fate, equivalent: string | null = null): Played => ({
    id: 'any',
    system: 'logs',
    operator: 'zero',
    signal: 'line',
    family: 'line',
    aspect: 'value',
    scope: 'all',
    by: [],
    fate,
    equivalent,
  });

  test('is killed / (all − equivalent)', () => {
    const all = [played('killed'), played('survived'), played('elsewhere'), played('undecided')];
    expect(tallyOf([...all, played('survived', 'why'), played('unchanged')])).toEqual({
      all: 5,
      equivalent: 1,
      killed: 1,
      elsewhere: 1,
      undecided: 1,
      survived: 1,
      score: 0.25,
    });
    expect(tallyOf([]).score).toBeNull();
  });

  test('names the kinds of what nobody noticed', () => {
    expect(survivorKinds([played('survived'), played('killed'), played('survived', 'why')])).toEqual([
      { system: 'logs', signal: 'line', aspect: 'value', operators: { zero: ['all'] }, count: 1 },
    ]);
  });
});
