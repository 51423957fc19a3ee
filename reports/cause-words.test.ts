/** Every report shows the causes of a verdict at its head, and does not say the first one twice. */
import { describe, expect, test } from 'vitest';
import type { RunFacts } from '../lib/core/run.ts';
import { SAMPLES } from '../test/support/facts.ts';
import { renderGithubAnnotations } from './github.ts';
import { renderHtml } from './html/page.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { renderText } from './text.ts';

const breaching = SAMPLES.breaching();
const SUMMARY = '40 % of 10,594 requests were refused by a rate limit (429), the first in second 3';
const SAID = '<b>slow\u001b[31m down</b>\n::error::no';
const facts: RunFacts = {
  ...breaching,
  verdict: {
    ...breaching.verdict,
    headline: `${SUMMARY}; ${breaching.verdict.headline}`,
    causes: [
      {
        id: 'rate-limit',
        summary: SUMMARY,
        evidence: [{ label: 'the server itself says', value: SAID }],
        explains: ['availability.api', 'latency.debates-list.p95'],
        advice: 'switch the limit off for the test',
      },
    ],
  },
};
const ASSETS = { script: '', style: '', scriptHash: '', styleHash: '', version: '0.0.0' };

describe.each([
  ['text', renderText(facts)],
  ['html', renderHtml(facts, ASSETS)],
  ['markdown', renderMarkdown(facts)],
] as const)('the report in %s', (_, report) => {
  const words = report.replace(/\s+/g, ' ').replaceAll('\\', '');

  test('has the cause once, before the findings, with what it explains and what to do', () => {
    expect(words.split(SUMMARY)).toHaveLength(2);
    expect(words.indexOf(SUMMARY)).toBeLessThan(words.indexOf('WebSocket uptime'));
    expect(words).toContain('explains 2 findings');
    expect(words).toContain('to do: switch the limit off for the test');
  });

  test('makes what a server says harmless', () => {
    expect(report).not.toContain('\u001b[31m');
    expect(report).not.toMatch(/^::error/m);
    if (_ !== 'text') expect(report).not.toContain('<b>slow');
  });
});

test('an annotation has each cause, after the outcome', () => {
  const [outcome, cause, ...rest] = renderGithubAnnotations(facts).trimEnd().split('\n');
  expect(outcome).toContain('::error title=aragora-slo%3A Breaches::40 %25 of 10,594 requests');
  expect(cause).toMatch(/^::error title=Cause::40 %25 .*; explains 2 findings; to do: switch the limit off/);
  expect(rest.filter((line) => line.startsWith('::error')).length).toBeLessThanOrEqual(8);
});

test('findings.json has them', () => {
  expect(JSON.parse(renderJson(facts))).toMatchObject({ causes: facts.verdict.causes });
});
