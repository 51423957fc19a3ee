import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Patch } from './behaviour.ts';
import { startTarget, type Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await startTarget({
    patch: { waits: { 'agent-response': 'constant(1ms)', 'agent-call': 'constant(1ms)' } },
  });
});
afterAll(() => target.stop());

async function change(patch: Patch | string): Promise<{ status: number; text: string }> {
  const body = typeof patch === 'string' ? patch : JSON.stringify(patch);
  const answer = await fetch(`${target.httpUrl}/_reference/behaviour`, { method: 'POST', body });
  return { status: answer.status, text: await answer.text() };
}

async function statuses(count: number): Promise<number[]> {
  const all: number[] = [];
  for (let at = 0; at < count; at++) {
    const answer = await fetch(`${target.httpUrl}/api/health`);
    await answer.arrayBuffer();
    all.push(answer.status);
  }
  return all;
}

/** The value of a series; 0 when it is not there. */
async function value(series: string): Promise<number> {
  const text = await (await fetch(`${target.httpUrl}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length) ?? 0);
}

describe('the behaviour changes while the target runs', () => {
  test('for answers, and {} puts everything right', async () => {
    expect(await statuses(2)).toEqual([200, 200]);
    const broken = { http: [{ route: 'health', kind: 'status', status: 500, pick: { share: 1 } }] } as const;
    expect(await change(broken)).toMatchObject({ status: 200 });
    expect(await statuses(2)).toEqual([500, 500]);
    await change({});
    expect(await statuses(2)).toEqual([200, 200]);
  });

  test.each([
    [
      'no-consensus',
      { kind: 'no-consensus', pick: { share: 1 } },
      { aragora_debates_completed_total: 1, aragora_consensus_reached_total: 0, aragora_debate_timeouts_total: 0 },
    ],
    [
      'agent-timeout',
      { kind: 'agent-timeout', forMs: 5, pick: { share: 1 } },
      {
        'aragora_agent_calls_total{agent="slow",provider="slow",status="timeout"}': 1,
        aragora_debates_completed_total: 1,
        aragora_consensus_reached_total: 1,
      },
    ],
    [
      'debate-timeout',
      { kind: 'debate-timeout', forMs: 5, pick: { share: 1 } },
      { aragora_debate_timeouts_total: 1, aragora_debates_completed_total: 0, aragora_consensus_reached_total: 0 },
    ],
  ] as const)('for debates: %s', async (_, fault, grown) => {
    const names = Object.keys(grown);
    const before = await Promise.all(names.map(value));
    await change({ debates: [fault] });
    const body = JSON.stringify({ question: 'Is this long enough?', agents: ['slow', 'quick'], rounds: 1 });
    await (await fetch(`${target.httpUrl}/api/debates`, { method: 'POST', body })).arrayBuffer();
    await vi.waitFor(async () => expect(await value('aragora_debates_active')).toBe(0), 30_000);
    await change({});
    const after = await Promise.all(names.map(value));
    expect(Object.fromEntries(names.map((name, at) => [name, (after[at] ?? 0) - (before[at] ?? 0)]))).toEqual(grown);
  });

  test.each(['nothing', '{"waits":{"health":"soon"}}'])('not for %s', async (text) => {
    expect(await change(text)).toMatchObject({ status: 400 });
    expect(await statuses(1)).toEqual([200]);
  });
});
