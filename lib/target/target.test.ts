import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTarget } from './target.ts';

const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** All that a target holds at once, left where it stands when the target stops: a process with anything of it left would not end by itself. */
const AMID_EVERYTHING = `
  const { startTarget } = await import(${at('./target.ts')});
  const { createDebate, TestSocket } = await import(${at('./testing.ts')});
  const target = await startTarget({
    wsPort: 0,
    patch: {
      waits: { 'agent-response': 'constant(600s)', 'debates-list': 'constant(600s)' },
      sockets: [{ kind: 'refuse', status: 'hang', pick: { from: 1, count: 1 } }],
      http: [{ kind: 'hang', route: 'health', share: 1 }],
    },
  });
  const client = new TestSocket(target.wsUrl);
  await client.event('loop_list');
  client.send({ type: 'subscribe', debate_id: await createDebate(target) });
  await client.event('sync');
  const connecting = new TestSocket(target.wsUrl);
  const waiting = ['/api/health', '/api/debates'].map((path) =>
    fetch(target.httpUrl + path).then(() => 'answered', () => 'ended'),
  );
  // The handshake has come when the request that was sent after it has.
  await fetch(target.httpUrl + '/healthz');
  await Promise.all([target.stop(), target.stop()]);
  const late = await fetch(target.httpUrl + '/healthz').then(() => 'answered', () => 'ended');
  const ends = [...await Promise.all(waiting), late, await client.closed, await connecting.closed];
  console.log(JSON.stringify(ends));`;

describe('a target', () => {
  it('leaves nothing behind when it stops amid requests, debates and sockets', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', AMID_EVERYTHING]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await said).toEqual(['["ended","ended","ended",1001,1006]\n', '']);
  });

  it('says which port is taken', async () => {
    const target = await startTarget();
    const port = Number(new URL(target.httpUrl).port);
    await expect(startTarget({ port })).rejects.toMatchObject({
      code: 'prerequisite-missing',
      message: `the reference target can't listen on 127.0.0.1:${port}`,
    });
    await target.stop();
  });
});
