/** Faults of the server: whether they happened, by what was seen of them; and that nobody is accused of what the harness did. */
import { describe, expect, it } from 'vitest';
import { factsOf, judged, START_SECOND } from '../../test/support/judged.ts';
import { line, OBJECTIVES, PHASE_SEC, PHASES, seconds } from '../../test/support/phased.ts';
import type { ServerFault, Witness } from '../core/server-fault.ts';
import { serverProof } from './server-faults.ts';

const KILL: ServerFault = { kind: 'kill', forMs: 3000 };
const PAUSE: ServerFault = { kind: 'pause', forMs: 3000 };
const CPU: ServerFault = { kind: 'cpu', percent: 70 };
const MEMORY: ServerFault = { kind: 'memory', bytes: 256_000_000 };
const CLOCK: ServerFault = { kind: 'clock', stepMs: 3_600_000 };
const COMMAND: ServerFault = { kind: 'command', name: 'redis-down' };

const killed = (again: { pid: number; atMs: number } | null): Witness => ({
  kind: 'kill',
  pid: 7,
  goneAtMs: 1000,
  again,
});
const paused = (...states: [string, string, string]): Witness => ({
  kind: 'pause',
  pid: 7,
  stoppedAtMs: 1000,
  continuedAtMs: 4000,
  states,
});
const busy = (burntMs: number, usedMs: number): Witness => ({ kind: 'cpu', pid: 7, forMs: 10_000, burntMs, usedMs });
const held = (beforeBytes: number, heldBytes: number): Witness => ({ kind: 'memory', pid: 7, beforeBytes, heldBytes });
const ahead = (...aheadMs: [number, number, number, number]): Witness => ({ kind: 'clock', pid: 7, aheadMs });
const call = (exitCode: number | null, how: string) => ({ exitCode, how, tookMs: 12 });
const GOOD = call(0, 'it exited with 0');
const ran = (begin = GOOD, end = GOOD): Witness => ({ kind: 'command', file: './f', name: 'redis-down', begin, end });

describe('a fault of the server', () => {
  it.each<[ServerFault, Witness, string]>([
    [KILL, killed({ pid: 9, atMs: 4700 }), 'kill: process 7 was gone, and process 9 was ready 3.7 s later'],
    [PAUSE, paused('T', 'T', 'S'), 'pause: process 7 stood still for 3 s (state T), and went on'],
    [CPU, busy(7000, 8000), 'cpu: process 7 was busy for 70 % of 10 s; with its work it used 80 % of a core'],
    [MEMORY, held(90e6, 350e6), 'memory: process 7 had 90 MB, and then at least 350 MB'],
    [
      CLOCK,
      ahead(3, 3_600_004, 3_600_003, 2),
      'clock: that of process 7 was changed by 3600001 ms, and by 3600001 ms when it was put right',
    ],
    [COMMAND, ran(), './f begin redis-down: it exited with 0 (12 ms); end redis-down: it exited with 0 (12 ms)'],
    // A program of the user's carries it out.
    [
      KILL,
      { ...ran(), name: 'kill' } as Witness,
      './f begin kill: it exited with 0 (12 ms); end kill: it exited with 0 (12 ms)',
    ],
  ])('is proven: %o', (fault, witness, text) => {
    expect(serverProof(fault, witness)).toEqual({ text, evidence: expect.objectContaining({ value: text }) });
  });

  it.each<[string, ServerFault, Witness | null | undefined, string]>([
    ['nothing was seen', KILL, undefined, 'kill: nobody saw it'],
    ['it was not begun', CPU, { kind: 'trouble', why: 'cpu: no answer' }, 'cpu: no answer'],
    ['the server stayed away', KILL, killed(null), 'the server was not started again'],
    ['it is the same process', KILL, killed({ pid: 7, atMs: 4000 }), 'process 7 was ready'],
    ['it never stood still', PAUSE, paused('S', 'S', 'S'), 'states S, S, then S'],
    ['somebody let it go on', PAUSE, paused('T', 'S', 'S'), 'states T, S, then S'],
    ['it never went on', PAUSE, paused('T', 'T', 'T'), 'states T, T, then T'],
    ['it was not busy enough', CPU, busy(5000, 9000), 'was busy for 50 %'],
    ['it had no core', CPU, busy(7000, 2000), 'it used 20 % of a core'],
    ['its memory did not grow', MEMORY, held(90e6, 200e6), 'had 90 MB, and then at least 200 MB'],
    ['its memory was not seen', MEMORY, held(0, 350e6), 'had 0 MB'],
    ['its clock stayed', CLOCK, ahead(0, 0, 0, 0), 'was changed by 0 ms'],
    ['its clock was put right by somebody', CLOCK, ahead(0, 3_600_000, 0, 0), 'by 0 ms when it was put right'],
    [
      'the program failed',
      COMMAND,
      ran(call(4, 'it exited with 4: no host')),
      'begin redis-down: it exited with 4: no host',
    ],
    [
      'the program hung',
      COMMAND,
      ran(call(null, 'it did not end within 30 s, and was killed')),
      'did not end within 30 s',
    ],
    ['the end failed', COMMAND, ran(GOOD, call(1, 'it exited with 1')), 'end redis-down: it exited with 1'],
    ['it is of another fault', MEMORY, busy(7000, 8000), 'memory: what was seen is of another fault'],
  ])('is not proven where %s', (_, fault, witness, says) => {
    expect(serverProof(fault, witness).lacks).toContain(says);
  });
});

const atMs = (sec: number): number => (START_SECOND + sec) * 1000;
const CALM = seconds(PHASE_SEC, 5);
/** For three seconds nobody answers. */
const DOWN = [...Array.from({ length: 4 }, () => ({ ms: [], failed: { refused: 60 } })), ...seconds(PHASE_SEC - 4, 5)];

function run(fault: ServerFault, witness: Witness | null, ended?: { atMs: number; how: string }) {
  const [baseline, during, recovery] = PHASES;
  const phases = [baseline, { ...during, expects: [], faults: [fault] }, recovery];
  const switches = [
    { phase: 'fault', orderedAtMs: atMs(60) + 10, doneAtMs: atMs(60) + 30 },
    { phase: 'recovery', orderedAtMs: atMs(120) + 10, doneAtMs: atMs(120) + 30 },
  ];
  const counts = { fault: [{ seen: 0, hit: 0 }] };
  const faults = {
    switches,
    counts,
    witnesses: { fault: [witness] },
    requests: 0,
    answered: 0,
    ...(ended && { ended }),
  };
  const load = { journeys: phases.map(({ name }) => line(name)), faults };
  return factsOf(OBJECTIVES, { health: [...CALM, ...DOWN, ...CALM] }, { plan: { phases }, load });
}

describe('a run in which the server is broken', () => {
  const faultsOf = ({ findings }: ReturnType<typeof judged>) => findings.find(({ id }) => id === 'load.faults');

  it('conforms when the fault is proven and the objectives hold before and after', () => {
    const verdict = judged(run(KILL, killed({ pid: 9, atMs: 4700 })));
    expect(faultsOf(verdict)).toMatchObject({ status: 'pass', phase: 'fault' });
    expect(verdict.outcome).toBe('conforms');
  });

  it('is inconclusive when it is not, and accuses nobody', () => {
    const verdict = judged(run(KILL, killed(null)));
    expect(faultsOf(verdict)).toMatchObject({ status: 'inconclusive' });
    expect(verdict.outcome).toBe('inconclusive');
  });

  it('judges nothing from when on a fault may still be on', () => {
    const how = 'the fault redis-down may still be on: ./f end redis-down: it exited with 1';
    const { findings, outcome } = judged(
      run(COMMAND, ran(GOOD, call(1, 'it exited with 1')), { atMs: atMs(120), how }),
    );
    expect(findings.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(findings.find(({ id }) => id === 'load.faults')?.summary).toBe(how);
    expect(outcome).toBe('inconclusive');
  });
});
