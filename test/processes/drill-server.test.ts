/** The reference server of a drill, which ends and starts again at one address. */
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { SloError } from '../../lib/core/error.ts';
import { startServer } from '../../lib/drill/embedded/server.ts';

test('the server of a drill is lost when another program has taken its port', async () => {
  const server = await startServer(new AbortController().signal);
  try {
    await server.end();
    await server.heal();
    expect((await fetch(`${server.httpUrl}/api/health`)).status).toBe(200);
    await server.end();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(Number(new URL(server.httpUrl).port), '127.0.0.1', resolve));
    const failed = await server.heal().catch((error: unknown) => error);
    other.close();
    expect(failed).toBeInstanceOf(SloError);
    expect(String(failed)).toContain('EADDRINUSE');
    expect(server.lost.reason).toContain('EADDRINUSE');
  } finally {
    await server.stop();
  }
});
