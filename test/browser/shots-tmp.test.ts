import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { loadReportAssets } from '../../lib/run/report-assets.ts';
import { renderHistoryHtml } from '../../reports/history/html.ts';
import { HISTORIES } from '../support/history-views.ts';
import { launchBrowser } from './browser.ts';

it('shots', async () => {
  const [browser, assets] = await Promise.all([launchBrowser(), loadReportAssets()]);
  for (const [name, view] of Object.entries(HISTORIES)) {
    if (!['changed', 'mixed'].includes(name)) continue;
    writeFileSync(`/tmp/h-${name}.html`, renderHistoryHtml(view(), assets));
    for (const [width, scheme] of [
      [1280, 'light'],
      [390, 'light'],
      [1280, 'dark'],
      [390, 'dark'],
    ] as const) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
      const page = await context.newPage();
      await page.goto(`file:///tmp/h-${name}.html`);
      const shot = (id: string, n: string) =>
        page
          .locator(id)
          .first()
          .screenshot({ path: `/tmp/h-${name}-${width}-${scheme}-${n}.png` });
      if (width === 390) {
        await page.screenshot({
          path: `/tmp/h-${name}-${width}-${scheme}-top.png`,
          clip: { x: 0, y: 0, width: 390, height: 1500 },
          fullPage: true,
        });
        await shot('.trend', 'trend');
        await shot('#budgets', 'budgets');
        await shot('#runs', 'runs');
      } else {
        await page.screenshot({
          path: `/tmp/h-${name}-${width}-${scheme}-top.png`,
          clip: { x: 0, y: 0, width: 1280, height: 1400 },
          fullPage: true,
        });
        await shot('#budgets', 'budgets');
        await page
          .locator('[data-objective="availability.api"]')
          .screenshot({ path: `/tmp/h-${name}-${width}-${scheme}-avail.png` });
      }
      console.log(name, width, await page.evaluate(() => document.documentElement.scrollWidth));
      await context.close();
    }
  }
  await browser.close();
}, 120000);
