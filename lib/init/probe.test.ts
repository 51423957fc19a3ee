import { expect, test } from 'vitest';
import { likelyContract } from './probe.ts';

test.each([
  ['documented', '# TYPE aragora_requests_total counter\naragora_requests_total 1\n'],
  [
    'aragora-2.11',
    '# TYPE aragora_http_requests_total counter\n# TYPE aragora_http_request_duration_seconds histogram\n',
  ],
  [undefined, '# TYPE http_requests_total counter\n'],
  [undefined, ''],
  [undefined, '<html>'],
] as const)('the contract is %s', (contract, exposition) => {
  expect(likelyContract(exposition)).toBe(contract);
});
