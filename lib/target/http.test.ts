import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createDebate, post, until } from '../../test/support/target.ts';
import { startTarget, type Target } from './target.ts';
import type { TruthReport } from './truth.ts';

let target: Target;
beforeAll(async () => {
  target = await startTarget({
    patch: { waits: { 'agent-response': 'constant(5ms)', 'agent-call': 'constant(1ms)' } },
  });
});
afterAll(() => target.stop());

describe('the HTTP API', () => {
  test.each([
    ['/api/health', 200, { status: 'healthy' }],
    ['/api/health?probe=1', 200, { status: 'healthy' }],
    ['/api/health/services', 200, { status: 'healthy' }],
    ['/healthz', 200, { status: 'ok' }],
    ['/readyz', 200, { status: 'ready' }],
    ['/api/auth/oauth/providers', 200, { providers: [{ id: 'google' }, { id: 'github' }] }],
    ['/api/debates', 200, { debates: [], count: 0 }],
    ['/api/debates/nope', 404, { error: 'Debate not found: nope' }],
    ['/api/debates/nope/convergence', 404, { error: 'Debate not found: nope' }],
    ['/api/debates/nope/other', 404, { error: 'Not found' }],
    ['/nope', 404, { error: 'Not found' }],
    ['/ws', 426, { error: 'Upgrade required' }],
  ])('GET %s answers %i', async (path, status, body) => {
    const answer = await fetch(target.httpUrl + path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toMatchObject(body);
  });

  test.each([
    ['an empty body', '', 400],
    ['no JSON', '{"question', 400],
    ['no object', '[1]', 400],
    ['no question', '{}', 400],
    ['a short question', '{"question":"too short"}', 422],
    ['agents that are no names', '{"question":"long enough it is","agents":[1]}', 422],
    ['half a round', '{"question":"long enough it is","rounds":0.5}', 422],
    ['a body over 1 MiB', JSON.stringify({ question: 'x'.repeat(1024 * 1024) }), 413],
  ])('POST /api/debates refuses %s', async (_, body, status) => {
    const answer = await post(target, body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toHaveProperty('error');
  });

  it('refuses another method with 405', async () => {
    const answers = await Promise.all(
      ['/api/health', '/api/debates/x'].map((path) => fetch(target.httpUrl + path, { method: 'DELETE' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([405, 405]);
  });

  it('runs a debate to its final answer and says so in its convergence and in the list', async () => {
    const id = await createDebate(target);
    expect(id).toMatch(/^adhoc_[0-9a-f]{8}$/);
    const get = async (path: string) => (await fetch(target.httpUrl + path)).json() as Promise<Record<string, unknown>>;
    expect(await get(`/api/debates/${id}/convergence`)).toMatchObject({ debate_id: id });
    await until(async () => 'final_answer' in (await get(`/api/debates/${id}`)));
    expect(await get(`/api/debates/${id}`)).toMatchObject({ id, status: 'completed', consensus_reached: true });
    expect(await get(`/api/debates/${id}/convergence`)).toMatchObject({ consensus_reached: true });
    expect(await get('/api/debates')).toMatchObject({ total: 1, debates: [{ id, status: 'completed' }] });
  });

  it('keeps connections alive', async () => {
    expect((await fetch(`${target.httpUrl}/api/health`)).headers.get('connection')).toBe('keep-alive');
  });
});

describe('the ground truth', () => {
  it('counts every request by route, method and outcome, and times those answered', async () => {
    const fresh = await startTarget();
    for (let index = 0; index < 20; index += 1) await (await fetch(`${fresh.httpUrl}/api/health`)).text();
    await (await fetch(`${fresh.httpUrl}/api/debates/nope`)).text();
    await fetch(`${fresh.httpUrl}/healthz`);
    const report = (await (await fetch(`${fresh.httpUrl}/_reference/truth`)).json()) as TruthReport;
    expect(report.routes).toMatchObject([
      { endpoint: '/api/health', method: 'GET', received: 20, outcomes: { '200': 20 } },
      { endpoint: '/api/debates/{id}', method: 'GET', received: 1, outcomes: { '404': 1 } },
    ]);
    expect(report.routes[0]?.latencyUs.reduce((sum, [, count]) => sum + count, 0)).toBe(20);
    await fresh.stop();
  });
});

describe('a target with a token', () => {
  test.each([
    ['/api/debates', {}, 401],
    ['/api/debates', { authorization: 'Bearer wrong' }, 401],
    ['/api/debates', { authorization: 'Bearer secret' }, 200],
    ['/api/debates/x/convergence', {}, 401],
    ['/api/health', {}, 200],
  ])('%s with %j answers otherwise', async (path, headers, status) => {
    const guarded = await startTarget({ token: 'secret' });
    expect((await fetch(guarded.httpUrl + path, { headers })).status).toBe(status);
    await guarded.stop();
  });
});
