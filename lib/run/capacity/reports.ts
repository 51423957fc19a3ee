/** Owns how the facts of a search for capacity get onto the terminal and into its page. Refuses to know what they say. */
import { join, resolve } from 'node:path';
import { renderCapacityPage } from '../../../reports/capacity/page.ts';
import { renderCapacityText } from '../../../reports/capacity/text.ts';
import type { Painter } from '../../../reports/text.ts';
import type { CapacityFacts } from '../../core/capacity.ts';
import { writeText } from '../folder.ts';
import { loadReportAssets } from '../report-assets.ts';

const PAGE = 'capacity.html';

export function capacityText(dir: string, facts: CapacityFacts, paint: Painter): string {
  return renderCapacityText(facts, { paint, pagePath: resolve(join(dir, PAGE)) });
}

export async function writeCapacityPage(dir: string, facts: CapacityFacts): Promise<void> {
  writeText(dir, PAGE, renderCapacityPage(facts, await loadReportAssets(['capacity.css'])));
}
