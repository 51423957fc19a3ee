/** Rules, dashboards and what they are judged against, for tests: the two guides' own files, and texts of the test. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placedDocuments } from '../../lib/config/placed.ts';
import type { Catalogue } from '../../lib/rules/catalogue.ts';
import { type Dashboard, readDashboard } from '../../lib/rules/dashboard.ts';
import type { Judged } from '../../lib/rules/judged.ts';
import type { Problem } from '../../lib/rules/problem.ts';
import { isRefused, type Refused, type RuleFile, readRules } from '../../lib/rules/rule-file.ts';
import { readScrapeConfig, type ScrapeConfig } from '../../lib/rules/scrape-config.ts';
import { expositionCatalogue } from '../../lib/systems/metrics/observe/exposition-catalogue.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The path of a file of the guides: a dashboard, or what the documented stack is configured with. */
export function guidePath(name: string): string {
  return join(ROOT, name.endsWith('.json') ? 'test/support/dashboards' : 'lib/stack/documented/files', name);
}

export function guideFile(name: string): string {
  return readFileSync(guidePath(name), 'utf8');
}

export function rulesIn(path: string, text: string): RuleFile {
  return readable(readRules(path, placedDocuments(path, text)));
}

/** One group with these rules. */
export function oneGroup(rules: readonly object[], group: object = {}): RuleFile {
  return rulesIn('rules.yml', JSON.stringify({ groups: [{ name: 'one', ...group, rules }] }));
}

export function dashboardIn(path: string, text: string): Dashboard {
  return readable(readDashboard(path, placedDocuments(path, text)));
}

export function scrapeConfigIn(path: string, text: string): ScrapeConfig {
  return readable(readScrapeConfig(path, placedDocuments(path, text)));
}

function readable<T extends object>(read: T | Refused): T {
  if (isRefused(read)) throw new Error(`line ${read.line}: ${read.reason}`);
  return read;
}

const EXPOSITION = `# TYPE aragora_requests_total counter
aragora_requests_total{method="GET",endpoint="/api/health",status="200"} 5
aragora_requests_total{method="POST",endpoint="/api/debates",status="201"} 2
# TYPE aragora_request_duration_seconds histogram
aragora_request_duration_seconds_bucket{method="GET",le="0.5"} 4
aragora_request_duration_seconds_bucket{method="GET",le="10.0"} 5
aragora_request_duration_seconds_bucket{method="GET",le="+Inf"} 5
aragora_request_duration_seconds_sum{method="GET"} 1
aragora_request_duration_seconds_count{method="GET"} 5
# TYPE aragora_agent_calls_total counter
aragora_agent_calls_total{agent="claude",outcome="success"} 5
# TYPE aragora_active_debates gauge
aragora_active_debates 1
# TYPE aragora_debate_timeouts_total counter
`;

export function someCatalogue(changes: Partial<Catalogue> = {}): Catalogue {
  return { ...expositionCatalogue('the server', EXPOSITION, 'prometheus'), ...changes };
}

export function problemTexts(problems: readonly Problem[]): string[] {
  return problems.map(
    ({ effect, reason, nearest }) => `${effect}: ${reason}${nearest === undefined ? '' : ` → ${nearest}`}`,
  );
}

/** `AragoraDown never`, without those that are ok. */
export function verdictsOf(items: readonly Judged[]): string[] {
  return items.filter(({ verdict }) => verdict !== 'ok').map(({ name, verdict }) => `${name} ${verdict}`);
}
