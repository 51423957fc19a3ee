/** Writes the facts of a capacity search to the terminal and to its page. */
import { join, resolve } from 'node:path';
import { writeText } from '../run/folder.ts';
import { loadReportAssets } from '../run/report-assets.ts';
import type { ReportOptions } from '../run/stages.ts';
import type { CapacityFacts } from './model/facts.ts';
import { renderCapacityPage } from './report/page.ts';
import { renderCapacityText } from './report/text.ts';

const PAGE = 'capacity.html';

export function capacityText(dir: string, facts: CapacityFacts, { paint, width }: ReportOptions): string {
  return renderCapacityText(facts, { paint, width, pagePath: resolve(join(dir, PAGE)) });
}

export async function writeCapacityPage(dir: string, facts: CapacityFacts): Promise<void> {
  writeText(dir, PAGE, renderCapacityPage(facts, await loadReportAssets(['capacity.css'])));
}
