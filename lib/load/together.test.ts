import { expect, test } from 'vitest';
import type { LoadReason } from '../core/recording.ts';
import { loadTogether, type StartableGenerator } from './together.ts';

const FINISHED: LoadReason = { kind: 'finished' };
const DIED: LoadReason = { kind: 'engine-died', exitCode: null, signal: 'SIGKILL', detail: 'it was killed' };
const LOST: LoadReason = { kind: 'ended-early', detail: 'the engine counted 2 samples, 1 arrived' };
const DECIDED: LoadReason = { kind: 'decided-early', look: 0, decision: 'conforms' };

const never = new AbortController().signal;

/** As an engine does: it runs until it is ended. */
const untilEnded = (id: string): StartableGenerator => ({
  id,
  run: (signal) =>
    new Promise((resolve) => {
      const end = () => resolve({ kind: 'interrupted', signal: String(signal.reason) });
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    }),
});

const ending = (id: string, reason: LoadReason): StartableGenerator => ({ id, run: async () => reason });

test('the load has finished when all have', async () => {
  expect(await loadTogether([ending('1', FINISHED), ending('2', FINISHED)], never)).toEqual(FINISHED);
});

test('one that fails ends the others, and is named', async () => {
  const reason = await loadTogether([untilEnded('1'), ending('2', DIED), untilEnded('3')], never);
  expect(reason).toEqual({ ...DIED, generator: '2' });
});

test('the only one needs no name', async () => {
  expect(await loadTogether([ending('1', DIED)], never)).toEqual(DIED);
});

test('a signal ends all of them, and names none', async () => {
  const aborted = AbortSignal.abort('SIGINT');
  expect(await loadTogether([untilEnded('1'), untilEnded('2')], aborted)).toEqual({
    kind: 'interrupted',
    signal: 'SIGINT',
  });
});

test('a sure answer counts, unless one of them lost records while it ended', async () => {
  expect(await loadTogether([ending('1', FINISHED), ending('2', DECIDED)], never)).toEqual(DECIDED);
  expect(await loadTogether([ending('1', DECIDED), ending('2', LOST)], never)).toEqual({ ...LOST, generator: '2' });
});

test('what one throws is thrown, once the others have ended', async () => {
  const thrown = new Error('a mistake');
  const throwing: StartableGenerator = { id: '1', run: () => Promise.reject(thrown) };
  await expect(loadTogether([throwing, untilEnded('2')], never)).rejects.toBe(thrown);
});
