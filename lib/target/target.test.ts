import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { parseTargetArgs } from './args.ts';
import { startTarget } from './target.ts';
import { createDebate, TestSocket, until } from './testing.ts';

/** Servers, sockets and timers alive in this process. */
const handles = () =>
  process
    .getActiveResourcesInfo()
    .filter((name) => /^TCPServer|^TCPSocket|^Timeout/.test(name))
    .sort()
    .join();

describe('a target in this process', () => {
  it('leaves nothing behind when it stops amid requests, debates and sockets', async () => {
    const before = handles();
    const target = await startTarget({
      wsPort: 0,
      breaks: ['availability.health.hang'],
      patch: { waits: { 'agent-response': 'constant(20s)', health: 'constant(20s)' } },
    });
    const client = new TestSocket(target.wsUrl);
    await client.event('loop_list');
    client.send({ type: 'subscribe', debate_id: await createDebate(target) });
    await client.event('sync');
    const hanging = fetch(`${target.httpUrl}/api/health`).then(
      () => 'answered',
      () => 'ended',
    );
    await Promise.all([target.stop(), target.stop()]);
    expect(await hanging).toBe('ended');
    expect(await client.closed).toBe(1001);
    await until(() => handles() === before);
    await expect(fetch(`${target.httpUrl}/healthz`)).rejects.toThrow();
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

describe('its command line', () => {
  it('reads every option', () => {
    const line =
      '--host ::1 --port 1 --ws-port 2 --seed 3 --break latency.health.p99 --latency consensus=constant(1ms) ' +
      '--capacity 50 --delay-ms 5 --otlp http://h:4318 --trace-ratio 0.5 --log - --log-level WARNING';
    expect(parseTargetArgs(line.split(' '), { ARAGORA_API_TOKEN: 'secret' })).toEqual({
      host: '::1',
      port: 1,
      wsPort: 2,
      seed: 3,
      breaks: ['latency.health.p99'],
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
  const launch = (...args: string[]): ChildProcess =>
    spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./main.ts', import.meta.url)), ...args]);
  const ready = async ({ stdout }: ChildProcess) => {
    if (stdout === null) throw new Error('no stdout');
    const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
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

  it('refuses an unknown break with one line and exit code 2', async () => {
    const child = launch('--break', 'ws.dropz');
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    expect(await once(child, 'exit')).toEqual([2, null]);
    expect(said).toMatch(/^there is no break "ws\.dropz" \(.*legal: ws\..*\)\n$/);
  });
});
