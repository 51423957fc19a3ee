/** One deadline for all parts of a look: the part that took most of it is named. No clock moves by itself here. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Part, partsWithin } from './parts.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Work = Part<string>['work'];
const part = (name: string, work: Work = async () => name): Part<string> => ({ name, work });
const after =
  (ms: number): Work =>
  () =>
    new Promise((resolve) => setTimeout(() => resolve('done'), ms));
const never: Work = (signal) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
/** Ends at the deadline, but does not say that it was ended. */
const silent: Work = (signal) => never(signal).catch(() => 'silent');
const unasked = part('unasked', () => Promise.reject(new Error('it was asked')));

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('gives back what each part gives, in their order', async () => {
  expect(await partsWithin({ ms: 10 }, [part('a'), part('b')])).toEqual(['a', 'b']);
});

test.each<[string, Part<string>[], RegExp]>([
  ['the only one', [part('first', never)], /: first took 30\.0 s of it$/],
  ['one that does not say that it was ended', [part('first'), part('last', silent)], /: last took 30\.0 s of it$/],
  ['the slowest, not the last', [part('slow', after(20_000)), part('last', never)], /: slow took 20\.0 s of it$/],
  ['the last, if it is the slowest', [part('first', after(9_000)), part('last', never)], /: last took 21\.0 s of it$/],
])('at the deadline names the part that took most of it: %s', async (_, parts, message) => {
  const ended = errorOf(partsWithin({ ms: 30_000 }, [...parts, unasked]));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await ended).toMatchObject({
    code: 'target-unreachable',
    message: expect.stringMatching(new RegExp(`^the look before the load was not done in 30 s${message.source}`)),
    hint: expect.stringContaining('busy'),
  });
});

test('throws what a part throws, and the reason of the signal', async () => {
  const broken = part('broken', () => Promise.reject(new Error('its own')));
  expect(await errorOf(partsWithin({ ms: 10 }, [broken, unasked]))).toEqual(new Error('its own'));
  const abort = new AbortController();
  const ended = errorOf(partsWithin({ ms: 10, signal: abort.signal }, [part('a', never), unasked]));
  abort.abort('SIGINT');
  expect(await ended).toBe('SIGINT');
});
