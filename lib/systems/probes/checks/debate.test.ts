/** The checks on debates outside of the load: each is judged on what one healthy server showed, and on copies of it that were changed. */
import { beforeAll, describe, expect, test } from 'vitest';
import { answer, failingOn, findingOn, HANG, healthyProbes, partOf } from '../../../../test/support/probes-run.ts';
import type { Answered, DebateSeen, ProbesObserved, SeenEvent } from '../observation.ts';

let healthy: ProbesObserved;
beforeAll(async () => {
  healthy = await healthyProbes();
});

function withDebate(change: (debate: DebateSeen) => Partial<DebateSeen>): ProbesObserved {
  const debate = partOf(healthy.debate);
  return { ...healthy, debate: { ...debate, ...change(debate) } };
}

describe('a long question', () => {
  const large = (change: object) => ({ ...healthy, large: { ...partOf(healthy.large), ...change } });
  const refused = (answered: Answered) => large({ answered, isCreated: false, read: null });

  test.each([200, 400, 403, 413, 422])('may be refused with %i', (status) => {
    expect(findingOn('large-body', refused(answer(status))).status).toBe('pass');
  });
  test('may not end in 500, nor in silence', () => {
    expect(findingOn('large-body', refused(answer(500))).status).toBe('fail');
    expect(findingOn('large-body', refused(HANG)).status).toBe('fail');
    expect(findingOn('large-body', { ...refused(HANG), debate: { lacking: 'none' } }).status).toBe('inconclusive');
  });
  test.each([429, 503])('that is refused with %i decides nothing', (status) => {
    expect(findingOn('large-body', refused(answer(status))).status).toBe('inconclusive');
  });
  test('may not be cut', () => {
    const cut = { answered: answer(200), isSame: false, chars: 2000 };
    expect(findingOn('large-body', large({ read: cut }))).toMatchObject({ status: 'fail', summary: /of 2,000$/ });
    expect(findingOn('large-body', large({ read: { ...cut, isSame: null } }))).toMatchObject({ gating: false });
  });
});

describe('a debate that does not exist', () => {
  const unknown = (answered: Answered) => ({ ...healthy, unknown: [{ path: '/api/debates/adhoc_1', answered }] });

  test.each([400, 404, 410, 422])('may be refused with %i', (status) => {
    expect(findingOn('unknown-debate', unknown(answer(status))).status).toBe('pass');
  });
  test.each([200, 302, 500])('may not be answered with %i', (status) => {
    expect(findingOn('unknown-debate', unknown(answer(status))).status).toBe('fail');
  });
  test('may be refused in any form', () => {
    expect(findingOn('unknown-debate', unknown(answer(404, false))).status).toBe('pass');
  });
  test.each([401, 429, 503])('decides nothing with %i', (status) => {
    expect(findingOn('unknown-debate', unknown(answer(status))).status).toBe('inconclusive');
  });
});

describe('two subscribers', () => {
  const stray: SeenEvent = { seq: 1e6, type: 'agent_message', of: 'adhoc_other', agent: 'demo', hasContent: true };

  test('get no event of another debate', () => {
    const leaking = withDebate(({ second }) => ({
      otherId: 'adhoc_other',
      second: { ...partOf(second), events: [...partOf(second).events, stray] },
    }));
    expect(failingOn(leaking)).toEqual(['probes.subscribers']);
  });
  test('get the same texts', () => {
    const others = (textHash: string | null) =>
      withDebate(({ second }) => {
        const { events, ...rest } = partOf(second);
        return { second: { ...rest, events: events.map((event) => ({ ...event, textHash })) } };
      });
    expect(failingOn(others('other'))).toEqual(['probes.subscribers']);
    expect(failingOn(others(null))).toEqual([]);
  });
  test('may miss what came before they had subscribed', () => {
    const late = withDebate(({ first, second }) => ({
      first: { ...partOf(first), sureFrom: partOf(first).events.length },
      second: { ...partOf(second), events: [] },
    }));
    expect(findingOn('subscribers', late)).toMatchObject({ status: 'no-data', gating: false });
  });
  test('are two', () => {
    const alone = withDebate(() => ({ second: { lacking: 'no WebSocket was open for it' } }));
    expect(findingOn('subscribers', alone).status).toBe('no-data');
  });
});

describe('the state of a subscriber', () => {
  test.each([
    ['of another question', { isRightQuestion: false }],
    ['of another debate', { isRightDebate: false }],
    ['that has not ended', { ended: false }],
    ['without messages', { messages: 0 }],
    ['without consensus', { consensus: false }],
    ['of other agents', { agents: ['somebody'] }],
  ])('at the end fails where it is one %s', (_, change) => {
    const wrong = withDebate(({ atEnd }) => ({ atEnd: { ...partOf(atEnd), ...change } }));
    expect(failingOn(wrong)).toEqual(['probes.subscription-state']);
  });
  test('at the start is not of a debate that has ended', () => {
    const wrong = withDebate(({ atStart }) => ({ atStart: { ...partOf(atStart), ended: true } }));
    expect(failingOn(wrong)).toEqual(['probes.subscription-state']);
  });
  test('that never came decides nothing', () => {
    expect(
      findingOn(
        'subscription-state',
        withDebate(() => ({ atStart: { lacking: 'none came' } })),
      ).status,
    ).toBe('inconclusive');
  });
  test('may say little', () => {
    const silent = { isRightDebate: true, isRightQuestion: null, ended: null, consensus: null, messages: null };
    expect(failingOn(withDebate(() => ({ atStart: silent, atEnd: silent })))).toEqual([]);
  });
});

describe('a debate that still runs', () => {
  const running = (change: object) => withDebate((debate) => ({ running: { ...debate.running, ...change } }));

  test('is shown as one', () => {
    expect(failingOn(running({ status: 'initializing' }))).toEqual([]);
    expect(failingOn(running({ hasAnswer: true }))).toEqual(['probes.running']);
    expect(failingOn(running({ isRightQuestion: false }))).toEqual(['probes.running']);
    expect(failingOn(running({ answered: answer(500) }))).toEqual(['probes.running']);
  });
  test('is not called over in the list', () => {
    const listed = (listedAs: string | null) => withDebate(() => ({ listedAs }));
    for (const word of ['completed', 'finished', 'ended']) expect(failingOn(listed(word))).toEqual(['probes.running']);
    for (const word of ['running', 'active', 'created', null]) expect(failingOn(listed(word))).toEqual([]);
    const late = withDebate(({ first }) => ({ listedAs: 'completed', first: { ...partOf(first), sureFrom: null } }));
    expect(findingOn('running', late)).toMatchObject({ status: 'no-data', gating: false });
  });
  test('decides nothing where its messages may have waited on their way', () => {
    const waited = withDebate(() => ({ listedAs: 'completed', readAfterMs: 60_000 }));
    expect(findingOn('running', waited)).toMatchObject({ status: 'no-data', gating: false });
    const untimed = withDebate(({ first }) => {
      const { events, sureFrom } = partOf(first);
      return { listedAs: 'completed', first: { sureFrom, events: events.map((event) => ({ ...event, atSec: null })) } };
    });
    expect(findingOn('running', untimed)).toMatchObject({ status: 'no-data', gating: false });
  });
  test('may be called over when there is a consensus, and a summary follows', () => {
    const summed = withDebate(({ first }) => {
      const { events, sureFrom } = partOf(first);
      const agreed = events.find(({ type }) => type === 'consensus');
      if (agreed === undefined) throw new Error('the healthy debate has no consensus');
      return { listedAs: 'completed', first: { sureFrom, events: [agreed, ...events] } };
    });
    expect(findingOn('running', summed)).toMatchObject({ status: 'no-data', gating: false });
  });
  test('may be shown a moment later', () => {
    expect(findingOn('running', running({ answered: answer(404) }))).toMatchObject({
      status: 'no-data',
      gating: false,
    });
  });
  test('decides nothing where it may have ended', () => {
    const over = withDebate(({ first, running: read }) => ({
      running: { ...read, inProgress: false, status: 'completed' },
      first: { ...partOf(first), sureFrom: null },
    }));
    expect(findingOn('running', over)).toMatchObject({ status: 'no-data', gating: false });
  });
});

describe('a debate that has ended', () => {
  const finished = (change: object) =>
    withDebate((debate) => ({ finished: { ...partOf(debate.finished), ...change } }));

  test.each([
    ['another question', { isRightQuestion: false }],
    ['texts that nobody said', { isHeard: false }],
    ['other agents', { agents: ['demo'] }],
    ['still running', { hasAnswer: false, status: 'running', inProgress: true }],
    ['an error', { answered: answer(500) }],
    ['not there', { answered: answer(404) }],
  ])('fails with %s', (_, change) => {
    expect(failingOn(finished(change))).toEqual(['probes.read-back']);
  });
  test('may be gone, or say little', () => {
    expect(findingOn('read-back', finished({ answered: answer(410) }))).toMatchObject({ gating: false });
    expect(failingOn(finished({ isRightQuestion: null, agents: null, status: null, consensus: null }))).toEqual([]);
  });
  test('that went wrong by itself decides nothing', () => {
    const failed = { hasAnswer: false, status: 'error', inProgress: true, consensus: null };
    const seenOfIt = withDebate((debate) => ({ consensus: null, finished: { ...partOf(debate.finished), ...failed } }));
    expect(findingOn('read-back', seenOfIt)).toMatchObject({ status: 'no-data', gating: false });
  });
  test('that did not end in time decides nothing', () => {
    const endless = { lacking: 'the debate did not end' };
    const open = withDebate(() => ({
      ended: false,
      finished: endless,
      convergence: endless,
      atEnd: { unasked: 'no end' },
    }));
    expect(findingOn('read-back', open).status).toBe('inconclusive');
    expect(findingOn('convergence', open).status).toBe('inconclusive');
    expect(failingOn(open)).toEqual([]);
  });
  test('has a convergence that agrees', () => {
    const other = (change: object) =>
      withDebate((debate) => ({ convergence: { ...partOf(debate.convergence), ...change } }));
    for (const change of [
      { consensus: false },
      { similarity: -1.5 },
      { similarity: Number.NaN },
      { isRightDebate: false },
    ])
      expect(failingOn(other(change))).toEqual(['probes.convergence']);
    expect(findingOn('convergence', other({ answered: answer(404) }))).toMatchObject({ gating: false });
    expect(findingOn('convergence', other({ answered: answer(503) })).status).toBe('inconclusive');
    expect(findingOn('convergence', other({ consensus: null, similarity: null }))).toMatchObject({ gating: false });
  });
});
