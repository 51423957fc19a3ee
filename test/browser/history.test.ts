/** The page of a history in a real browser, from a file, without a network. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HistoryView } from '../../lib/history/model/view.ts';
import { renderHistoryHtml } from '../../lib/history/report/html.ts';
import { loadReportAssets } from '../../lib/run/report-assets.ts';
import type { PageAssets } from '../../reports/html/page.ts';
import { HISTORIES } from '../support/history-views.ts';
import { PAYLOAD } from '../support/hostile.ts';
import { launchBrowser } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-history-page-'));
let browser: Browser;
let assets: PageAssets;

beforeAll(async () => {
  [browser, assets] = await Promise.all([launchBrowser(), loadReportAssets()]);
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const pages: Page[] = [];
afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});

interface Opened {
  readonly page: Page;
  /** Console errors, uncaught errors and violations of the page's own policy. */
  readonly complaints: readonly string[];
  /** Every request except the file itself. */
  readonly requests: readonly string[];
}

async function open(view: HistoryView, width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  pages.push(page);
  const file = join(folder, `${pages.length}.html`);
  writeFileSync(file, renderHistoryHtml(view, assets));
  const url = pathToFileURL(file).href;
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => request.url() !== url && requests.push(request.url()));
  await page.goto(url);
  await page.waitForLoadState('networkidle');
  return { page, complaints, requests };
}

const names = Object.keys(HISTORIES) as (keyof typeof HISTORIES)[];

describe.each(names)('a history that is %s', (name) => {
  it('loads nothing and complains of nothing, with every chart drawn, in light and dark', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const { page, complaints, requests } = await open(HISTORIES[name](), 1280, scheme);
      expect([complaints, requests]).toEqual([[], []]);
      const drawn = await page.locator('[data-chart] canvas').evaluateAll((all) =>
        all.map((one) => {
          const { width, height } = one as HTMLCanvasElement;
          const pixels = (one as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
          return new Set(new Uint32Array(Uint8ClampedArray.from(pixels).buffer)).size;
        }),
      );
      expect(drawn).toHaveLength(await page.locator('[data-chart]').count());
      expect(drawn.length).toBeGreaterThan(0);
      expect(Math.min(...drawn)).toBeGreaterThan(8);
    }
  });

  it('fits a phone of 390 px, folded open as well', async () => {
    const { page } = await open(HISTORIES[name](), 390);
    await page.locator('details').evaluateAll((all) => {
      for (const details of all) (details as HTMLDetailsElement).open = true;
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  it('has its objectives, budgets and runs, and headings in order', async () => {
    const view = HISTORIES[name]();
    const { page } = await open(view);
    expect(await page.locator('[data-objective]').count()).toBe(view.objectives.length);
    const budgets = view.objectives.flatMap(({ budget, prometheus }) => [budget, prometheus]).filter(Boolean);
    expect(await page.locator('[data-budget]').count()).toBe(budgets.length);
    expect(await page.locator('#runs tbody tr').count()).toBe(view.compared.length);
    const levels = await page.locator('h1, h2, h3, h4').evaluateAll((all) => all.map((one) => Number(one.tagName[1])));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(Math.max(...levels.map((level, at) => level - (levels[at - 1] ?? 1)))).toBeLessThanOrEqual(1);
  });
});

describe('a change', () => {
  it('is named by the first run after it, and leads to its chart', async () => {
    const view = HISTORIES.changed();
    const { page } = await open(view);
    const shown = await page
      .locator('[data-change]')
      .evaluateAll((all) => all.map((one) => [one.getAttribute('data-change'), one.getAttribute('data-run')]));
    expect(shown).toEqual(
      view.objectives.flatMap(({ objective, changes }) => changes.map(({ runId }) => [objective.id, runId])),
    );
    expect(shown.length).toBeGreaterThan(0);
    await page.locator('[data-change] a').first().click();
    expect(await page.evaluate(() => location.hash)).toBe('#trend-latency.health.p50');
    expect(await page.getByText('first after a change').count()).toBe(shown.length);
  });

  it('is none in a steady history, which is said', async () => {
    const { page } = await open(HISTORIES.steady());
    expect(await page.locator('#changes').textContent()).toContain('0 change points in 8 objectives');
  });
});

it('reads out value and limit under the cursor', async () => {
  const { page } = await open(HISTORIES.changed());
  const figure = page.locator('[data-objective="latency.health.p95"] figure');
  await figure.locator('.u-over').hover();
  await expect.poll(() => figure.locator('output[data-key="run"]').textContent()).toMatch(/ ms$/);
  expect(await figure.locator('output[data-key="limit"]').textContent()).toBe('50 ms');
  expect(await figure.locator('output[data-key="at"]').textContent()).toMatch(/^2026-\d\d-\d\d$/);
});

it('says no data where there is none, and which budget burns', async () => {
  const stale = await open(HISTORIES.stale());
  expect(await stale.page.locator('[data-budget="API availability"] td').allTextContents()).toEqual([
    '0.1 %',
    '0',
    'no data',
    'no data',
    'no data',
    'no data',
  ]);
  const burning = await open(HISTORIES.changed());
  expect(await burning.page.locator('[data-budget="API availability, by Prometheus"]').textContent()).toContain(
    'burning',
  );
  const mixed = await open(HISTORIES.mixed());
  expect(await mixed.page.locator('[data-budget="API availability, by Prometheus"]').textContent()).toContain(
    'connection refused',
  );
});

it('gives a hostile entry nothing to run, load or break', async () => {
  const view = HISTORIES.mixed();
  const { newest } = view;
  const server = { commit: PAYLOAD, ref: PAYLOAD };
  const wicked = { ...newest, runId: PAYLOAD, server, plan: { ...newest.plan, profile: PAYLOAD } };
  const objectives = view.objectives.map((trend) => ({
    ...trend,
    objective: { ...trend.objective, subject: PAYLOAD },
  }));
  const { page, complaints, requests } = await open(
    { ...view, newest: wicked, compared: [wicked], objectives, warnings: [PAYLOAD], dir: PAYLOAD },
    390,
  );
  expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
  expect(await page.locator('img').count()).toBe(0);
  expect([complaints, requests]).toEqual([[], []]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});
