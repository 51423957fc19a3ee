import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { breakNamed } from '../systems/breaks.ts';
import { parseTargetArgs } from './args.ts';

describe('the command line of the target', () => {
  it('reads every option', () => {
    const line =
      '--host ::1 --port 1 --ws-port 2 --seed 3 --break latency.health.p99 --latency consensus=constant(1ms) ' +
      '--capacity 50 --delay-ms 5 --otlp http://h:4318 --trace-ratio 0.5 --log - --log-level WARNING';
    expect(parseTargetArgs(line.split(' '), { ARAGORA_API_TOKEN: 'secret' })).toEqual({
      host: '::1',
      port: 1,
      wsPort: 2,
      seed: 3,
      breaks: [breakNamed('latency.health.p99')],
      capacityPerSec: 50,
      patch: { waits: { consensus: 'constant(1ms)', all: 'constant(5ms)' } },
      tracing: { otlpUrl: 'http://h:4318', ratio: 0.5 },
      log: { to: 2, level: 'warning' },
      token: 'secret',
    });
  });

  test.each([
    ['--port 70000', '--port must be a whole number from 0 to 65535, got "70000"'],
    ['--seed -1', "'--seed' argument is ambiguous"],
    ['--seed=x', '--seed must be a whole number'],
    ['--capacity 0', '--capacity must be greater than 0'],
    ['--trace-ratio 2', '--trace-ratio must be a number from 0 to 1, got "2"'],
    ['--latency healt=constant(1ms)', '--latency does not know "healt"'],
    ['--log-level loud', '--log-level does not know "loud"'],
    ['--nope', "Unknown option '--nope'"],
  ])('%s is refused', (line, message) => {
    expect(() => parseTargetArgs(line.split(' '), {})).toThrow(message.replace(/^'.*/, (text) => text));
    expect(() => parseTargetArgs(line.split(' '), {})).toThrow(expect.objectContaining({ code: 'usage', exitCode: 2 }));
  });
});

describe('a target in a process of its own', () => {
  /** Ended with the test, however that ends. */
  const launch = (...args: string[]): ChildProcess => {
    const main = fileURLToPath(new URL('./main.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...args]);
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
    never.catch(() => {}); // Of no interest any more, once it was ready.
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
    // Not at its `exit`: what it said may come after.
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(await complaint).toMatch(says);
  });
});
