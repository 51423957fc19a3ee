/** The page of a capacity search in a real browser, from a file, without a network. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderCapacityPage } from '../../lib/capacity/report/page.ts';
import { loadReportAssets } from '../../lib/run/report-assets.ts';
import type { PageAssets } from '../../reports/html/page.ts';
import { SEARCHES } from '../support/capacity.ts';
import { launchBrowser } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-capacity-'));
let browser: Browser;
let assets: PageAssets;

beforeAll(async () => {
  [browser, assets] = await Promise.all([launchBrowser(), loadReportAssets(['capacity.css'])]);
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

it.each(
  Object.entries(SEARCHES).flatMap(([name, facts]) =>
    (['light', 'dark'] as const).flatMap((scheme) => [360, 1280].map((width) => ({ name, facts, scheme, width }))),
  ),
)('$name, $scheme, $width wide: opens by its own policy, asks for nothing, and fits', async (one) => {
  const context = await browser.newContext({ viewport: { width: one.width, height: 900 }, colorScheme: one.scheme });
  const page = await context.newPage();
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => requests.push(request.url()));
  const file = join(folder, 'capacity.html');
  writeFileSync(file, renderCapacityPage(one.facts, assets));
  await page.goto(pathToFileURL(file).href);
  expect(await page.locator('h1').textContent()).toMatch(/^Capacity: /);
  expect(complaints).toEqual([]);
  expect(requests).toEqual([pathToFileURL(file).href]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  const drawn = await page.locator('svg.ladder').count();
  expect(drawn).toBe(
    new Set(one.facts.steps.flatMap(({ latencies }) => latencies.map(({ endpoint }) => endpoint))).size,
  );
  if (drawn > 0) {
    // The style sheet applies; otherwise the curve would be filled with black.
    expect(
      await page
        .locator('svg.ladder .curve.p95')
        .first()
        .evaluate((node) => getComputedStyle(node).fill),
    ).toBe('none');
  }
  await context.close();
});
