/** Reports of a run of several phases name them; a run of one phase has nothing to name. */
import { describe, expect, it } from 'vitest';
import type { RunFacts } from '../lib/core/run.ts';
import { SAMPLES } from '../test/support/facts.ts';
import { factsOf, judged } from '../test/support/judged.ts';
import { FAULTY, OBJECTIVES, phased, seconds } from '../test/support/phased.ts';
import { renderGithubAnnotations } from './github.ts';
import { renderHtml } from './html/page.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderText } from './text.ts';

const ASSETS = { script: '', style: '', scriptHash: '', styleHash: '', version: '0.0.0' };

/** What was broken stays slow for half of the last phase. */
function lateFacts(): RunFacts {
  const { plan, load } = phased();
  const made = [...FAULTY.slice(0, 120), ...seconds(30, 900), ...FAULTY.slice(150)];
  const input = factsOf(OBJECTIVES, { health: made }, { plan, load });
  return { ...input, verdict: judged(input), environment: {} };
}

const facts = lateFacts();

describe('a run of three phases', () => {
  it('has them in the text: what fails, and a line of percentiles for each phase', () => {
    const text = renderText(facts);
    expect(text).toMatch(/^BREACHES {2}\d+ of \d+ gating findings fail; worst: health p95 in recovery,/);
    expect(text).toMatch(/^FAIL health p95 in recovery {2}limit 50 ms {2}measured 900 ms/m);
    expect(text).toMatch(/^PASS health in baseline {2}p95 5 ms ≤ 50 ms/m);
    expect(text).toMatch(/^PASS health in fault {5}p95 900 ms ≤ 2 s/m);
    expect(text).toMatch(/API availability in baseline 100 % ≥ 99\.9 %/);
    expect(text).toMatch(/^error budget {2}API availability 99\.9 %: /m);
  });

  it('has them in Markdown, JUnit and annotations', () => {
    expect(renderMarkdown(facts)).toContain('| ❌ Fail | health p95 in recovery |');
    expect(renderJunit(facts)).toContain('name="health p95 in recovery (latency.health.p95)"');
    expect(renderGithubAnnotations(facts)).toContain('title=Fail%3A health p95 in recovery::');
  });

  it('has them in the page, each row with an anchor of its own', () => {
    const page = renderHtml(facts, ASSETS);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toContain('finding-latency.health.p95-baseline');
    expect(ids).toContain('finding-latency.health.p95-recovery');
    expect(new Set(ids).size).toBe(ids.length);
    expect(page).toContain('<th scope="row">health in recovery</th>');
    expect(page).toMatch(/<th scope="row">health in fault<\/th>/);
  });

  it('has them as data in findings.json, whose subjects are those of the plan', () => {
    const { findings } = JSON.parse(renderJson(facts)) as {
      findings: { id: string; phase?: string; subject: string }[];
    };
    expect(
      findings.filter(({ id }) => id === 'latency.health.p95').map(({ phase, subject }) => [phase, subject]),
    ).toEqual([
      ['baseline', 'health p95'],
      ['recovery', 'health p95'],
    ]);
  });
});

it('a run of one phase does not name it', () => {
  const one = SAMPLES.breaching();
  for (const render of [renderText, renderMarkdown, renderJunit, renderGithubAnnotations])
    expect(render(one)).not.toContain(' in load');
  expect(renderHtml(one, ASSETS)).not.toMatch(/ in load\b|-load"/);
});
