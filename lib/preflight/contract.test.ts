import { expect, test } from 'vitest';
import { contractNote, fitText, likelyFit, shareText, versionIn, versionNote } from './contract.ts';

test.each([
  ['documented', '# TYPE aragora_requests_total counter\naragora_requests_total 1\n'],
  [
    'aragora-2.11',
    '# TYPE aragora_http_requests_total counter\n# TYPE aragora_http_request_duration_seconds histogram\n',
  ],
  [undefined, '# TYPE http_requests_total counter\n'],
  // Both have it.
  [undefined, '# TYPE aragora_elo_updates_total counter\n'],
  // OpenMetrics writes a counter without its ending.
  ['documented', '# TYPE aragora_requests counter\n'],
  [undefined, '# TYPE aragora_requests gauge\n'],
  [undefined, ''],
  [undefined, '<html>'],
] as const)('the contract is %s', (contract, exposition) => {
  expect(likelyFit(exposition)?.contract).toBe(contract);
});

test('a run under another contract learns which contract fits', () => {
  const real = '# TYPE aragora_http_requests_total counter\n';
  expect(contractNote(real, 'documented')).toMatch(
    /contract "aragora-2\.11", 1 of 12 names \(0 of 13 names of "documented"\), .*--contract aragora-2\.11, and --profile gentle/,
  );
  expect(contractNote(real, 'aragora-2.11')).toBeUndefined();
  expect(contractNote('# TYPE of_a_proxy counter\n', 'documented')).toBeUndefined();
});

/** What Aragora 2.10.0 and 2.11.1 have of the documented metrics. */
const RELEASE = ['aragora_http_requests_total', 'aragora_http_request_duration_seconds', 'aragora_active_debates']
  .map((name) => `# TYPE ${name} ${name.endsWith('total') ? 'counter' : 'gauge'}\n`)
  .join('');

test('how well a contract fits is said with its figures, and a name that two metrics share counts once', () => {
  const fit = likelyFit(RELEASE);
  if (fit === undefined) throw new Error('no contract fits');
  expect(shareText(fit)).toBe('3 of 12 names');
  expect(fitText(fit)).toMatch(
    /^its metrics have the names of contract "aragora-2\.11": 3 of 12 names; not there: aragora_\w+(?:, \w+){8}$/,
  );
});

test.each([
  ['{"status":"healthy","version":"2.10.0"}', '2.10.0'],
  ['{"version":"v2.7.4rc1"}', 'v2.7.4rc1'],
  ['{"version":"unknown"}', undefined],
  ['{"version":210}', undefined],
  ['null', undefined],
  ['<html>', undefined],
])('the version in %s is %s', (health, version) => {
  expect(versionIn(health)).toBe(version);
});

test.each([
  ['2.11.1', undefined],
  ['v2.11', undefined],
  [undefined, undefined],
  [
    '2.10.0',
    'it says version 2.10.0, which has no contract of its own: "aragora-2.11" fits best, by 3 of 12 names of metrics',
  ],
  [
    '2.110.0',
    'it says version 2.110.0, which has no contract of its own: "aragora-2.11" fits best, by 3 of 12 names of metrics',
  ],
])('of the version %s is said: %s', (version, note) => {
  expect(versionNote(version, likelyFit(RELEASE))).toBe(note);
});

test('a version whose metrics fit nothing is said to be unknown', () => {
  expect(versionNote('2.7.4', undefined)).toBe(
    'it says version 2.7.4, which has no contract of its own, and its metrics do not show which one fits',
  );
});
