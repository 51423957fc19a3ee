/** Bodies that agree with themselves and with what is known, and bodies that don't. */
import { describe, expect, test } from 'vitest';
import { consensusProblem, holdingProblem, isOtherCreation, type ListParts, listProblem } from './bodies.ts';

const LIST: ListParts = { entries: 2, ids: ['a', 'b'], debateIds: ['a', 'b'], count: 2, total: 2, more: false };

describe('a list', () => {
  test.each<readonly [string, Partial<ListParts>]>([
    ['of one page of many', { count: 2, total: 57, more: true }],
    ['that counts all pages', { count: 57, total: 57, more: true }],
    ['that counts all pages without saying that there are more', { count: 57, total: 57, more: undefined }],
    ['that counts nothing', { count: undefined, total: undefined, more: undefined }],
    ['with ids of one name', { debateIds: [] }],
    ['with numbers as ids', { ids: [1, 2], debateIds: [] }],
    ['with an empty error', { error: null }],
    ['with the error code 0', { error: 0 }],
    ['with a list of no error', { error: [] }],
    ['of a server that counted while others were started', { total: 1 }],
    ['of a page without a limit', { limit: 0, offset: 0 }],
    ['of a full page, whose number of all was counted before', { limit: 2, more: true }],
    ['whose number of all has grown', { total: 4 }],
    ['that is empty', { entries: 0, ids: [], debateIds: [], count: 0, total: 0 }],
  ])('%s is right', (_, changes) => {
    expect(listProblem({ ...LIST, ...changes })).toBeUndefined();
  });

  test.each<readonly [string, Partial<ListParts>, string]>([
    ['counts less than it has', { count: 1 }, 'count-contradicted'],
    ['has far fewer in all than on one page', { total: -2 }, 'count-contradicted'],
    ['counts far more than there are in all', { count: 57, total: 50, more: true }, 'count-contradicted'],
    ['has more in all, and no more', { total: 57 }, 'count-contradicted'],
    ['has more, and not as many as a page can have', { more: true, limit: 20 }, 'count-contradicted'],
    ['begins before its beginning', { offset: -20 }, 'count-contradicted'],
    ['begins after its end', { offset: 20 }, 'count-contradicted'],
    ['is larger than its limit', { limit: 1 }, 'count-contradicted'],
    ['has an impossible limit', { limit: -20 }, 'count-contradicted'],
    ['counts more than it has, and has no more', { count: 3 }, 'count-contradicted'],
    ['has an entry twice', { ids: ['a', 'a'], debateIds: [] }, 'entry-repeated'],
    ['has an entry without an id', { ids: ['a'], debateIds: [] }, 'entry-without-id'],
    ['has an empty id', { ids: ['a', ' '], debateIds: [] }, 'entry-without-id'],
    ['has an error', { error: 'database is locked' }, 'error-beside'],
  ])('that %s is wrong', (_, changes, problem) => {
    expect(listProblem({ ...LIST, ...changes })).toBe(problem);
  });

  test.each([
    ['has one of the load', LIST, true, undefined],
    ['has only others, and no more', LIST, false, 'none-of-ours'],
    ['has only others, and says nothing of more', { ...LIST, more: undefined }, false, 'page-without-ours'],
    ['has only others on this page', { ...LIST, more: true }, false, 'page-without-ours'],
    ['has only others on this page of 57', { ...LIST, more: undefined, total: 57 }, false, 'page-without-ours'],
    ['is empty, whatever it says of more', { ...LIST, entries: 0, more: true }, false, 'none-of-ours'],
  ])('that %s', (_, parts, holdsOurs, problem) => {
    expect(holdingProblem(parts, holdsOurs)).toBe(problem);
  });
});

describe('an answer about a consensus', () => {
  const AGREED = { reached: true, similarity: 0.8, rounds: 1 };

  test.each([
    ['says what the debate says', AGREED, true],
    ['of which the debate says nothing', AGREED, null],
    ['without numbers', { reached: false }, false],
    ['with a negative similarity', { ...AGREED, similarity: -0.4 }, true],
    ['with a rounded similarity', { ...AGREED, similarity: 1.0000001 }, true],
    ['with fewer rounds than the debate (seen on 2.11.1)', { ...AGREED, rounds: 0 }, true],
    ['with one round more, of another way to count', { ...AGREED, rounds: 2 }, true],
  ])('%s', (_, parts, consensus) => {
    expect(consensusProblem(parts, { consensus, rounds: 1 })).toBeUndefined();
    expect(consensusProblem({ ...parts, rounds: 7 }, { consensus, rounds: null })).toBeUndefined();
  });

  test.each([
    ['seven rounds of a debate of one', { ...AGREED, rounds: 7 }, 'consensus-contradicted'],
    ['another consensus', { ...AGREED, reached: false }, 'consensus-contradicted'],
    ['a similarity of 5', { ...AGREED, similarity: 5 }, 'impossible-value'],
    ['a thousand rounds', { ...AGREED, rounds: 1000 }, 'impossible-value'],
    ['an error as its status', { ...AGREED, status: 'Error: internal error' }, 'error-beside'],
    ['rounds below zero', { ...AGREED, rounds: -1 }, 'impossible-value'],
    ['an error', { ...AGREED, error: { code: 1 } }, 'error-beside'],
  ])('that says %s is wrong', (_, parts, problem) => {
    expect(consensusProblem(parts, { consensus: true, rounds: 1 })).toBe(problem);
  });
});

test('a creation is about the question that was asked, and reports no error', () => {
  const asked = 'How would you make a cache correct? (case 0123abcd)';
  for (const parts of [{}, { task: asked }, { question: `Debate: ${asked}`, error: '', status: 'created' }])
    expect(isOtherCreation(parts, asked)).toBe(false);
  for (const parts of [
    { task: 'Should tabs be spaces?' },
    { question: '' },
    { error: 'no agent' },
    { status: 'Error: no agent' },
  ])
    expect(isOtherCreation(parts, asked)).toBe(true);
});
