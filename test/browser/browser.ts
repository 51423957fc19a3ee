/**
 * Owns a headless Chromium that ships inside an npm package, for tests of the HTML report.
 * Refuses to skip: where it can't run, the launch fails with Chromium's own words.
 */
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** One process each for browser and page: with all in one, closing a page ends the browser. */
const ONE_PROCESS = '--single-process';

export async function launchBrowser(): Promise<Browser> {
  const args = chromiumPackage.args.filter((arg) => arg !== ONE_PROCESS);
  return chromium.launch({ executablePath: await chromiumPackage.executablePath(), args, headless: true });
}
