/** A history on the terminal, compared with golden files; `vitest run lib/history -u` rewrites them. */
import { describe, expect, it } from 'vitest';
import { HISTORIES } from '../../../test/support/history-views.ts';
import { renderHistoryText } from './text.ts';

const names = Object.keys(HISTORIES) as (keyof typeof HISTORIES)[];

describe.each(names)('a history that is %s', (name) => {
  const view = HISTORIES[name]();

  it('reads as agreed', async () => {
    await expect(renderHistoryText(view)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it.each([100, 72, 60])('fits %d columns', (width) => {
    for (const line of renderHistoryText(view, { width }).split('\n')) {
      expect([...line].length, line).toBeLessThanOrEqual(width);
    }
  });

  it('is the same text under the paint', () => {
    const painted = renderHistoryText(view, { paint: (tone, text) => `<${tone}>${text}</${tone}>` });
    expect(painted.replace(/<\/?(good|bad|doubt|strong|faint)>/g, '')).toBe(renderHistoryText(view));
  });
});
