/** Which requests must have left a trace. */
import { expect, test } from 'vitest';
import type { TracedRequest } from '../observation.ts';
import { wantedRequests } from './collecting.ts';

const asked = (traceId: string, endpoint: string, outcome: string): TracedRequest => ({
  ...{ traceId, endpoint, outcome, sampled: true, latencyUs: 1, second: 1 },
});
const wanted = (...requests: readonly TracedRequest[]) =>
  wantedRequests({ requests, awaited: () => [] }).map(({ endpoint, outcome }) => `${endpoint} ${outcome}`);

test('an arrival without a debate is looked for only if its creation was answered', () => {
  const after = asked('a', 'agent-response', 'no-debate');
  expect(wanted(asked('a', 'debates-create', 'timeout'), after)).toEqual([]);
  expect(wanted(asked('a', 'debates-create', 'injected_503'), after)).toEqual([]);
  expect(wanted(asked('a', 'debates-create', 'status_503'), after)).toEqual([
    'debates-create status_503',
    'agent-response no-debate',
  ]);
  expect(wanted(asked('b', 'debates-create', 'timeout'), after)).toEqual(['agent-response no-debate']);
});

test('a debate that was created and not watched to its first message is looked for', () => {
  expect(wanted(asked('a', 'debates-create', 'ok'), asked('a', 'agent-response', 'timeout'))).toEqual([
    'debates-create ok',
  ]);
});
