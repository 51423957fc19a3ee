import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FAULT_PRESETS } from '../../thresholds/faults.ts';
import { faultText, isOfRequests } from '../core/fault.ts';
import { faultsOf, loadFaults } from './faults.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-faults-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function written(content: unknown): string {
  const path = join(dir, 'faults.yaml');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

describe('a preset', () => {
  it.each(Object.entries(FAULT_PRESETS))('%s is what a file may hold, too', (name, { faults }) => {
    expect(loadFaults(name)).toBe(faults);
    expect(loadFaults(written(faults))).toEqual(faults);
  });

  it('with another name is refused, with the nearest', () => {
    expect(() => loadFaults('eror')).toThrow('no fault is called "eror"');
    expect(() => loadFaults('eror')).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^did you mean "errors"\? legal values: latency, /) }),
    );
  });
});

describe('a file', () => {
  it('may hold several faults, with paths', () => {
    const faults = [
      { kind: 'status', status: 503, share: 0.5, path: '/api/debates' },
      { kind: 'latency', delayMs: 5 },
    ];
    expect(loadFaults(written(faults))).toEqual([faults[0], { ...faults[1], jitterMs: 0 }]);
  });

  it.each([
    [[], 'must be a list of at least one fault'],
    [{ kind: 'reset' }, 'must be a list of at least one fault'],
    [[{ kind: 'resett' }], '"0.kind" must be a kind of fault, got "resett"'],
    [[{ share: 1 }], '"0.kind" must be a kind of fault, got nothing'],
    [[{ kind: 'status', status: 503, share: 1.2 }], '"0.share" must be a share above 0 and at most 1, got 1.2'],
    [[{ kind: 'status', share: 1 }], '"0.status" must be an HTTP status, 400 to 599, got nothing'],
    [[{ kind: 'delay', delayMs: 1, share: 1, path: 'api' }], '"0.path" must be the beginning of a path'],
    [[{ kind: 'reset', status: 500 }], '"0" has no key "status"'],
    [[{ kind: 'kill' }], '"0.forMs" must be a whole number of ms, 100 to 600,000, got nothing'],
    [[{ kind: 'cpu', percent: 100 }], '"0.percent" must be a whole number, 1 to 95, got 100'],
    [[{ kind: 'memory', bytes: 1 }], '"0.bytes" must be a whole number of bytes, 16,000,000 to 8,000,000,000, got 1'],
    [
      [{ kind: 'clock', stepMs: 5 }],
      '"0.stepMs" must be a whole number of ms, a second to a year ahead or (negative) behind',
    ],
    [[{ kind: 'command', name: 'a b' }], '"0.name" must be a name of letters, digits, ".", "_" and "-", 64 at most'],
  ])('%j is refused', (content, says) => {
    expect(() => loadFaults(written(content))).toThrow(says);
  });
});

it('each is said in words', () => {
  const [errors] = FAULT_PRESETS.errors.faults;
  const [latency] = FAULT_PRESETS.latency.faults;
  expect([faultText(errors), isOfRequests(errors)]).toEqual(['status, with 503, a share of 0.1 of all requests', true]);
  expect([faultText(latency), isOfRequests(latency)]).toEqual(['latency, ms 200, ± ms 50', false]);
});

const NAMED = { kind: 'command', name: 'x' };

describe('several together', () => {
  it('may be names, files and faults', () => {
    const own = { kind: 'delay', delayMs: 5, share: 1 };
    const file = written([{ kind: 'latency', delayMs: 5 }]);
    expect(faultsOf('mine', ['errors', file, own])).toEqual([
      ...FAULT_PRESETS.errors.faults,
      { kind: 'latency', delayMs: 5, jitterMs: 0 },
      own,
    ]);
  });

  it('may break the network, the process and what is behind it at once', () => {
    const listed = ['errors', 'cpu', 'memory', 'clock', NAMED, { ...NAMED, name: 'y' }];
    expect(faultsOf('mine', listed).map(({ kind }) => kind)).toEqual([
      ...['status', 'cpu', 'memory', 'clock', 'command', 'command'],
    ]);
  });

  it.each<[readonly unknown[], string]>([
    [['reset', 'black-hole'], '--fault: the faults reset and black-hole exclude each other'],
    [['errors', 'half-open'], '--fault: the faults half-open and status exclude each other'],
    [['latency', 'latency'], '--fault: a connection can have the fault latency once, and it is there twice'],
    [[{ kind: 'status', status: 503, share: 2 }], '--fault: "0.share" must be a share above 0 and at most 1, got 2'],
    [['errrors'], 'no fault is called "errrors"'],
    [['kill', 'pause'], '--fault: the faults kill and pause exclude each other'],
    [['cpu', 'pause'], '--fault: the faults pause and cpu exclude each other'],
    [['memory', 'kill'], '--fault: the faults kill and memory exclude each other'],
    [['kill', 'black-hole'], '--fault: the faults black-hole and kill exclude each other'],
    [['cpu', 'cpu'], '--fault: a server can have the fault cpu once, and it is there twice'],
    [[NAMED, NAMED], '--fault: the fault command called "x" can be on once, and it is there twice'],
  ])('%j is refused', (listed, says) => {
    expect(() => faultsOf('--fault', listed)).toThrow(says);
  });
});
