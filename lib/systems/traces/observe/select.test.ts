import { describe, expect, it, test } from 'vitest';
import { newId } from '../../../../test/support/jaeger.ts';
import type { TracedRequest } from '../observation.ts';
import { isAnswered, sampleRequests, spread } from './select.ts';

test.each([
  ['a good answer', 'health', 'ok', true],
  ['a failure that was answered', 'debates-list', 'status_503', true],
  ['a request that nobody answered', 'health', 'timeout', false],
  ['an agents arrival without a socket, which sends no request', 'agent-response', 'no-socket', false],
  ['a consensus check without a debate, which sends none either', 'consensus', 'no-debate', false],
  ['a creation that brought no debate', 'debates-create', 'no-debate', true],
])('%s', (_, endpoint, outcome, expected) => {
  expect(isAnswered({ endpoint, outcome })).toBe(expected);
});

describe('the selection', () => {
  it('spreads evenly, ends included', () => {
    expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([0, 4, 8]);
    expect(spread([1, 2], 3)).toEqual([1, 2]);
  });

  it('takes all endpoints alike', () => {
    const request = (endpoint: string): TracedRequest => ({
      traceId: newId(16),
      endpoint,
      sampled: true,
      outcome: 'ok',
      latencyUs: 1,
      second: 1,
    });
    const requests = [...Array.from({ length: 100 }, () => request('health')), request('consensus')];
    expect(sampleRequests(requests, 10).map(({ endpoint }) => endpoint)).toEqual([
      ...Array.from({ length: 5 }, () => 'health'),
      'consensus',
    ]);
  });
});
