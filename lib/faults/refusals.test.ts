/** Faults of the server that nobody can carry out are refused before anything is started. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../core/fault.ts';
import { refuseUnbreakable, type WhoBreaks } from './refusals.ts';

const KILL: Fault = { kind: 'kill', forMs: 3000 };
const MEMORY: Fault = { kind: 'memory', bytes: 256_000_000 };
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
    [[KILL], { ...HERE, faultCommand }, '--fault-command has nothing to do', 'and with --target those of the process'],
    [[COMMAND], { ...HERE, faultCommand: './none' }, 'there is no program "./none"', '"begin" or "end"'],
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
