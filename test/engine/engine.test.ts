/** The real engine, built once into the real cache: what k6 does with the `hdr` output as a process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineRecord } from '../../lib/core/engine-protocol.ts';
import { type Engine, ensureEngine } from '../../lib/engine/ensure.ts';

const SCRIPT = `
import { Trend } from 'k6/metrics';
import { sleep } from 'k6';
import exec from 'k6/execution';
const latency = new Trend('aragora_latency', true);
export const options = { scenarios: { 'health_0': {
  executor: 'constant-arrival-rate', rate: 100, timeUnit: '1s', duration: __ENV.DURATION, preAllocatedVUs: 1, maxVUs: 1, gracefulStop: '5s',
} } };
const everyTenthIsSlow = (index) => sleep(index % 10 === 9 ? 0.1 : 0);
export default function () {
  const index = exec.scenario.iterationInTest;
  const dueMs = exec.scenario.startTime + index * 10;
  everyTenthIsSlow(index);
  exec.vu.metrics.metadata.trace_id = 'trace' + index;
  latency.add(Date.now() - dueMs, { endpoint: 'health', outcome: 'ok' });
}`;

let engine: Engine;
let folder: string;

beforeAll(async () => {
  engine = await ensureEngine({ onProgress: () => undefined });
  folder = await mkdtemp(join(tmpdir(), 'slo-engine-'));
  await writeFile(join(folder, 'script.js'), SCRIPT);
  const scenarios = { health_0: { ratePerSec: 100, fromDue: ['health'] } };
  await writeFile(join(folder, 'engine.json'), JSON.stringify({ limitsUs: { health: [60_000] }, scenarios }));
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  readonly pipe: Readable;
  readonly lines: Interface;
  readonly records: EngineRecord[];
  readonly log: () => string;
}

function run(env: Record<string, string>, output = `hdr=plan=${join(folder, 'engine.json')},fd=3`): Run {
  const flags = [
    '--quiet',
    '--summary-mode=disabled',
    '--no-thresholds',
    '--no-usage-report',
    '--system-tags',
    'scenario',
  ];
  const settings = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const child = spawn(engine.path, ['run', ...flags, ...settings, '--out', output, join(folder, 'script.js')], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const pipe = child.stdio[3] as Readable;
  const lines = createInterface({ input: pipe });
  const records: EngineRecord[] = [];
  lines.on('line', (line) => records.push(JSON.parse(line) as EngineRecord));
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  return { child, pipe, lines, records, log: () => log };
}

async function end(child: ChildProcess): Promise<number | null> {
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return exitCode;
}

const intervals = (records: EngineRecord[]) => records.filter((record) => record.type === 'interval');

/** Over all seconds of a run. */
function total(records: EngineRecord[], of: 'iterations' | 'dropped'): number {
  return intervals(records).reduce((sum, record) => sum + (record[of]['health_0'] ?? 0), 0);
}

describe('the real engine', () => {
  it('is k6 v2.2.0 with our output', () => {
    expect(engine).toMatchObject({ version: 'v2.2.0', source: 'hdr' });
  });

  it('records a run whole, and corrects values that count from the due time for the drops before them', async () => {
    const { child, records } = run({ DURATION: '3s' });
    expect(await end(child)).toBe(0);
    expect(records[0]).toMatchObject({ type: 'start', protocol: 1, engineVersion: 'k6 v2.2.0' });
    const shares = intervals(records).map((record) => record.endpoints.health);
    const count = shares.reduce((sum, share) => sum + (share?.count ?? 0), 0);
    const sum = (of: 'iterations' | 'dropped') => total(records, of);
    expect(records.at(-1)).toMatchObject({ type: 'end', samples: count, intervals: records.length - 2 });
    expect(sum('iterations')).toBe(count);
    expect(count + sum('dropped')).toBe(300);
    expect(sum('dropped')).toBeGreaterThan(50);
    // One of ten iterations takes 100 ms and keeps the only virtual user, so the slots meanwhile are dropped; no iteration waits for
    // another. Without the correction, half of the values would be longer than half of the time that the drops stand for.
    const shiftUs = sum('dropped') * 10_000;
    const traces = shares.flatMap((share) => share?.traces ?? []);
    const slow = traces.filter(([id]) => id.endsWith('9')).map(([, latencyUs]) => latencyUs);
    const fast = traces.filter(([id]) => !id.endsWith('9')).map(([, latencyUs]) => latencyUs);
    expect(median(slow)).toBeGreaterThanOrEqual(99_000);
    expect(median(slow)).toBeLessThan(shiftUs / 4);
    expect(median(fast)).toBeLessThan(shiftUs / 10);
  });

  it('starts what was due while the machine stood still, also past the end of the scenario', async () => {
    const { child, lines, records } = run({ DURATION: '3s' });
    let endMs = Infinity;
    lines.on('line', () => {
      if (intervals(records).length === 0 || endMs < Infinity) return;
      endMs = Date.now() + 3000;
      child.kill('SIGSTOP');
    });
    await expect.poll(() => Date.now() > endMs).toBe(true);
    child.kill('SIGCONT');
    expect(await end(child)).toBe(0);
    expect(total(records, 'iterations') + total(records, 'dropped')).toBe(300);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('writes what it has, and the end, on %s', async (signal) => {
    const { child, lines, records } = run({ DURATION: '5m' });
    lines.on('line', () => {
      if (intervals(records).length === 2) child.kill(signal);
    });
    expect(await end(child)).toBe(105);
    const count = intervals(records).reduce((sum, record) => sum + (record.endpoints.health?.count ?? 0), 0);
    expect(records.at(-1)).toMatchObject({ type: 'end', samples: count });
  });

  it('ends with an error when its reader goes away', async () => {
    const { child, pipe, lines, records, log } = run({ DURATION: '5m' });
    lines.on('line', () => {
      if (intervals(records).length === 1) pipe.destroy();
    });
    expect(await end(child)).toBeGreaterThan(0);
    expect(log()).toContain("the records can't be written");
  });

  it.each([
    ['a plan that is not there', 'hdr=plan=/no/such/engine.json,fd=3', "can't read the plan"],
    ['a wrong argument', 'hdr=fd=3', 'expected --out'],
    ['a descriptor that is not open', 'hdr=plan=PLAN,fd=77', "the records can't be written: write file descriptor 77"],
  ])('refuses %s before any load', async (_, output, message) => {
    const { child, log } = run({ DURATION: '1s' }, output.replace('PLAN', join(folder, 'engine.json')));
    expect(await end(child)).toBeGreaterThan(0);
    expect(log()).toContain(message);
  });
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
