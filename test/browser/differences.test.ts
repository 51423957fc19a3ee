/** The pages that compare two servers, in a real browser, from files, without a network. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderComparisonPage } from '../../lib/compare/report/page.ts';
import { renderExperimentPage } from '../../lib/experiment/report/page.ts';
import { loadReportAssets } from '../../lib/run/report-assets.ts';
import type { PageAssets } from '../../reports/html/page.ts';
import { COMPARISONS } from '../support/comparisons.ts';
import { EXPERIMENTS } from '../support/experiments.ts';
import { launchBrowser } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-differences-'));
let browser: Browser;
let assets: PageAssets;

beforeAll(async () => {
  [browser, assets] = await Promise.all([launchBrowser(), loadReportAssets(['difference.css'])]);
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const PAGES: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(
    Object.entries(COMPARISONS).map(([name, make]) => [
      `comparison ${name}`,
      () => renderComparisonPage(make(), assets),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(EXPERIMENTS).map(([name, facts]) => [
      `experiment ${name}`,
      () => renderExperimentPage(facts, assets),
    ]),
  ),
};

it.each(
  Object.entries(PAGES).flatMap(([name, make]) =>
    (['light', 'dark'] as const).flatMap((scheme) => [390, 1400].map((width) => ({ name, make, scheme, width }))),
  ),
)(
  '$name, $scheme, $width wide: opens by its own policy, asks for nothing, fits, and is read without a script',
  async (one) => {
    const viewport = { width: one.width, height: 900 };
    const context = await browser.newContext({ viewport, colorScheme: one.scheme, javaScriptEnabled: false });
    const page = await context.newPage();
    const [complaints, requests]: [string[], string[]] = [[], []];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => requests.push(request.url()));
    const file = join(folder, 'page.html');
    writeFileSync(file, one.make());
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator('h1').count()).toBe(1);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([pathToFileURL(file).href]);
    const size = await page.locator('html').boundingBox();
    expect(size?.width).toBe(one.width);
    expect(size?.height).toBeLessThan(one.width === 390 ? 12_000 : 6000);
    await context.close();
  },
);
