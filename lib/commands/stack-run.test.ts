import { expect, test } from 'vitest';
import { runRequest } from '../run/request.ts';
import { withStack } from './stack-run.ts';

const options = { onProgress: () => {}, signal: new AbortController().signal };

test('a named target is refused before anything starts, with the way out', async () => {
  const asked = runRequest({ flags: { target: 'http://h', stack: true }, env: {} });
  await expect(withStack(asked, options)).rejects.toMatchObject({
    exitCode: 2,
    message: '--stack is for the embedded target, and cannot be used with a named one',
    hint: expect.stringContaining('stack up --target URL'),
  });
});

test('so is a run that reads nothing', async () => {
  const asked = runRequest({ flags: { telemetry: false, stack: true }, env: {} });
  await expect(withStack(asked, options)).rejects.toThrow('--stack and --no-telemetry exclude each other');
});
