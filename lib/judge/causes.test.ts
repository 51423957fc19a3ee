import { describe, expect, it } from 'vitest';
import {
  AVAILABILITY,
  factsOf,
  HANDSHAKE,
  judged,
  LATENCY,
  type MadeSecond,
  minute,
  PROTOCOL,
  times,
  UPTIME,
} from '../../test/support/judged.ts';
import { type Finding, NOTHING_MEASURED } from '../core/finding.ts';
import type { LatencyObjective } from '../core/plan.ts';
import type { JudgeInput } from '../core/run.ts';
import type { Implication } from '../systems/causes.ts';
import { withCauses } from './causes.ts';

const finding = (id: string, own: Partial<Finding> = {}): Finding => ({
  ...NOTHING_MEASURED,
  id,
  subject: id,
  system: 'metrics',
  status: 'fail',
  gating: true,
  operator: '==',
  expected: 0,
  unit: 'count',
  allowedShare: null,
  source: { document: 'aragora-slo', section: 'test' },
  summary: 'no',
  evidence: [],
  ...own,
});
const input = {} as JudgeInput;
const causing = (...pairs: readonly (readonly [cause: string, follower: string])[]): Implication[] =>
  pairs.map(([cause, id]) => ({ cause, explains: ({ follower }) => follower.id === id }));
const filed = (findings: readonly Finding[], implications: readonly Implication[]) =>
  withCauses(findings, { implications, inputOf: () => input }).map(({ because }) => because);

describe('a finding', () => {
  it('is filed under the one that explains it, and causes are followed to their root', () => {
    const all = [finding('a'), finding('b'), finding('c', { status: 'no-data' })];
    expect(filed(all, causing(['a', 'b'], ['b', 'c']))).toEqual([undefined, 'a', 'a']);
  });

  it.each([
    ['a cause that passes', finding('a', { status: 'pass' }), finding('b')],
    ['a cause that does not gate, if it gates', finding('a', { gating: false }), finding('b')],
    ['what is undecided, if it fails', finding('a', { status: 'inconclusive' }), finding('b')],
    ['anything, if it was not asked for', finding('a'), finding('b', { status: 'no-data', gating: false })],
    ['anything, if it passes', finding('a'), finding('b', { status: 'pass' })],
    ['a cause of another phase', finding('a', { phase: 'one' }), finding('b', { phase: 'two' })],
  ])('is not filed under %s', (_, cause, follower) => {
    expect(filed([cause, follower], causing(['a', 'b']))).toEqual([undefined, undefined]);
  });

  it('stands by itself where causes go in a circle', () => {
    expect(filed([finding('a'), finding('b')], causing(['a', 'b'], ['b', 'a']))).toEqual([undefined, undefined]);
  });

  it('is filed under a cause of its own system first', () => {
    const all = [finding('a', { system: 'traces' }), finding('b'), finding('c')];
    expect(filed(all, causing(['a', 'c'], ['b', 'c']))).toEqual([undefined, undefined, 'b']);
  });
});

const P50: LatencyObjective = {
  ...LATENCY,
  id: 'latency.health.p50',
  subject: 'health p50',
  percentile: 50,
  limitMs: 10,
};
const P95 = LATENCY;
const P99: LatencyObjective = { ...LATENCY, id: 'latency.health.p99', percentile: 99, limitMs: 100 };
const AGENTS: LatencyObjective = {
  ...LATENCY,
  id: 'latency.agent-response.p95',
  endpoint: 'agent-response',
  limitMs: 5000,
};

/** What each objective that is not met follows from. */
const causes = (...facts: Parameters<typeof factsOf>) =>
  Object.fromEntries(
    judged(factsOf(...facts)).findings.flatMap(({ id, status, system, because }) =>
      system === 'objectives' && status !== 'pass' ? [[id, because ?? null]] : [],
    ),
  );

describe('an objective', () => {
  it('follows from failed requests if it is met by those that were answered', () => {
    const health = minute(() => ({ ms: times(40, 3), failed: { status_500: 10 } }));
    expect(causes([P95, AVAILABILITY], { health })).toEqual({ [P95.id]: AVAILABILITY.id, [AVAILABILITY.id]: null });
  });

  it('stands by itself if the answers are too slow, too', () => {
    const health = minute(() => ({ ms: [...times(30, 3), ...times(10, 80)], failed: { status_500: 10 } }));
    expect(causes([P95, AVAILABILITY], { health })).toEqual({ [P95.id]: null, [AVAILABILITY.id]: null });
  });

  it('follows from a smaller percentile that is over its limit already', () => {
    const health = minute(() => ({ ms: times(50, 120) }));
    expect(causes([P50, P95, P99], { health })).toEqual({ [P50.id]: null, [P95.id]: P50.id, [P99.id]: P50.id });
  });

  it('does not follow from a smaller percentile that is below its limit', () => {
    const health = minute(() => ({ ms: [...times(30, 20), ...times(20, 120)] }));
    expect(causes([P50, P95], { health })).toEqual({ [P50.id]: null, [P95.id]: null });
  });

  it('follows from the seconds in which the API answered nobody', () => {
    const stopped = (at: number) => at >= 40;
    const health = minute((at) => (stopped(at) ? { ms: [], failed: { refused: 50 } } : { ms: times(50, 3) }));
    const sockets = minute((at) => ({ ms: times(20, stopped(at) ? 0.001 : 1000) }));
    const order = minute((at) => (stopped(at) ? { ms: [], failed: { 'connection-lost': 5 } } : { ms: times(5, 1) }));
    const all = causes([P95, AVAILABILITY, UPTIME, PROTOCOL], { health, 'ws-uptime': sockets, 'ws-order': order });
    expect(all).toEqual({
      [P95.id]: AVAILABILITY.id,
      [AVAILABILITY.id]: null,
      [UPTIME.id]: AVAILABILITY.id,
      [PROTOCOL.id]: AVAILABILITY.id,
    });
  });

  it('stands by itself if what came in an outage is wrong, or no outage but a bound of the client', () => {
    const stopped = (at: number) => at >= 40;
    const failing = (kind: string, count: number) =>
      minute((at) => (stopped(at) ? { ms: [], failed: { [kind]: count } } : { ms: times(count, 3) }));
    const of = (kind: string, wrong: string) =>
      causes([AVAILABILITY, PROTOCOL], { health: failing(kind, 50), 'ws-order': failing(wrong, 5) })[PROTOCOL.id];
    expect(of('timeout', 'connection-lost')).toBe(AVAILABILITY.id);
    for (const wrong of ['seq-backwards', 'event-of-another-debate', 'flood', 'frame-too-large'])
      expect(of('timeout', wrong)).toBeNull();
    expect(of('answer-too-large', 'connection-lost')).toBeNull();
  });

  it('stands by itself if sockets fail in other seconds', () => {
    const health = minute((at) => (at >= 40 ? { ms: [], failed: { refused: 50 } } : { ms: times(50, 3) }));
    const order = minute((at) => (at < 20 ? { ms: [], failed: { seq_repeated: 5 } } : { ms: times(5, 1) }));
    expect(causes([AVAILABILITY, PROTOCOL], { health, 'ws-order': order })).toMatchObject({ [PROTOCOL.id]: null });
  });

  it('follows from a handshake without which there is no answer of an agent', () => {
    const connect = minute(() => ({ ms: times(4, 1), failed: { 'handshake-refused': 1 } }));
    const agents = minute(() => ({ ms: times(4, 70), failed: { 'no-socket': 1 } }));
    expect(causes([AGENTS, HANDSHAKE], { 'agent-response': agents, 'ws-connect': connect })).toEqual({
      [AGENTS.id]: HANDSHAKE.id,
      [HANDSHAKE.id]: null,
    });
  });

  describe('of connected time', () => {
    const refusing = (kind: string, fails: (at: number) => boolean) =>
      minute((at) => (fails(at) ? { ms: [], failed: { [kind]: 4 } } : { ms: [] }));
    const downWhile = (isDown: (at: number) => boolean) => minute((at) => ({ ms: times(20, isDown(at) ? 900 : 1000) }));
    const inSecondTen = (at: number) => at >= 10 && at < 14;
    const of = (uptime: MadeSecond[], connect: MadeSecond[], close: MadeSecond[] = []) =>
      causes([UPTIME, HANDSHAKE], { 'ws-uptime': uptime, 'ws-connect': connect, 'ws-close': close })[UPTIME.id];

    it.each(['close_4029', 'handshake-refused', 'connection-failed'])(
      'follows from handshakes that end with %s',
      (kind) => {
        expect(of(downWhile(inSecondTen), refusing(kind, inSecondTen))).toBe(HANDSHAKE.id);
      },
    );

    it.each(['no-connection-info', 'timeout'])('follows from handshakes that are waited for in vain (%s)', (kind) => {
      expect(
        of(
          downWhile(inSecondTen),
          refusing(kind, (at) => at === 15),
        ),
      ).toBe(HANDSHAKE.id);
    });

    it.each([
      ['handshakes fail in other seconds', refusing('close_4029', (at) => at > 30), []],
      ['no handshake fails', minute(() => ({ ms: [3] })), []],
      ['the server ended connections then', refusing('close_4029', () => true), refusing('close_1006', inSecondTen)],
    ])('stands by itself if %s', (_, connect, close) => {
      expect(of(downWhile(inSecondTen), connect, close)).toBeNull();
    });

    // A socket that the server lets go with a good code, or the client for a bound of its own, is down until its next handshake.
    const often = minute((at) => ({ ms: times(20, at % 2 ? 800 : 750) }));
    it('stands by itself if sockets are down for far longer than the handshakes that failed beside it', () => {
      expect(
        of(
          often,
          refusing('handshake-refused', () => true),
        ),
      ).toBe(HANDSHAKE.id);
      const few = minute(() => ({ ms: times(20, 3), failed: { 'handshake-refused': 1 } }));
      expect(of(often, few)).toBeNull();
    });

    it('stands by itself if the handshakes that failed are those of arrivals, which hold no socket', () => {
      const all = (agents: MadeSecond[]) =>
        causes([UPTIME, HANDSHAKE, AGENTS], {
          'ws-uptime': often,
          'ws-connect': refusing('handshake-refused', () => true),
          'agent-response': agents,
        })[UPTIME.id];
      expect(all(minute(() => ({ ms: times(4, 70) })))).toBe(HANDSHAKE.id);
      expect(all(minute(() => ({ ms: [], failed: { 'no-socket': 4 } })))).toBeNull();
    });
  });

  it('that the generator may have spoilt follows from the generator', () => {
    const health = minute(() => ({ ms: [...times(30, 3), ...times(20, 120)] }));
    expect(causes([P95], { health }, { generator: { cpuShare: 0.95 } })).toEqual({ [P95.id]: 'load.generator' });
  });
});

it('the headline counts those that follow from others apart', () => {
  const health = minute(() => ({ ms: times(50, 120) }));
  expect(judged(factsOf([P50, P95, P99], { health })).headline).toMatch(
    /^1 of \d gating findings fail, and 2 more follow from it; worst: health p50, measured 120 ms/,
  );
});
