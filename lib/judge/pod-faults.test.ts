/** Faults of pods: proven by what clients saw and by uids, and left unproven without. */
import { describe, expect, it } from 'vitest';
import { atMs, CALM, done, told, verdictOn } from '../../test/support/broken.ts';
import { type MadeSecond, times } from '../../test/support/judged.ts';
import { PER_SEC, PHASE_SEC, seconds } from '../../test/support/phased.ts';
import type { Fault } from '../core/fault.ts';
import type { PodId } from '../core/pod-fault.ts';
import type { Witness } from '../core/server-fault.ts';
import { serverProof } from './server-faults.ts';

const STATUS: Fault = { kind: 'pod-status', status: 503, share: 0.2, exclude: [] };
const LATENCY: Fault = { kind: 'pod-latency', delayMs: 200, jitterMs: 50, exclude: [] };
const DROP: Fault = { kind: 'pod-drop' };
const KILL: Fault = { kind: 'pod-kill', count: 2 };
const AGENTS: Witness = { kind: 'agents', pods: ['a', 'b'], onAtMs: atMs(60), offAtMs: atMs(120) };
const pod = (name: string, uid: string): PodId => ({ name, uid });
const killed = (...after: PodId[]): Witness => ({ kind: 'pods', ended: [pod('a', '1'), pod('b', '2')], after });

/** So many of the requests of each second end like that. */
const failing = (perSec: number, outcome: string): MadeSecond[] =>
  Array.from({ length: PHASE_SEC }, () => ({ ms: times(PER_SEC - perSec, 5), failed: { [outcome]: perSec } }));

function verdict(fault: Fault, witness: Witness | null, during: readonly MadeSecond[]) {
  const its = done([{ seen: 0, hit: 0 }], { witnesses: { fault: [witness] } });
  return verdictOn({ made: [...CALM, ...during, ...CALM], faults: [fault], done: its });
}
const said = (...of: Parameters<typeof verdict>): string[] => told(verdict(...of).findings, 'load.faults');

describe('a fault of pods', () => {
  it.each<[Fault, Witness, readonly MadeSecond[], string]>([
    [
      STATUS,
      AGENTS,
      failing(12, 'injected_503'),
      'pod-status, by 2 agents: 708 of 3,540 requests had its 503, which agrees with 0.2',
    ],
    // It hits by chance: 21.7 % of so many is nothing strange.
    [
      STATUS,
      AGENTS,
      failing(13, 'injected_503'),
      'pod-status, by 2 agents: 767 of 3,540 requests had its 503, which agrees with 0.2',
    ],
    [LATENCY, AGENTS, seconds(60, 230), 'pod-latency, by 2 agents: 3,540 of 3,540 requests took 150 ms and more'],
    [DROP, AGENTS, failing(PER_SEC, 'timeout'), 'pod-drop, by 2 agents: 3,540 of 3,540 requests had no good answer'],
    [
      KILL,
      killed(pod('a', '3'), pod('c', '4')),
      CALM,
      'pod-kill: a, b ended, 2 of 2 never seen again; then there were 2 pods',
    ],
  ])('is proven: %j', (fault, witness, during, text) => {
    const { findings, outcome } = verdict(fault, witness, during);
    expect(told(findings, 'load.faults')).toEqual([`fault pass: ${text}`]);
    expect(outcome).toBe('conforms');
  });

  it.each<[string, Fault, Witness | null, readonly MadeSecond[], string]>([
    ['nothing was seen of it', STATUS, null, failing(12, 'injected_503'), 'pod-status: nobody saw it'],
    ['it did not begin', DROP, { kind: 'trouble', why: 'pod a: no agent' }, CALM, 'pod a: no agent'],
    [
      'no client saw it',
      STATUS,
      AGENTS,
      CALM,
      '0 of 3,540 requests had its 503: a share of 0 % to 0.41 %, and 0.2 was asked',
    ],
    ['the server answered so by itself', STATUS, AGENTS, failing(12, 'status_503'), '0 of 3,540 requests had its 503'],
    ['its share is another one', STATUS, AGENTS, failing(18, 'injected_503'), '1,062 of 3,540 requests had its 503'],
    ['answers came at once', LATENCY, AGENTS, CALM, '0 of 3,540 requests took 150 ms and more'],
    ['answers came all the same', DROP, AGENTS, failing(50, 'timeout'), '2,950 of 3,540 requests had no good answer'],
    ['a pod is still there', KILL, killed(pod('a', '3'), pod('b', '2')), CALM, '1 of 2 never seen again'],
    ['what was seen is of another fault', KILL, AGENTS, CALM, 'pod-kill: what was seen is of another fault'],
    [
      'what was seen is of another kind',
      DROP,
      killed(),
      failing(PER_SEC, 'timeout'),
      'pod-drop: what was seen is of another',
    ],
    [
      'nothing was sent that it hits',
      { ...LATENCY, exclude: ['/API/health'] },
      AGENTS,
      CALM,
      'nothing was sent meanwhile',
    ],
  ])('is not proven when %s, and the run is inconclusive', (_, fault, witness, during, text) => {
    const { findings, outcome } = verdict(fault, witness, during);
    expect(told(findings, 'load.faults')).toEqual([expect.stringMatching(/^fault inconclusive: /)]);
    expect(told(findings, 'load.faults')[0]).toContain(text);
    expect(outcome).toBe('inconclusive');
  });

  it('leaves out what its agents let pass', () => {
    const spared: Fault = { ...STATUS, exclude: ['/api/debates'] };
    expect(said(spared, AGENTS, failing(12, 'injected_503'))).toEqual([expect.stringContaining('708 of 3,540')]);
  });

  it('can not prove a fault of a process', () => {
    expect(serverProof({ kind: 'kill', forMs: 3000 }, AGENTS).lacks).toBe('kill: what was seen is of another fault');
  });
});
