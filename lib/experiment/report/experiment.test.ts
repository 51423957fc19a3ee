/** The reports of an experiment, compared with golden files; `vitest run reports -u` rewrites them. */
import { describe, expect, test } from 'vitest';
import { EXPERIMENTS, experimentFacts } from '../../../test/support/experiments.ts';
import { renderExperimentMarkdown } from './markdown.ts';
import { renderExperimentPage } from './page.ts';
import { renderExperimentText } from './text.ts';

const ASSETS = { script: '', style: '', scriptHash: 'sha256-s', styleHash: 'sha256-c', version: '0.0.0' };

describe.each(Object.keys(EXPERIMENTS))('an experiment that is %s', (name) => {
  const known = EXPERIMENTS[name] ?? experimentFacts('cannot-tell', '', []);

  test('reads as agreed', async () => {
    await expect(renderExperimentText(known)).toMatchFileSnapshot(`golden/${name}.txt`);
    await expect(renderExperimentMarkdown(known)).toMatchFileSnapshot(`golden/${name}.md`);
    await expect(renderExperimentPage(known, ASSETS)).toMatchFileSnapshot(`golden/${name}.html`);
  });

  test('puts no number into the page that is none', () => {
    expect(renderExperimentPage(known, ASSETS)).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('fits 100 columns of text', () => {
    for (const line of renderExperimentText(known).split('\n')) expect([...line].length, line).toBeLessThanOrEqual(100);
  });
});

test('foreign strings are harmless in Markdown, page and text', () => {
  const wicked = experimentFacts('cannot-tell', '<img src=x> | \u001b[2J', []);
  expect(renderExperimentMarkdown(wicked)).not.toContain('<img');
  expect(renderExperimentPage(wicked, ASSETS)).not.toContain('<img');
  expect(renderExperimentText(wicked)).not.toContain('\u001b');
});
