/** The HTML report in a real browser, from a file, without a network. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { loadReportAssets } from '../../lib/run/report-assets.ts';
import { actualText, limitText } from '../../reports/describe.ts';
import { type PageAssets, renderHtml } from '../../reports/html/page.ts';
import { type FindingsFile, renderJson } from '../../reports/json.ts';
import { renderJunit } from '../../reports/junit.ts';
import { STATUS_WORD } from '../../reports/summary.ts';
import { SAMPLES } from '../support/facts.ts';
import { hostile } from '../support/hostile.ts';
import { withTraces } from '../support/traces.ts';
import { launchBrowser } from './browser.ts';

type SampleName = keyof typeof SAMPLES;
const NAMES = Object.keys(SAMPLES) as SampleName[];
const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-report-'));
let browser: Browser;
let assets: PageAssets;

beforeAll(async () => {
  [browser, assets] = await Promise.all([launchBrowser(), loadReportAssets()]);
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

interface Opened {
  readonly page: Page;
  /** Console errors, uncaught errors and violations of the page's own policy. */
  readonly complaints: string[];
  /** Every request except the file itself. */
  readonly requests: string[];
}

const opened: Opened[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.page.context().close();
});

async function open(facts: RunFacts, options: { width?: number; scheme?: 'light' | 'dark' } = {}): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 900 },
    colorScheme: options.scheme ?? 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const file = join(folder, `${opened.length}.html`);
  writeFileSync(file, renderHtml(facts, assets));
  const url = pathToFileURL(file).href;
  const one: Opened = { page, complaints: [], requests: [] };
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && one.complaints.push(message.text()));
  page.on('pageerror', (error) => one.complaints.push(error.message));
  page.on('request', (request) => request.url() !== url && one.requests.push(request.url()));
  opened.push(one);
  await page.goto(url);
  return one;
}

/** For each chart: its size, and how many different colours its pixels have. */
const charts = (page: Page) =>
  page.locator('[data-chart] canvas').evaluateAll((canvases) =>
    canvases.map((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height) ?? {
        data: [],
      };
      return { width, height, colours: new Set(new Uint32Array(Uint8ClampedArray.from(data).buffer)).size };
    }),
  );

const unfold = (page: Page): Promise<void> =>
  page.locator('details').evaluateAll((all) => {
    for (const details of all) (details as HTMLDetailsElement).open = true;
  });

describe.each(NAMES)('the page of a run that is %s', (name) => {
  it('complains about nothing and asks for nothing', async () => {
    const { page, complaints, requests } = await open(SAMPLES[name]());
    await page.waitForLoadState('networkidle');
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('shows the numbers of findings.json', async () => {
    const facts = SAMPLES[name]();
    const file = JSON.parse(renderJson(facts)) as FindingsFile;
    const { page } = await open(facts);
    const rows = await page.locator('[data-finding]').evaluateAll((elements) =>
      elements.map((row) => ({
        id: row.getAttribute('data-finding'),
        cells: [...row.children].map((cell) => cell.textContent.trim()),
        measured: row.querySelector('.measured strong')?.textContent,
        seen: row.querySelector('.seen')?.textContent,
      })),
    );
    expect(rows).toHaveLength(file.findings.length);
    for (const finding of file.findings) {
      const { cells = [], measured, seen } = rows.find((row) => row.id === finding.id) ?? {};
      expect(cells[0]).toContain(STATUS_WORD[finding.status]);
      expect(cells[1]).toContain(finding.subject);
      if (/^(metrics|traces|logs)\./.test(finding.id)) {
        expect(seen).toContain(finding.summary);
        expect(numbersIn(cells[3])).toEqual([finding.samples]);
        continue;
      }
      expect(cells[2]).toBe(limitText(finding));
      expect(measured).toBe(actualText(finding));
      expect(numbersIn(measured)[0]).toSatisfy((shown: number | undefined) => agrees(shown, finding));
      expect(numbersIn(cells[5])).toEqual([finding.samples]);
    }
    const heading = await page.getByRole('heading', { level: 1 }).textContent();
    expect(heading?.toLowerCase()).toBe(file.outcome);
  });

  it.each(['light', 'dark'] as const)('is drawn in %s, with every chart in it', async (scheme) => {
    const { page } = await open(SAMPLES[name](), { scheme });
    await unfold(page);
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const bright = Math.min(...numbersIn(background));
    expect(bright > 128).toBe(scheme === 'light');
    const expected = await page.evaluate(
      () => Object.keys(JSON.parse(document.getElementById('charts')?.textContent ?? '{}')).length,
    );
    // What was folded is drawn to its size once it is open.
    await expect.poll(async () => Math.min(...(await charts(page)).map(({ width }) => width))).toBeGreaterThan(200);
    const drawn = await charts(page);
    expect(drawn).toHaveLength(expected);
    expect(expected).toBeGreaterThan(0);
    for (const chart of drawn) {
      expect(chart.height).toBeGreaterThan(150);
      expect(chart.colours).toBeGreaterThan(8);
    }
  });

  it('fits a phone of 390 px, folded open as well', async () => {
    const { page } = await open(SAMPLES[name](), { width: 390 });
    await unfold(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});

/** A number as shown, in ms or percent, within half of its last digit. */
function agrees(shown: number | undefined, finding: Finding): boolean {
  if (finding.actual === null) return shown === undefined;
  const actual = finding.unit === 'ratio' ? finding.actual * 100 : finding.actual;
  const inSeconds = finding.unit === 'ms' && actual >= 1000;
  return (
    shown !== undefined && Math.abs(shown - (inSeconds ? actual / 1000 : actual)) <= Math.abs(shown) * 0.005 + 1e-9
  );
}

function numbersIn(text: string | undefined): number[] {
  return [...(text ?? '').replaceAll(',', '').matchAll(/\d+(\.\d+)?/g)].map(([number]) => Number(number));
}

describe('the page under the hand', () => {
  it('changes colours by its own switch, charts included', async () => {
    const { page, complaints } = await open(SAMPLES.breaching());
    const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const pixels = (): Promise<string> =>
      page
        .locator('canvas')
        .first()
        .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const before = [await background(), await pixels()];
    await page.getByLabel('Dark').check({ force: true });
    const after = [await background(), await pixels()];
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect(complaints).toEqual([]);
  });

  it('reads out the values under the cursor', async () => {
    const { page } = await open(SAMPLES.breaching());
    const figure = page.locator('figure', { has: page.locator('[data-chart="bands-health"]') });
    await figure.locator('.u-over').hover();
    await expect.poll(() => figure.locator('output[data-key="p50"]').textContent()).toMatch(/ ms$/);
    expect(await figure.locator('output[data-key="at"]').textContent()).toMatch(/^at \d+:\d\d$/);
  });

  it('lets the keyboard reach every control', async () => {
    const { page } = await open(SAMPLES.breaching());
    const controls = 'a[href], button:not([hidden]), summary, [tabindex="0"]';
    const all = await page
      .locator(controls)
      .evaluateAll((elements) => elements.filter((one) => one.checkVisibility()).length);
    const reached = new Set<string>();
    for (let presses = 0; presses < all + 20; presses++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate((selector) => {
        const focused = document.activeElement;
        if (focused?.matches('input[type=search]')) return 'search';
        if (focused?.matches('input')) return 'theme';
        return focused?.matches(selector) ? String([...document.querySelectorAll(selector)].indexOf(focused)) : '';
      }, controls);
      if (at === '' && reached.size > 0) break;
      reached.add(at);
    }
    expect([...reached]).toEqual(expect.arrayContaining(['theme', 'search']));
    expect(reached.size).toBe(all + 2);
  });

  it('unfolds evidence by keyboard', async () => {
    const { page } = await open(SAMPLES.breaching());
    const details = page.locator('[data-finding] details').first();
    await details.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await details.evaluate((element) => (element as HTMLDetailsElement).open)).toBe(true);
  });

  it('goes on paper in light colours', async () => {
    const { page } = await open(SAMPLES.breaching(), { scheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
  });
});

describe('the telemetry on the page', () => {
  it('has what fails in the open, with its evidence, and what passed folded away', async () => {
    const { page } = await open(SAMPLES.lying());
    const shown = await page
      .locator('#telemetry [data-finding]')
      .evaluateAll((rows) =>
        rows.filter((row) => row.checkVisibility()).map((row) => row.getAttribute('data-finding')),
      );
    expect(shown).toEqual(['metrics.requests_total.reconciles', 'traces.propagation', 'logs.json', 'logs.trace-ids']);
    expect(await page.getByText('clients 1,800, server 1,788').isVisible()).toBe(true);
    await page.getByText('3 pass', { exact: true }).click();
    expect(await page.locator('[data-finding="metrics.exposition.parses"]').isVisible()).toBe(true);
  });

  it('names its source, its page of documents, and links traces only where a Jaeger was asked', async () => {
    const link = (page: Page) => page.locator('#telemetry [data-finding="traces.propagation"] a');
    const { page } = await open(SAMPLES.lying());
    expect(await page.getByText(/docs\/checks\/traces\.md of aragora-slo \d/).count()).toBe(1);
    expect(await link(page).count()).toBe(0);
    const asked = await open(withTraces(SAMPLES.lying(), 'jaeger', 'http://127.0.0.1:16686/'));
    expect(await link(asked.page).first().getAttribute('href')).toBe(
      'http://127.0.0.1:16686/trace/89b37eae42f57b62a209dfe300000186',
    );
    const wicked = await open(withTraces(SAMPLES.lying(), 'jaeger', 'javascript:alert(1)'));
    expect(await link(wicked.page).count()).toBe(0);
  });

  it('ticks, crosses or leaves open each item, and leads from it to its findings', async () => {
    const { page, requests } = await open(SAMPLES.lying());
    const facts = SAMPLES.lying();
    const ticks = await page
      .locator('[data-item]')
      .evaluateAll((items) => items.map((item) => [item.getAttribute('data-item'), item.getAttribute('data-tick')]));
    expect(ticks.sort()).toEqual(facts.verdict.checklist.map(({ id, tick }) => [id, tick]).sort());
    expect(new Set(ticks.map(([, tick]) => tick)).size).toBe(4);
    const item = page.locator('[data-item="observability.501"]');
    await page.locator('#checklist .fold').evaluateAll((all) => {
      for (const details of all) (details as HTMLDetailsElement).open = true;
    });
    await item.locator('summary').click();
    const row = page.locator('[data-finding="metrics.exposition.parses"]');
    expect(await row.isVisible()).toBe(false);
    await item.getByRole('link', { name: 'metrics.exposition.parses' }).click();
    await expect.poll(() => row.isVisible()).toBe(true);
    expect(requests).toEqual([]);
  });

  it('has a row and a plot for what both sides know, and reads out both under the cursor', async () => {
    const { page } = await open(SAMPLES.lying());
    const requests = page.getByRole('table', { name: /^Requests as/ });
    expect(await requests.getByRole('row', { name: /GET \/api\/debates/ }).textContent()).toContain('−12');
    await page.getByText(/^Latency on both sides/).click();
    const figure = page.locator('figure', { has: page.locator('[data-chart="compared-health"]') });
    await figure.locator('.u-over').hover();
    await expect.poll(() => figure.locator('output[data-key="client"]').textContent()).toMatch(/ ms$/);
    expect(await figure.locator('output[data-key="server"]').textContent()).toMatch(/^\d.* – /);
  });

  it('says nothing of a comparison that could not be made', async () => {
    const { page } = await open(SAMPLES.unobserved());
    expect(await page.locator('#comparison').count()).toBe(0);
    expect(await page.locator('#telemetry .is-unavailable').count()).toBeGreaterThan(0);
    expect(await page.locator('[data-tick="ticked"]').count()).toBe(0);
  });

  it('is not there when the run did not look', async () => {
    const { page } = await open(SAMPLES.conforming());
    expect(await page.locator('#telemetry, #comparison, #checklist').count()).toBe(0);
  });
});

describe('the page read aloud', () => {
  it.each(['breaching', 'lying'] as const)(
    'of a run that is %s has landmarks, headings and tables in order',
    async (name) => {
      const { page } = await open(SAMPLES[name]());
      const headings = await page
        .locator('h1, h2, h3, h4')
        .evaluateAll((all) => all.map((one) => Number(one.tagName[1])));
      expect(headings[0]).toBe(1);
      expect(headings.filter((level) => level === 1)).toHaveLength(1);
      const steps = headings.map((level, at) => level - (headings[at - 1] ?? 1));
      expect(Math.max(...steps)).toBe(1);
      for (const landmark of ['banner', 'navigation', 'main', 'contentinfo'] as const) {
        expect(await page.getByRole(landmark).count(), landmark).toBe(1);
      }
      const bare = await page
        .locator('table')
        .evaluateAll(
          (tables) =>
            tables.filter((one) => !one.querySelector('caption') || !one.querySelector('th[scope="col"]')).length,
        );
      expect(bare).toBe(0);
      const unnamed = await page
        .locator('[data-chart]')
        .evaluateAll(
          (all) =>
            all.filter(
              (one) => !one.getAttribute('aria-label') || !one.closest('figure')?.querySelector('details table'),
            ).length,
        );
      expect(unnamed).toBe(0);
    },
  );

  it('says the outcome and the objectives', async () => {
    const { page } = await open(SAMPLES.breaching());
    await expect(await page.locator('.hero').ariaSnapshot()).toMatchFileSnapshot('golden/hero.aria.yaml');
    await expect(await page.locator('#objectives').ariaSnapshot()).toMatchFileSnapshot('golden/objectives.aria.yaml');
  });

  it('keeps its tables tables on a phone', async () => {
    const { page } = await open(SAMPLES.breaching(), { width: 390 });
    await unfold(page);
    const tables = page.getByRole('table', { name: /^Objectives/ });
    const { length } = SAMPLES.breaching().verdict.findings;
    expect(await tables.getByRole('row').count()).toBe(length + (await tables.count()));
    expect(await tables.getByRole('rowheader').count()).toBe(length);
  });
});

/** Ids are the judge's own words, whatever a target says. */
function withOwnIds(facts: RunFacts, own: RunFacts): RunFacts {
  const findings = facts.verdict.findings.map((finding, at) => ({
    ...finding,
    id: own.verdict.findings[at]?.id ?? finding.id,
  }));
  return { ...facts, verdict: { ...facts.verdict, findings } };
}

describe('a hostile target', () => {
  it.each(['breaching', 'lying'] as const)('gets nothing to run, load or break in a run that is %s', async (name) => {
    const facts = withOwnIds(hostile(SAMPLES[name]()), SAMPLES[name]());
    const { page, complaints, requests } = await open(facts, { width: 390 });
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    expect(await page.locator('img').count()).toBe(0);
    expect([complaints, requests]).toEqual([[], []]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect((await charts(page)).length).toBeGreaterThan(0);
  });

  it('could not run a script even if one got in', async () => {
    const { page, complaints } = await open(SAMPLES.conforming());
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.pwned = 1';
      document.body.append(script);
    });
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    await expect.poll(() => complaints.join()).toContain('Content Security Policy');
  });

  it('leaves the JUnit file well-formed', async () => {
    const { page } = await open(SAMPLES.conforming());
    const xml = renderJunit(hostile(SAMPLES.breaching()));
    const cases = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, 'application/xml');
      return parsed.querySelector('parsererror')?.textContent ?? parsed.querySelectorAll('testcase').length;
    }, xml);
    expect(cases).toBe(SAMPLES.breaching().verdict.findings.length + 1);
  });
});
