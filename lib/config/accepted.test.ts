import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadAccepted } from './accepted.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-accepted-'));
afterAll(() => rmSync(dir, { recursive: true }));

const LEGAL = ['metrics.requests_total.present', 'metrics.requests_total.type', 'logs.json', 'latency.health.p95'];
let files = 0;
const load = (text: string) => {
  const path = join(dir, `${files++}.yaml`);
  writeFileSync(path, text);
  return loadAccepted(path, LEGAL);
};
const entry = (changes: object = {}) =>
  JSON.stringify({ accepted: [{ finding: 'logs.json', reason: 'known', expires: '2026-12-31', ...changes }] });

describe('a file of accepted deviations', () => {
  test('is a list of findings, each with its reason and its last day', () => {
    const text = `accepted:
  - finding: metrics.requests_total.present
    reason: 2.11 calls it aragora_http_requests_total
    expires: 2026-12-31
`;
    expect(load(text)).toEqual([
      {
        finding: 'metrics.requests_total.present',
        reason: '2.11 calls it aragora_http_requests_total',
        expires: '2026-12-31',
      },
    ]);
  });

  test.each([
    ['an empty one', '', /the document must be an object with accepted/],
    ['no list', 'accepted: yes', /"accepted" must be a list of deviations/],
    ['no reason', entry({ reason: undefined }), /"accepted.0.reason" must be a text that says why, got nothing/],
    ['a reason that nobody wrote yet', entry({ reason: null }), /: no reason is written yet for logs\.json$/],
    ['a blank reason', entry({ reason: ' ' }), /"accepted.0.reason" must be a text that says why/],
    ['no date', entry({ expires: 'never' }), /"accepted.0.expires" must be a date such as .*, got "never"/],
    ['a day that is none', entry({ expires: '2026-02-30' }), /"accepted.0.expires" must be a date/],
    ['an unknown key', entry({ until: 'x' }), /"accepted.0" has no key "until"/],
    ['an unknown finding', entry({ finding: 'log.json' }), /"finding" names "log.json", which no finding is called/],
    [
      'the same twice',
      'accepted: [&a {finding: logs.json, reason: x, expires: 2026-12-31}, *a]',
      /"logs.json" is accepted twice/,
    ],
  ])('that has %s is refused', (_, text, says) => {
    expect(() => load(text)).toThrow(says);
  });

  test('offers the nearest names for one that no finding has', () => {
    expect(() => load(entry({ finding: 'metrics.request_total.present' }))).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^nearest: metrics\.requests_total\.present, /) }),
    );
  });
});
