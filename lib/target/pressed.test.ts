/** What a break does under pressure, and how long after it. */
import { expect, test } from 'vitest';
import type { Patch } from './behaviour.ts';
import { type Pressed, reactsToPressure } from './pressed.ts';

const MEANWHILE: Patch = { waits: { health: 'constant(1ms)' } };
const AFTER: Patch = { waits: { health: 'constant(2ms)' } };
const FOR_A_WHILE: Patch = { waits: { health: 'constant(3ms)' } };

/** What the target was changed to, one by one, and what waits for its time. */
function reacting(...reactions: readonly Pressed[]) {
  const changes: (readonly Patch[])[] = [];
  const waiting: { readonly ms: number; readonly action: () => void }[] = [];
  const press = reactsToPressure(
    reactions,
    { change: (...patches) => void changes.push(patches) },
    { after: (ms, action) => void waiting.push({ ms, action }) },
  );
  return { press, changes, waiting };
}

test('a target without such a break is left alone', () => {
  const { press, changes } = reacting();
  press(true);
  press(false);
  expect(changes).toEqual([]);
});

test('each change of the pressure counts once', () => {
  const { press, changes } = reacting({ meanwhile: MEANWHILE, after: AFTER });
  for (const isOn of [false, true, true, false, false]) press(isOn);
  expect(changes).toEqual([[MEANWHILE], [AFTER]]);
});

test('what lasts for a while is over then, and what is for ever stays', () => {
  const { press, changes, waiting } = reacting({ after: FOR_A_WHILE, afterForMs: 20_000 }, { after: AFTER });
  press(true);
  press(false);
  expect(waiting.map(({ ms }) => ms)).toEqual([20_000]);
  waiting[0]?.action();
  expect(changes).toEqual([[{}, {}], [FOR_A_WHILE, AFTER], [AFTER]]);
});
