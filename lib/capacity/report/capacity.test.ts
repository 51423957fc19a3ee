/** The reports of a capacity search, compared with golden files; `vitest run reports -u` rewrites them. */
import { describe, expect, test } from 'vitest';
import { capacityFacts, SEARCHES } from '../../../test/support/capacity.ts';
import { renderCapacityPage } from './page.ts';
import { renderCapacityText } from './text.ts';

const ASSETS = { script: '', style: '', scriptHash: 'sha256-s', styleHash: 'sha256-c', version: '0.0.0' };

describe.each(Object.keys(SEARCHES))('a search that is %s', (name) => {
  const known = SEARCHES[name] ?? capacityFacts({ kind: 'not-known', why: 'time' }, '', []);

  test('reads as agreed', async () => {
    await expect(renderCapacityText(known, { pagePath: 'runs/x/capacity.html' })).toMatchFileSnapshot(
      `golden/${name}.txt`,
    );
    await expect(renderCapacityPage(known, ASSETS)).toMatchFileSnapshot(`golden/${name}.html`);
  });

  test('fits 100 columns of text, and 72', () => {
    for (const width of [100, 72]) {
      for (const line of renderCapacityText(known, { width }).split('\n'))
        expect([...line].length, line).toBeLessThanOrEqual(width);
    }
  });

  test('is the same text under the paint', () => {
    const painted = renderCapacityText(known, { paint: (tone, text) => `<${tone}>${text}</${tone}>` });
    expect(painted.replace(/<\/?(good|bad|doubt|strong|faint)>/g, '')).toBe(renderCapacityText(known));
  });

  test('puts no number into the page that is none', () => {
    expect(renderCapacityPage(known, ASSETS)).not.toMatch(/NaN|Infinity|undefined/);
  });
});

test('foreign strings are harmless in page and text', () => {
  const wicked = capacityFacts({ kind: 'not-known', why: 'time' }, '<script>alert(1)</script>\u001b[2J', []);
  expect(renderCapacityPage(wicked, ASSETS)).not.toContain('<script');
  expect(renderCapacityText(wicked)).not.toContain('\u001b');
});
