import { expect, test } from 'vitest';
import { isAnswered } from './select.ts';

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
