import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SloError } from '../core/error.ts';
import { type StackOptions, startStack } from './around.ts';
import type { Around, Part, Running } from './part.ts';

const TARGET = { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws' };

interface Toys {
  readonly told: string[];
  readonly part: (name: string, start?: (around: Around) => Promise<Partial<Running>>) => Part;
  readonly start: (parts: readonly Part[], more?: Partial<StackOptions>) => ReturnType<typeof startStack>;
  readonly folder: string;
}

function toys(): Toys {
  const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-around-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const told: string[] = [];
  return {
    told,
    folder,
    part: (name, start = async () => ({})) => ({
      name,
      title: name,
      needs: [],
      build: async () => void told.push(`build ${name}`),
      start: async (around) => {
        writeFileSync(join(around.folder, 'data'), '');
        const more = await start(around);
        told.push(`start ${name}`);
        const stop = async () => void told.push(`stop ${name}`);
        return { url: `http://${name}`, stop, ...more };
      },
    }),
    start: (parts, more = {}) => startStack({ parts, target: TARGET, folder, onProgress: () => {}, ...more }),
  };
}

test('builds all before it starts one, and stops in the opposite order, once', async () => {
  const { told, part, start, folder } = toys();
  const stack = await start([part('a'), part('b')]);
  await Promise.all([stack.stop(), stack.stop()]);
  expect(told).toEqual(['build a', 'build b', 'start a', 'start b', 'stop b', 'stop a']);
  expect(existsSync(join(folder, 'a'))).toBe(false);
});

test('gives each part those before it, and puts together what they give', async () => {
  const { part, start } = toys();
  const seen: string[] = [];
  const stack = await start([
    part('a', async () => ({ targetArgs: ['--x', '1'], values: { loki: 'http://l' } })),
    part('b', async ({ running }) => {
      seen.push(...running.keys());
      return { targetArgs: ['--y'], values: { jaeger: 'http://j' } };
    }),
  ]);
  expect(seen).toEqual(['a']);
  expect(stack.targetArgs).toEqual(['--x', '1', '--y']);
  expect(stack.values).toEqual({ loki: 'http://l', jaeger: 'http://j' });
});

test('a part that dies at its start ends those that run', async () => {
  const { told, part, start, folder } = toys();
  const dies = part('b', () => Promise.reject(new SloError('prerequisite-missing', 'b did not become ready')));
  await expect(start([part('a'), dies, part('c')])).rejects.toThrow('b did not become ready');
  expect(told).toEqual(['build a', 'build b', 'build c', 'start a', 'stop a']);
  expect(existsSync(join(folder, 'b'))).toBe(false);
});

test("one that can't be built starts nothing", async () => {
  const { told, part, start } = toys();
  const noGo = { ...part('b'), build: () => Promise.reject(new SloError('prerequisite-missing', 'go mod failed')) };
  await expect(start([part('a'), noGo])).rejects.toThrow('go mod failed');
  expect(told).toEqual(['build a']);
});

test('a port that is taken is said so, with the way out', async () => {
  const { told, part, start } = toys();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { port: number };
  await expect(start([part('a'), part('b')], { ports: { b: port } })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(new RegExp(`^port ${port} for b can't be used: .*EADDRINUSE`)),
    hint: expect.stringContaining('--port b=NUMBER'),
  });
  expect(told.slice(-1)).toEqual(['stop a']);
});

test('an interruption between two parts ends the first', async () => {
  const { told, part, start } = toys();
  const abort = new AbortController();
  const first = part('a', async () => {
    abort.abort('SIGINT');
    return {};
  });
  await expect(start([first, part('b')], { signal: abort.signal })).rejects.toBe('SIGINT');
  expect(told).toEqual(['build a', 'build b', 'start a', 'stop a']);
});

test("one that can't be stopped does not keep the others", async () => {
  const { told, part, start } = toys();
  const stuck = part('b', async () => ({ stop: () => Promise.reject(new Error('survived')) }));
  const stack = await start([part('a'), stuck]);
  await expect(stack.stop()).rejects.toThrow('survived');
  expect(told.at(-1)).toBe('stop a');
});
