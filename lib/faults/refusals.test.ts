/** Faults of the server that nobody can carry out are refused before anything is started. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../core/fault.ts';
import { refuseUnbreakable, refuseUnshown, type WhoBreaks } from './refusals.ts';

const KILL: Fault = { kind: 'kill', forMs: 3000 };
const MEMORY: Fault = { kind: 'memory', bytes: 256_000_000 };
const REDIS: Fault = { kind: 'redis' };
const COMMAND: Fault = { kind: 'command', name: 'redis-down' };
const ERRORS: Fault = { kind: 'status', status: 503, share: 0.1 };
const HERE = { platform: 'linux', freeBytes: 4e9 } as const;
const target = 'http://127.0.0.1:8080';
const faultCommand = 'sh';

describe('faults of a run', () => {
  it.each<[readonly Fault[], WhoBreaks]>([
    [[], HERE],
    [[ERRORS], { ...HERE, target, platform: 'darwin' }],
    [[KILL], HERE],
    [[MEMORY, ERRORS], HERE],
    [[KILL], { ...HERE, target, faultCommand, platform: 'darwin' }],
    [[COMMAND], { ...HERE, target, faultCommand }],
    [[COMMAND, KILL], { ...HERE, faultCommand }],
    [[REDIS], { ...HERE, hasRedis: true, platform: 'darwin' }],
    [[REDIS], { ...HERE, target, faultCommand }],
  ])('can be carried out: %j by %j', (faults, who) => {
    expect(() => refuseUnbreakable(faults, who)).not.toThrow();
  });

  it.each<[readonly Fault[], WhoBreaks, string, string]>([
    [
      [KILL],
      { ...HERE, target },
      `nobody can carry out the fault kill: the harness did not start ${target}`,
      'name a program with --fault-command: it is run with "begin kill" and "end kill"; or leave out --target',
    ],
    [
      [COMMAND],
      HERE,
      'nobody can carry out the fault redis-down: only a program of yours knows it',
      'name a program with --fault-command: it is run with "begin redis-down" and "end redis-down"',
    ],
    [[ERRORS], { ...HERE, faultCommand }, '--fault-command has nothing to do', 'faults of the kind "command"'],
    [[KILL], { ...HERE, faultCommand }, '--fault-command has nothing to do', 'and with --target those of the server'],
    [[COMMAND], { ...HERE, faultCommand: './none' }, 'there is no program "./none"', '"begin" or "end"'],
    [[REDIS], HERE, 'nobody can carry out the fault redis: the embedded server has no Redis', '--stack starts it'],
    [[KILL], { ...HERE, platform: 'darwin' }, 'the fault kill needs Linux', '--fault-command'],
    [
      [MEMORY],
      { ...HERE, freeBytes: 500e6 },
      'the fault memory would take 256 MB, and 500 MB are free',
      'at most half of what is free',
    ],
  ])('are refused: %j by %j', (faults, who, message, hint) => {
    const words = { message: expect.stringContaining(message), hint: expect.stringContaining(hint) };
    expect(() => refuseUnbreakable(faults, who)).toThrow(expect.objectContaining({ ...words, exitCode: 2 }));
  });
});

describe('breaks that show only where something is broken', () => {
  it.each<[string, Fault]>([
    ['fault.ignored', ERRORS],
    ['fault.fails-slow', MEMORY],
  ])('are taken with a fault that shows them: %s', (name, fault) => {
    expect(() => refuseUnshown(['--break', name], [fault])).not.toThrow();
  });

  it.each<[string, readonly Fault[], string]>([
    ['fault.ignored', [], 'shows only in a run with a fault between clients and the server'],
    ['fault.retry-storm', [MEMORY], 'shows only in a run with a fault between clients and the server'],
    ['fault.never-recovers', [ERRORS, KILL], 'shows only in a run with pressure on the server: cpu, memory, clock'],
  ])('are refused without one: %s', (name, faults, words) => {
    const error = expect.objectContaining({ message: `the break ${name} ${words}`, exitCode: 2 });
    expect(() => refuseUnshown(['--break', name], faults)).toThrow(error);
  });

  it('other breaks need none', () => {
    expect(() => refuseUnshown(['--break', 'latency.health.p99'], [])).not.toThrow();
  });
});
