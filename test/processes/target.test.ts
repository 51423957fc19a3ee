/** The reference target as a process: when it says that it is ready, how it ends, and that nothing of it is left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { PROGRAM } from '../support/bundle/program.ts';

const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** Everything that a target can hold at once is open when the target stops. A process with any of it left would not end by itself. */
const AMID_EVERYTHING = `
  const { startTarget } = await import(${at('../../lib/target/target.ts')});
  const { createDebate, TestSocket } = await import(${at('../support/target.ts')});
  const target = await startTarget({
    wsPort: 0,
    patch: {
      waits: { 'agent-response': 'constant(600s)', 'debates-list': 'constant(600s)' },
      sockets: [{ kind: 'refuse', status: 'hang', pick: { from: 1, count: 1 } }],
      http: [{ kind: 'hang', route: 'health', pick: { share: 1 } }],
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
  // The handshake has arrived when a request sent after it has.
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
});

describe('a target in a process of its own', () => {
  /** Ended with the test, whatever its result. */
  const launch = (...args: string[]): ChildProcess => {
    const child = spawn(process.execPath, [...PROGRAM, ...args]);
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const said = async (stream: Readable | null) => (stream === null ? '' : text(stream));
  const ready = async ({ stdout, stderr }: ChildProcess) => {
    if (stdout === null) throw new Error('no stdout');
    const complaint = said(stderr);
    const first = once(createInterface({ input: stdout }), 'line') as Promise<[string]>;
    const never = complaint.then((why): [string] => {
      throw new Error(`it ended before it was ready: ${why}`);
    });
    const [line] = await Promise.race([first, never]);
    never.catch(() => {}); // No longer needed once it was ready.
    return JSON.parse(line) as { httpUrl: string; wsUrl: string };
  };

  test.each([
    ['SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
    ['SIGINT', (child: ChildProcess) => child.kill('SIGINT')],
    ['the end of its stdin', (child: ChildProcess) => child.stdin?.end()],
  ])('says where it listens and stops on %s', async (_, end) => {
    const child = launch();
    const { httpUrl, wsUrl } = await ready(child);
    expect((await fetch(`${httpUrl}/api/health`)).status).toBe(200);
    expect(wsUrl).toBe(`${httpUrl.replace('http', 'ws')}/ws`);
    end(child);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test.each([
    ['an unknown break', ['--break', 'ws.dropz'], /^there is no break "ws\.dropz" \(.*legal: ws\..*\)\n$/],
    [
      'a log that cannot be opened',
      ['--log', '/nowhere/at/all.log'],
      /^the target's log file "\/nowhere\/at\/all\.log" can't be opened\n$/,
    ],
  ])('refuses %s with one line and exit code 2', async (_, args, says) => {
    const child = launch(...args);
    const complaint = said(child.stderr);
    // Not at its `exit`: its output may come after that.
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(await complaint).toMatch(says);
  });
});
