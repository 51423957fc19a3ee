import { expect, test } from 'vitest';
import { contractNote, likelyContract } from './contract.ts';

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

test('a run under another contract learns which contract fits', () => {
  const real = '# TYPE aragora_http_requests_total counter\n';
  expect(contractNote(real, 'documented')).toMatch(
    /contract "aragora-2\.11", .*--contract aragora-2\.11, and --profile gentle/,
  );
  expect(contractNote(real, 'aragora-2.11')).toBeUndefined();
  expect(contractNote('# TYPE of_a_proxy counter\n', 'documented')).toBeUndefined();
});
