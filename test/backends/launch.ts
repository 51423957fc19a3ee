/** How each backend is configured and started for a test: loopback only, free ports, nothing kept, nothing sent home. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type JaegerBackend, type JaegerRun, runJaeger } from '../../lib/stack/jaeger.ts';
import { runLoki } from '../../lib/stack/loki.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { type Backend, HOST, launch, temporaryFolder, until } from '../../lib/stack/process.ts';
import { toolPath } from '../../lib/stack/programs.ts';
import { runPrometheus } from '../../lib/stack/prometheus.ts';
import { findJava, OPENSEARCH_MAIN, opensearchJars } from './opensearch.ts';
import { motoPython } from './python.ts';

export type { JaegerBackend } from '../../lib/stack/jaeger.ts';
export type { Backend } from '../../lib/stack/process.ts';

const READY_MS = 120_000;
const progress = { onProgress: (line: string) => console.log(line) };

export function promtoolPath(): Promise<string> {
  return toolPath('promtool', progress);
}

export interface ScrapeJob {
  readonly job: string;
  /** `host:port`. */
  readonly address: string;
  /** `/metrics` when absent. */
  readonly path?: string;
}

/**
 * Scrapes each of the jobs every `everyMs`; resolves once it has begun. `past`: what it has already, as OpenMetrics with times. It keeps
 * all of that, however old.
 */
export async function launchPrometheus(jobs: readonly ScrapeJob[], everyMs: number, past?: string): Promise<Backend> {
  const folder = await temporaryFolder('prometheus');
  if (past !== undefined) {
    await writeFile(join(folder, 'past.om'), past);
    const made = ['tsdb', 'create-blocks-from', 'openmetrics', 'past.om', 'data'];
    await execa(await promtoolPath(), made, { cwd: folder });
  }
  // YAML is a superset of JSON.
  const scrapeConfigs = jobs.map(({ job, address, path = '/metrics' }) => ({
    job_name: job,
    metrics_path: path,
    static_configs: [{ targets: [address] }],
  }));
  const config = {
    global: { scrape_interval: `${everyMs}ms`, scrape_timeout: `${everyMs}ms` },
    scrape_configs: scrapeConfigs,
  };
  const backend = await runPrometheus({ ...progress, folder, config: JSON.stringify(config), retention: '10y' });
  // Its discovery hands over targets up to 5 s after the start.
  await until('scraped all', () => hasScraped(backend.url, jobs.length)).catch(async (error: unknown) => {
    await backend.stop();
    throw error;
  });
  return backend;
}

async function hasScraped(url: string, targets: number): Promise<boolean> {
  const answer = await fetch(`${url}/api/v1/targets?state=active`);
  const { data } = (await answer.json()) as { data: { activeTargets: { lastScrape: string }[] } };
  return data.activeTargets.filter(({ lastScrape }) => Date.parse(lastScrape) > 0).length === targets;
}

export function launchJaeger(how: Pick<JaegerRun, 'forwardTo'> = {}): Promise<JaegerBackend> {
  return runJaeger({ ...progress, ...how });
}

export function launchLoki(): Promise<Backend> {
  return runLoki(progress);
}

/** moto: a mock of AWS. It ignores filter patterns and checks no credentials. */
export async function launchMoto(): Promise<Backend> {
  const python = await motoPython(progress);
  const [folder, [port]] = await Promise.all([temporaryFolder('moto'), freePorts(1)]);
  return launch({
    name: 'moto',
    url: `http://${HOST}:${port}`,
    file: python,
    args: ['-m', 'moto.server', '-H', HOST, '-p', `${port}`],
    folder,
    readyPath: '/moto-api/data.json',
    readyWithinMs: READY_MS,
  });
}

/** OpenSearch stands in for Elasticsearch: the same `_bulk` and `_search` calls. */
export async function launchOpensearch(): Promise<Backend> {
  const [java, jars] = [await findJava(), await opensearchJars(progress)];
  const [folder, [http, transport]] = await Promise.all([temporaryFolder('opensearch'), freePorts(2)]);
  return launch({
    name: 'opensearch',
    url: `http://${HOST}:${http}`,
    file: java,
    args: ['-Xms256m', '-Xmx512m', '-cp', join(jars, '*'), OPENSEARCH_MAIN, folder, `${http}`, `${transport}`],
    folder,
    readyPath: '/_cluster/health?wait_for_status=yellow&timeout=1s',
    readyWithinMs: 480_000,
  });
}
