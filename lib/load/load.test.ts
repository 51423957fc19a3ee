import { expect, test } from 'vitest';
import { runLoad } from './load.ts';

test('an engine that the system refuses to start is a reason, never a finished load', async () => {
  const nothing = {
    kind: 'hdr',
    args: [],
    fd: 3,
    read: () => Promise.reject(new Error('nothing was started')),
  } as const;
  const reason = await runLoad({
    // No file can have this name: starting it throws at once, as with a file that is just being written.
    enginePath: 'k6\0',
    source: nothing,
    entryPath: '/dev/null',
    planPath: '/dev/null',
    logPath: '/dev/null',
    durationSec: 1,
    token: undefined,
    canary: undefined,
    onRecord: () => {},
    signal: new AbortController().signal,
  });
  expect(reason).toMatchObject({ kind: 'engine-died', exitCode: null, detail: expect.stringContaining('null bytes') });
});
