/**
 * A headless Chromium that ships inside an npm package, for tests of the HTML report. If it can't run, the launch fails with Chromium's own
 * words; no test is skipped.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';
import { cached } from '../../lib/stack/cache.ts';

/** One process each for browser and page: with only one process, closing a page ends the browser. */
const ONE_PROCESS = '--single-process';
/** Nobody looks at the pixels, and a processor that stands in for a graphics card takes its time. */
const GRAPHICS = /^--(use-gl|use-angle|enable-unsafe-swiftshader|ignore-gpu-blocklist|in-process-gpu)/;

export async function launchBrowser(): Promise<Browser> {
  const kept = chromiumPackage.args.filter((arg) => arg !== ONE_PROCESS && !GRAPHICS.test(arg));
  const args = [...kept, '--disable-gpu'];
  return chromium.launch({ executablePath: join(await unpacked(), 'chromium'), args, headless: true });
}

/** By default it unpacks to a place that all users share, and that a second test file finds half full. */
function unpacked(): Promise<string> {
  const { devDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    devDependencies: Readonly<Record<string, string>>;
  };
  const madeFrom = [devDependencies['@sparticuz/chromium'] ?? ''];
  const onProgress = (line: string) => process.stderr.write(`${line}\n`);
  return cached({ name: 'chromium', madeFrom, usually: 'ten seconds', make: unpack }, { onProgress });
}

async function unpack(folder: string): Promise<void> {
  const { TMPDIR: before } = process.env;
  process.env['TMPDIR'] = folder;
  try {
    await chromiumPackage.executablePath();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}
