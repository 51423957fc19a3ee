/** The script and style of the HTML report, bundled from reports/html/client and uPlot. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { PageAssets } from '../../reports/html/page.ts';
import { bundle } from '../bundle/bundle.ts';
import { SloError } from '../core/error.ts';
import { harnessVersion } from './environment.ts';

/** Resolved from this file, so it works wherever the package is installed; esbuild searches from there upwards for uPlot. */
const CLIENT = fileURLToPath(new URL('../../reports/html/client/', import.meta.url));

/** For the page of a run; other pages have their own style, and no script. */
const REPORT = ['main.ts', 'report.css'];

/**
 * Bundles the entries, at most one script and one style, in memory; a missing one is empty. Nothing is written. Throws SloError
 * `prerequisite-missing` when uPlot can't be found or the client doesn't build.
 */
export async function loadReportAssets(entryPoints: readonly string[] = REPORT): Promise<PageAssets> {
  try {
    const texts = await bundle({
      absWorkingDir: CLIENT,
      entryPoints: [...entryPoints],
      minify: true,
      outdir: 'out',
      format: 'iife',
      target: 'es2022',
      charset: 'utf8',
      legalComments: 'inline',
    });
    const text = (ending: string): string => texts.get(ending)?.trim() ?? '';
    const [script, style] = [text('.js'), text('.css')];
    return { script, style, scriptHash: hashOf(script), styleHash: hashOf(style), version: harnessVersion() };
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new SloError('prerequisite-missing', `the script of the HTML report could not be built: ${why}`, {
      hint: 'run npm ci in the folder of aragora-slo; the verdict itself is in findings.json',
      cause,
    });
  }
}

function hashOf(code: string): string {
  return `sha256-${createHash('sha256').update(code).digest('base64')}`;
}
