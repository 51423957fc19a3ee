import { describe, expect, it } from 'vitest';
import { fingerprintOf, machineOf } from './machine.ts';

describe('a machine', () => {
  const environment = {
    'aragora-slo': '0.1.0',
    engine: 'v2.2.0 (hdr)',
    node: 'v20.20.2',
    os: 'linux 6.18.44 x64',
    cpu: 'AMD EPYC 7763 64-Core Processor × 4',
    memory: '15.6 GiB',
  };
  const fingerprint = (changed: object): string | null => {
    const machine = machineOf({ ...environment, ...changed });
    return machine === null ? null : fingerprintOf(machine);
  };

  it('is what matters to latency', () => {
    expect(machineOf(environment)).toEqual({
      cpu: 'AMD EPYC 7763 64-Core Processor',
      cores: 4,
      memoryGiB: 16,
      os: 'linux',
      arch: 'x64',
      engine: 'v2.2.0 (hdr)',
    });
  });

  it.each([
    ['a patched kernel', { os: 'linux 6.19.1 x64' }, true],
    ['another Node', { node: 'v22.1.0' }, true],
    ['a few MiB less', { memory: '15.5 GiB' }, true],
    ['fewer cores', { cpu: 'AMD EPYC 7763 64-Core Processor × 2' }, false],
    ['another processor', { cpu: 'Intel(R) Xeon(R) Processor × 4' }, false],
    ['half the memory', { memory: '7.8 GiB' }, false],
    ['another engine', { engine: 'v2.3.0 (hdr)' }, false],
    ['the engine listened to otherwise', { engine: 'v2.2.0 (json)' }, false],
    ['another architecture', { os: 'linux 6.18.44 arm64' }, false],
  ])('with %s is another or not', (_, changed, same) => {
    expect(fingerprint(changed) === fingerprint({})).toBe(same);
  });

  it.each([[{ cpu: 'unknown × 4' }], [{ os: '' }], [{ memory: 'much' }]])(
    'that is not known whole is none: %j',
    (changed) => {
      expect(fingerprint(changed)).toBeNull();
    },
  );
});
