import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { within } from './within.ts';

/** Work that only its signal ends. */
const endless = (signal: AbortSignal): Promise<never> => sleep(1 << 30, undefined as never, { signal });
const reasonOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => (error as Error).cause);

test('gives back what the work gives, and leaves nothing behind', async () => {
  const { signal } = new AbortController();
  expect(await within({ ms: 1 << 30, signal }, async () => 'done')).toBe('done');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('throws what the work throws', async () => {
  const fails = within({ ms: 1 << 30 }, () => Promise.reject(new Error('no')));
  await expect(fails).rejects.toThrow('no');
});

test('ends the work at its deadline, however often memory is collected meanwhile', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const collecting = setInterval(collect, 20);
  const { signal } = new AbortController();
  expect(await reasonOf(within({ ms: 300, signal }, endless))).toMatchObject({ name: 'TimeoutError' });
  clearInterval(collecting);
});

test('ends the work with its signal, also with one that is aborted already', async () => {
  const own = new AbortController();
  const ended = reasonOf(within({ ms: 1 << 30, signal: own.signal }, endless));
  own.abort('SIGINT');
  expect(await ended).toBe('SIGINT');
  expect(await reasonOf(within({ ms: 1 << 30, signal: own.signal }, endless))).toBe('SIGINT');
});
