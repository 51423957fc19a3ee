import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFacts, SAMPLES } from '../../test/support/facts.ts';
import { hostile, PAYLOAD } from '../../test/support/hostile.ts';
import { withTraces } from '../../test/support/traces.ts';
import { html, jsonScript } from './html.ts';
import { renderHtml } from './page.ts';
import { bands, rates, spectrum, timeAxis } from './series.ts';

const ASSETS = {
  script: 'void 0',
  style: 'p{}',
  scriptHash: 'sha256-script',
  styleHash: 'sha256-style',
  version: '0.0.0',
};

describe('the html tag', () => {
  it('escapes what is text, passes what is markup, drops what is nothing', () => {
    expect(html`<p title="${'"<'}">${[html`<b>${1}</b>`, '&', null, undefined, false]}</p>`.markup).toBe(
      '<p title="&quot;&lt;"><b>1</b>&amp;</p>',
    );
  });

  it('lets no string open or close anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`${text}`.markup).not.toMatch(/[<>"']/);
      }),
      { seed: 3 },
    );
  });

  it('keeps every value of a data block and lets none end it', () => {
    const { markup } = jsonScript('x', { [PAYLOAD]: PAYLOAD });
    const inner = markup.slice(markup.indexOf('>') + 1, markup.lastIndexOf('<'));
    expect(inner).not.toMatch(/[<>&]/);
    expect(JSON.parse(inner)).toEqual({ [PAYLOAD]: PAYLOAD });
  });
});

describe('the page', () => {
  it.each(Object.keys(SAMPLES) as (keyof typeof SAMPLES)[])('of a run that is %s names every finding', (name) => {
    const facts = SAMPLES[name]();
    const page = renderHtml(facts, ASSETS);
    for (const finding of facts.verdict.findings) expect(page).toContain(`data-finding="${finding.id}"`);
  });

  it.each([
    [
      'says that trace ids link nowhere where traces came straight',
      withTraces(SAMPLES.lying(), 'direct', 'http://127.0.0.1:4318'),
      1,
      false,
    ],
    [
      'links them to the Jaeger that the traces are from',
      withTraces(SAMPLES.lying(), 'jaeger', 'http://jaeger'),
      0,
      true,
    ],
    ['says nothing of links where no traces were had', SAMPLES.unobserved(), 0, false],
  ])('%s', (_, facts, said, links) => {
    const page = renderHtml(facts, ASSETS);
    expect(page.split('no page to link it to')).toHaveLength(said + 1);
    expect(page.includes('href="http://jaeger/trace/')).toBe(links);
  });

  it('has no markup from a hostile target', () => {
    const tags = (page: string): string[] => [...page.matchAll(/<[a-z/!][^\s>]*/gi)].map(([tag]) => tag).sort();
    const page = renderHtml(hostile(SAMPLES.breaching()), ASSETS);
    expect(page).not.toContain('<img');
    expect(tags(page)).toEqual(tags(renderHtml(SAMPLES.breaching(), ASSETS)));
  });

  it('refuses assets that would end their own element', () => {
    expect(() => renderHtml(SAMPLES.empty(), { ...ASSETS, script: 'a="</SCRIPT>"' })).toThrow(
      'would end its own element',
    );
  });

  it('stays bounded however long the run was', () => {
    const soak = makeFacts({ durationSec: 3600 });
    expect(renderHtml(soak, ASSETS).length).toBeLessThan(600_000);
  });
});

describe('the reduction of seconds', () => {
  const facts = makeFacts({ durationSec: 1500 });
  const axis = timeAxis(facts);
  const recording = [...facts.recording.endpoints.values()][0];

  it('has at most 600 points', () => {
    expect(axis).toMatchObject({ stepSec: 3, points: 500 });
  });

  it('keeps the slowest answer and counts every failure', () => {
    if (recording === undefined) throw new Error('the sample has no endpoint');
    const reduced = bands(recording, axis, []);
    expect(Math.max(...reduced.max.map((ms) => ms ?? 0))).toBe((recording.total.maxUs ?? 0) / 1000);
    expect(reduced.bad.reduce((sum, count) => sum + count, 0)).toBe(0);
  });

  it('offers what the plan says', () => {
    const { offered } = rates(facts, axis);
    expect(offered.every((perSec) => perSec === 124)).toBe(true);
  });

  it('draws a spectrum that ascends and ends at the slowest answer', () => {
    if (recording === undefined) throw new Error('the sample has no endpoint');
    const { percentiles, latencyMs } = spectrum(recording, []);
    expect(percentiles.length).toBeLessThanOrEqual(241);
    expect([...latencyMs].sort((a, b) => a - b)).toEqual(latencyMs);
    expect(latencyMs.at(-1)).toBe((recording.total.maxUs ?? 0) / 1000);
  });
});
