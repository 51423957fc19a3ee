/** Lists whose entries keep their questions, and lists in which they are those of others. */
import { expect, test } from 'vitest';
import { ListMemory } from './entries.ts';

const asked = (nonce: string) => `How would you make a cache correct? (case ${nonce})`;
const [A, B] = [asked('0000000a'), asked('0000000b')];

test('entries that keep their questions are right', () => {
  const memory = new ListMemory('p');
  expect(memory.problem({ ids: ['a', 'p'], questions: [A, 'Is this server ready for its load?'] })).toBeUndefined();
  expect(memory.problem({ ids: ['b', 'a', 'p'], questions: [B, A, 'ready?'] })).toBeUndefined();
});

test('a title in place of the question decides nothing', () => {
  const memory = new ListMemory(null);
  expect(memory.problem({ ids: ['a'], questions: [A] })).toBeUndefined();
  expect(memory.problem({ ids: ['a'], questions: ['Caches'] })).toBeUndefined();
  expect(memory.problem({ ids: ['a'], questions: [] })).toBeUndefined();
  expect(memory.problem({ ids: ['a'], questions: [null] })).toBeUndefined();
});

test('the same question for two debates is right: something in between may have sent it twice', () => {
  expect(new ListMemory(null).problem({ ids: ['a', 'b'], questions: [A, A] })).toBeUndefined();
});

test('an entry with the question of another one is wrong, and nothing is learnt from it', () => {
  const memory = new ListMemory(null);
  expect(memory.problem({ ids: ['a', 'b'], questions: [A, B] })).toBeUndefined();
  expect(memory.problem({ ids: ['a', 'b', 'c'], questions: [B, A, B] })).toBe('entry-of-another');
  expect(memory.problem({ ids: ['a', 'b', 'c'], questions: [A, B, asked('0000000c')] })).toBeUndefined();
});

test("the prepared debate has none of the load's questions", () => {
  expect(new ListMemory('p').problem({ ids: ['p'], questions: [A] })).toBe('entry-of-another');
});

test('debates from long ago are forgotten', () => {
  const memory = new ListMemory(null);
  expect(memory.problem({ ids: ['first'], questions: [A] })).toBeUndefined();
  for (let n = 0; n < 300; n++) memory.problem({ ids: [n], questions: [asked(n.toString(16).padStart(8, '0'))] });
  expect(memory.problem({ ids: ['first'], questions: [B] })).toBeUndefined();
});
