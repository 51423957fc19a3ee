/** Faults of the server's own process: each preset does what it says, as seen by a client and by `ps`, and leaves nothing behind. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { type Fault, isOfServer } from '../../lib/core/fault.ts';
import { isPodFault } from '../../lib/core/pod-fault.ts';
import type { ServerFault, Witness } from '../../lib/core/server-fault.ts';
import { Pressure } from '../../lib/embedded/pressure.ts';
import { RestartableTarget } from '../../lib/embedded/restartable.ts';
import { RedisRelay } from '../../lib/faults/server/redis.ts';
import { ServerFaults } from '../../lib/faults/server/server.ts';
import { serverProof } from '../../lib/judge/server-faults.ts';
import { Child } from '../../lib/process/child.ts';
import { startTarget } from '../../lib/target/target.ts';
import type { ReadableSpan, SpanExporter } from '../../lib/target/tracing.ts';
import { FAULT_PRESETS, type FaultPreset, type FaultPresetName } from '../../thresholds/faults.ts';

const never = new AbortController().signal;
let target: RestartableTarget;
let faults: ServerFaults;
/** A debate that was finished before anything was broken. */
let debate = '';

/** Stands in for a Redis: it says everything again. */
const behind = createServer((socket) => void socket.on('error', () => {}).pipe(socket));
let relay: RedisRelay;
let held: Socket;

/** A connection through the relay. */
async function connection(): Promise<Socket> {
  const socket = connect(Number(new URL(relay.url).port), '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

beforeAll(async () => {
  target = await RestartableTarget.start(['--latency', 'agent-call=constant(5ms)'], never);
  await once(behind.listen(0, '127.0.0.1'), 'listening');
  relay = await RedisRelay.start(`redis://127.0.0.1:${(behind.address() as AddressInfo).port}`);
  held = await connection();
  held.write('PING');
  await once(held, 'data');
  faults = new ServerFaults({ embedded: target, redis: relay, signal: never });
  const body = JSON.stringify({ question: 'Which of them is it?', agents: ['demo', 'demo'], rounds: 1 });
  const created = await fetch(`${target.httpUrl}/api/debates`, { method: 'POST', body });
  debate = ((await created.json()) as { debate_id: string }).debate_id;
  await vi.waitFor(async () => expect(await convergence()).toMatchObject({ rounds_used: 1 }), { timeout: 30_000 });
});
afterAll(async () => {
  await target.stop();
  await relay.stop();
  behind.close();
});

const pid = (): number => target.now.child.pid ?? 0;
/** What `ps` says of a process; '' for one that is gone. */
function ps(field: string, of = pid()): string {
  try {
    return execFileSync('ps', ['-o', `${field}=`, '-p', `${of}`], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

const healthy = async (): Promise<Record<string, unknown>> =>
  (await fetch(`${target.httpUrl}/api/health`)).json() as Promise<Record<string, unknown>>;
const convergence = async (): Promise<unknown> =>
  (await fetch(`${target.httpUrl}/api/debates/${debate}/convergence`)).json();
const aheadMs = async (): Promise<number> => Date.parse(String((await healthy())['timestamp'])) - Date.now();

/** What is seen while it is on; the number is its process before. */
const SEEN: Partial<Record<FaultPresetName, (before: number) => Promise<void>>> = {
  kill: async (before) => {
    expect(ps('pid', before)).toBe('');
    await expect(healthy()).rejects.toThrow('fetch failed');
    // By itself, and at the same address.
    await vi.waitFor(async () => expect(await healthy()).toMatchObject({ status: 'healthy' }), { timeout: 60_000 });
    expect(pid()).not.toBe(before);
    expect(await convergence()).toMatchObject({ debate_id: debate, rounds_used: 1 });
  },
  pause: async (before) => {
    expect(ps('state')).toBe('T');
    const beganMs = performance.now();
    await healthy();
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(1000);
    expect([ps('state') === 'T', pid()]).toEqual([false, before]);
  },
  cpu: async () => {
    const used = (): number => Number(ps('cputimes'));
    const before = used();
    await vi.waitFor(() => expect(used() - before).toBeGreaterThanOrEqual(2), { timeout: 60_000, interval: 200 });
    expect(await healthy()).toMatchObject({ status: 'healthy' });
  },
  memory: async () => expect(Number(ps('rss')) * 1024).toBeGreaterThanOrEqual(256_000_000),
  clock: async () => expect(Math.abs((await aheadMs()) - 3_600_000)).toBeLessThan(60_000),
  redis: async () => {
    const another = await connection();
    await vi.waitFor(() => expect([held.closed, another.closed]).toEqual([true, true]), { timeout: 30_000 });
  },
};

/** Those of pods are in test/kubernetes/faults.test.ts. */
const isHere = (fault: Fault): boolean => isOfServer(fault) && !isPodFault(fault);
const ofServer = Object.entries<FaultPreset>(FAULT_PRESETS).filter(([, preset]) => preset.faults.every(isHere));

test.each(ofServer)('%s: $description', async (name, preset) => {
  const [fault] = preset.faults.filter(isOfServer);
  const before = pid();
  expect(await healthy()).toMatchObject({ status: 'healthy' });
  await faults.begin(preset.faults);
  await SEEN[name as FaultPresetName]?.(before);
  const { witnesses, stillOn } = await faults.end();
  expect(stillOn).toBeUndefined();
  // How much of a core it gets is for the machine to say.
  const proofs = witnesses.map((witness) => fault && serverProof(fault, witness).lacks);
  if (name !== 'cpu') expect(proofs).toEqual([undefined]);
  expect(Math.abs(await aheadMs())).toBeLessThan(60_000);
  expect(ps('state')).not.toBe('T');
});

test('spans begin by a clock that is wrong, and are as long as they took, also across its steps', async () => {
  const spans: ReadableSpan[] = [];
  const exporter: SpanExporter = {
    export: (some, done) => {
      spans.push(...some);
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
  const waits = { 'debates-list': 'constant(400ms)' };
  const own = await startTarget({ tracing: { exporter, ratio: 1 }, patch: { waits } });
  const clock = new Pressure();
  const beganMs = Date.now();
  for (const clockMs of [3_600_000, 0]) {
    const list = fetch(`${own.httpUrl}/api/debates`);
    await (await fetch(`${own.httpUrl}/api/health`)).text();
    await clock.obey({ clockMs });
    await (await list).text();
  }
  await own.stop();
  const lists = spans.filter(({ attributes }) => attributes['path'] === '/api/debates');
  expect(lists).toHaveLength(2);
  for (const { duration, startTime } of lists) {
    expect(duration[0] * 1000 + duration[1] / 1e6).toBeGreaterThanOrEqual(399);
    expect(duration[0]).toBeLessThan(600);
    expect(startTime[0] * 1000).toBeGreaterThan(beganMs - 2000);
  }
});

test('each preset of the server is shown', () => {
  expect(Object.keys(SEEN).sort()).toEqual(ofServer.map(([name]) => name).sort());
});

test('pressure of several kinds ends one by one, and none is left', async () => {
  const both: Fault[] = [
    { kind: 'memory', bytes: 64_000_000 },
    { kind: 'clock', stepMs: -60_000 },
  ];
  await faults.begin(both);
  expect(await aheadMs()).toBeLessThan(-50_000);
  const { witnesses } = await faults.end();
  expect(witnesses.map((witness) => witness?.kind)).toEqual(['memory', 'clock']);
  expect(await target.now.order({})).toMatchObject({ heldBytes: 0 });
});

describe('a fault that is ended before its time', () => {
  it('kill: the server is started again at once', async () => {
    const before = pid();
    await faults.begin([{ kind: 'kill', forMs: 600_000 }]);
    const { witnesses } = await faults.end();
    expect(witnesses).toMatchObject([{ pid: before, again: { pid: pid() } }]);
    expect(await healthy()).toMatchObject({ status: 'healthy' });
  });

  it('pause: it goes on at once', async () => {
    await faults.begin([{ kind: 'pause', forMs: 600_000 }]);
    expect(ps('state')).toBe('T');
    await faults.end();
    expect(await healthy()).toMatchObject({ status: 'healthy' });
  });
});

describe('a run that is interrupted', () => {
  const interrupted = async (fault: ServerFault): Promise<readonly (Witness | null)[]> => {
    const abort = new AbortController();
    const own = await RestartableTarget.start([], abort.signal);
    onTestFinished(() => own.stop());
    const its = new ServerFaults({ embedded: own, signal: abort.signal });
    const { pid: before = 0 } = own.now.child;
    await its.begin([fault]);
    abort.abort(new Error('Ctrl-C'));
    const { witnesses } = await its.end();
    await own.stop();
    expect(ps('pid', before)).toBe('');
    expect(own.now.child.pid).toBe(before);
    return witnesses;
  };

  it('starts no server again, and that is no proof', async () => {
    expect(await interrupted({ kind: 'kill', forMs: 600_000 })).toMatchObject([{ kind: 'kill', again: null }]);
  });

  it('lets one that stands still end in order', async () => {
    expect(await interrupted({ kind: 'pause', forMs: 600_000 })).toMatchObject([{ kind: 'pause' }]);
  });
});

test('one that stands still is ended without anybody who lets it go on', async () => {
  const own = await RestartableTarget.start([], never);
  own.now.child.pause();
  await own.stop();
  expect(await own.now.child.exited).toEqual({ exitCode: 0, signal: null });
});

test('one that stands still goes on, and ends, when the harness is killed', async () => {
  const lib = (path: string) => JSON.stringify(new URL(`../../lib/${path}`, import.meta.url).href);
  const code = `
    import { RestartableTarget } from ${lib('embedded/restartable.ts')};
    import { beginPause } from ${lib('faults/server/pause.ts')};
    const target = await RestartableTarget.start([], new AbortController().signal);
    await beginPause(target, 600_000);
    console.log(target.now.child.pid);
    setInterval(() => {}, 60_000);`;
  const sources = new URL('../../bin/sources.mjs', import.meta.url).href;
  const harness = new Child(process.execPath, {
    args: ['--import', sources, '--input-type=module', '-e', code],
    stdio: ['ignore', 'pipe', 'inherit'],
    patienceMs: 1000,
  });
  onTestFinished(() => void harness.stop());
  const pid = Number(await harness.firstLine(never));
  onTestFinished(() => void (ps('pid', pid) !== '' && process.kill(pid, 'SIGKILL')));
  expect(ps('state', pid)).toMatch(/^T/);
  harness.kill();
  await vi.waitFor(() => expect(ps('pid', pid)).toBe(''), { timeout: 60_000 });
});

test('a process that dies of something else leaves its fault unproven, and that is told', async () => {
  const own = await RestartableTarget.start([], never);
  onTestFinished(() => own.stop());
  const its = new ServerFaults({ embedded: own, signal: never });
  await its.begin([{ kind: 'memory', bytes: 64_000_000 }]);
  await own.kill();
  const { witnesses, stillOn } = await its.end();
  expect(witnesses).toMatchObject([{ kind: 'trouble' }]);
  expect(stillOn).toBe('memory may still be on: it ended before it answered');
});

describe('a program of the user', () => {
  /** Writes down how it is run, and then does what `script` says. */
  function program(script: string, abort = new AbortController()) {
    const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-command-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const file = join(dir, 'fault');
    writeFileSync(file, `#!/bin/sh\necho "$*" >> '${dir}/deeds'\n${script}\n`);
    chmodSync(file, 0o755);
    const command = { file, logFile: join(dir, 'log'), limitMs: 1000 };
    const its = new ServerFaults({ command, signal: abort.signal });
    const deeds = (): string[] => readFileSync(join(dir, 'deeds'), 'utf8').trimEnd().split('\n');
    return { its, deeds, log: () => readFileSync(join(dir, 'log'), 'utf8') };
  }
  const DOWN: ServerFault = { kind: 'command', name: 'redis-down' };
  const BOTH = ['begin redis-down', 'end redis-down'];

  it('is run with what to do and the name, and its exit codes prove the fault', async () => {
    const { its, deeds, log } = program('echo done');
    await its.begin([DOWN]);
    const { witnesses, stillOn } = await its.end();
    expect([deeds(), stillOn, log()]).toEqual([BOTH, undefined, 'done\ndone\n']);
    expect(serverProof(DOWN, witnesses[0]).lacks).toBeUndefined();
  });

  it('carries out faults of the process, where the harness did not start the server', async () => {
    const { its, deeds } = program('');
    await its.begin([{ kind: 'kill', forMs: 1000 }]);
    await its.end();
    expect(deeds()).toEqual(['begin kill', 'end kill']);
  });

  it.each([
    [
      'fails',
      '[ "$1" = end ] && exit 0; echo first; echo "no such host" >&2; exit 4',
      /it exited with 4: no such host/,
    ],
    ['hangs', '[ "$1" = end ] && exit 0; sleep 600 & sleep 600', /it did not end within 1 s, and was killed/],
  ])('that %s proves nothing, and is ended all the same', async (_, script, says) => {
    const { its, deeds } = program(script);
    await its.begin([DOWN]);
    const { witnesses, stillOn } = await its.end();
    expect([deeds(), stillOn]).toEqual([BOTH, undefined]);
    expect(serverProof(DOWN, witnesses[0]).lacks).toMatch(says);
  });

  it('whose end fails may leave the fault on, and that is told', async () => {
    const { its } = program('[ "$1" = end ] && { echo "no route"; exit 1; }; exit 0');
    await its.begin([DOWN]);
    const { witnesses, stillOn } = await its.end();
    expect(stillOn).toMatch(
      /^the fault redis-down may still be on: .*fault end redis-down: it exited with 1: no route$/,
    );
    expect(serverProof(DOWN, witnesses[0]).lacks).toMatch(/no route/);
  });

  it('is ended after Ctrl-C, too, also while it begins', async () => {
    const abort = new AbortController();
    const { its, deeds } = program('[ "$1" = end ] && exit 0; sleep 600', abort);
    const beginning = its.begin([DOWN]);
    await vi.waitFor(() => expect(deeds()).toEqual(BOTH.slice(0, 1)), { timeout: 30_000 });
    abort.abort(new Error('Ctrl-C'));
    await beginning;
    await its.end();
    expect(deeds()).toEqual(BOTH);
  });
});
