/** Taped runs in a real browser: how tall their pages are while folded, whether they can be read, and what the search for findings shows and hides. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadReportAssets } from '../../lib/run/report-assets.ts';
import { judgeRun } from '../../lib/run/stages.ts';
import { renderHtml } from '../../reports/html/page.ts';
import { TAPES, type TapeName } from '../tapes/names.ts';
import { launchBrowser } from './browser.ts';

/** The tallest page, in CSS pixels, by the width of the window. */
const TALLEST = { 1400: 6000, 390: 12_000 } as const;
type Width = keyof typeof TALLEST;

const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-heights-'));
const tapes = fileURLToPath(new URL('../tapes/', import.meta.url));
const pages = new Map<TapeName, string>();
let browser: Browser;

beforeAll(async () => {
  const [started, assets] = await Promise.all([launchBrowser(), loadReportAssets()]);
  browser = started;
  for (const name of TAPES) {
    const dir = join(folder, name);
    cpSync(join(tapes, name), dir, { recursive: true, filter: (path) => !path.endsWith('/expected') });
    const file = join(folder, `${name}.html`);
    writeFileSync(file, renderHtml(judgeRun(dir), assets));
    pages.set(name, pathToFileURL(file).href);
  }
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

async function open(name: TapeName, width: Width, javaScriptEnabled = true): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled });
  const page = await context.newPage();
  await page.goto(pages.get(name) ?? '');
  return page;
}

const shown = (page: Page): Promise<(string | null)[]> =>
  page
    .locator('[data-finding]')
    .evaluateAll((rows) => rows.filter((row) => row.checkVisibility()).map((row) => row.getAttribute('data-finding')));

describe.each(TAPES)('the page of the tape %s', (name) => {
  it.each([1400, 390] as const)('is not too tall at %i px, and not too wide', async (width) => {
    const page = await open(name, width);
    const size = await page.evaluate(() => [
      document.documentElement.scrollHeight,
      document.documentElement.scrollWidth,
    ]);
    expect(size[0]).toBeLessThan(TALLEST[width]);
    expect(size[1]).toBe(width);
    await page.context().close();
  });
});

/** What each text on the page has against what is behind it, where that is less than WCAG AA asks of small text. */
function faint(): string[] {
  const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
    willReadFrequently: true,
  });
  function pixelOf(css: string): number[] {
    if (context === null) return [];
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = css;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  }
  function luminance(pixel: readonly number[]): number {
    const [red = 0, green = 0, blue = 0] = pixel.map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
  function behind(element: Element | null): number[] {
    for (let at = element; at !== null; at = at.parentElement) {
      const pixel = pixelOf(getComputedStyle(at).backgroundColor);
      if (pixel[3] === 255) return pixel;
    }
    return [255, 255, 255, 255];
  }
  for (const details of document.querySelectorAll('details')) details.open = true;
  const found = new Set<string>();
  for (const element of document.querySelectorAll('body *')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
    if (!hasText || !element.checkVisibility()) continue;
    const [text, back] = [luminance(pixelOf(getComputedStyle(element).color)), luminance(behind(element))];
    const contrast = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
    if (contrast < 4.5) found.add(`${element.tagName} ${element.className}: ${contrast.toFixed(2)}`);
  }
  return [...found];
}

it.each(
  (['healthy', 'breaching', 'inconclusive'] as const).flatMap((name) =>
    (['light', 'dark'] as const).map((scheme) => ({ name, scheme })),
  ),
)('the page of the tape $name can be read in $scheme', async ({ name, scheme }) => {
  const page = await open(name, 1400);
  await page.emulateMedia({ colorScheme: scheme });
  // The names of functions are kept by a helper that the page does not have.
  await page.evaluate('globalThis.__name = (named) => named');
  expect(await page.evaluate(faint)).toEqual([]);
  await page.context().close();
});

describe('the search for findings', () => {
  it('shows only what has the words, also where it was folded, and then everything as it was', async () => {
    const page = await open('breaching', 1400);
    const before = await shown(page);
    await page.getByLabel('Search findings').fill('aragora_debates_completed_total grows');
    const found = await shown(page);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((id) => id?.includes('debates_completed_total'))).toBe(true);
    expect(await page.locator('#latency').isVisible()).toBe(false);
    expect(await page.getByRole('status').textContent()).toMatch(/^\d+ of \d+ findings$/);
    await page.getByRole('button', { name: 'Show the whole report' }).click();
    expect(await shown(page)).toEqual(before);
    expect(await page.locator('#latency').isVisible()).toBe(true);
    await page.context().close();
  });

  it('shows only a status, by its count, with the keyboard alone', async () => {
    const page = await open('breaching', 1400);
    const count = page.getByRole('button', { name: /Fail$/ });
    await count.focus();
    await page.keyboard.press('Enter');
    expect(await count.getAttribute('aria-pressed')).toBe('true');
    const found = await shown(page);
    expect(found).toHaveLength(Number(/\d+/.exec((await count.textContent()) ?? '')?.[0]));
    expect(await page.locator('[data-finding]:visible:not(.is-fail)').count()).toBe(0);
    await page.context().close();
  });

  it('is not there without a script, and everything can be read', async () => {
    const page = await open('breaching', 390, false);
    expect(await page.getByLabel('Search findings').isVisible()).toBe(false);
    await page
      .getByText(/^\d+ pass$/)
      .first()
      .click();
    expect((await shown(page)).length).toBeGreaterThan(50);
    await page.context().close();
  });
});
