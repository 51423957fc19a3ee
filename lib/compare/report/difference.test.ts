/** The comparison's reports, compared with golden files; `vitest run reports -u` rewrites them. */
import { describe, expect, it } from 'vitest';
import { COMPARISONS, compared } from '../../../test/support/comparisons.ts';
import { HEALTHY } from '../../../test/support/facts.ts';
import { renderComparisonMarkdown } from './markdown.ts';
import { renderComparisonPage } from './page.ts';
import { renderComparisonText } from './text.ts';

const ASSETS = { script: '', style: '', scriptHash: 'sha256-s', styleHash: 'sha256-c', version: '0.0.0' };
const FORMATS = {
  txt: renderComparisonText,
  md: renderComparisonMarkdown,
  html: (comparison: Parameters<typeof renderComparisonText>[0]) => renderComparisonPage(comparison, ASSETS),
} as const;

describe.each(Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[])('a comparison %s', (name) => {
  const comparison = COMPARISONS[name]();
  it.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])('reads as agreed in .%s', async (format) => {
    await expect(FORMATS[format](comparison)).toMatchFileSnapshot(`golden/${name}.${format}`);
  });

  it('is the same text under the paint', () => {
    const painted = renderComparisonText(comparison, (tone, text) => `<${tone}>${text}</${tone}>`);
    expect(painted.replace(/<\/?(good|bad|doubt|strong|faint)>/g, '')).toBe(renderComparisonText(comparison));
  });
});

it('names the percentiles that were not looked at', () => {
  const few = compared(HEALTHY, 'compare', { percentiles: [50] });
  expect(renderComparisonText(few)).toMatch(/^not looked at: p95, p99$/m);
  expect(renderComparisonMarkdown(few)).toMatch(/ · not looked at: p95, p99$/m);
});

it('lets no label be anything but text', () => {
  const wicked = compared(HEALTHY, 'compare', { label: 'x\u001b[31m | <img src=x> @team\n# y' });
  expect(renderComparisonText(wicked)).not.toMatch(/\p{Cc}\[|\n# y/u);
  expect(renderComparisonPage(wicked, ASSETS)).not.toMatch(/<img|\p{Cc}\[/u);
  expect(renderComparisonMarkdown(wicked)).not.toMatch(/<img|\n# y|[^\\]@team| \| <|\p{Cc}\[/u);
});
