/** The part `prometheus`: with the documented configuration and rules, as they have to be to work, itself, and the monitor's probes where that runs. */
import { probeJobs } from '../blackbox.ts';
import type { Around, Part } from '../part.ts';
import { documentedTexts } from '../places.ts';
import { freePorts } from '../ports.ts';
import { HOST } from '../process.ts';
import { stackPrograms } from '../programs.ts';
import { runPrometheus } from '../prometheus.ts';

/** The guide's monitors ask every minute; the documented scrape interval is what everything else here has. */
const SCRAPED_EVERY = '15s';
/** Those of the guide's monitors that are at the server itself. */
const PROBED_PATHS = ['/api/health', '/api/health/services'];
const MORE_JOBS = 'more-jobs.yml';

export const prometheus: Part = {
  name: 'prometheus',
  title: 'Prometheus',
  needs: [],
  watchesServer: true,
  build: (options) => stackPrograms('prometheus', options),
  start: async (around) => {
    const [port = 0] = around.port === undefined ? await freePorts(1) : [around.port];
    const jobs = [ownJob(port), ...probesOf(around)];
    const running = await runPrometheus({ ...around, port, ...configured(around, jobs) });
    const { url } = running;
    return { ...running, values: { prometheus: url, ...(around.running.has('blackbox') ? { blackbox: url } : {}) } };
  },
};

/** It scrapes itself, too: the documented dashboard "Infrastructure" shows the processor, memory and disk of processes that have such metrics. */
function ownJob(port: number): object {
  return {
    job_name: 'prometheus',
    scrape_interval: SCRAPED_EVERY,
    static_configs: [{ targets: [`${HOST}:${port}`] }],
  };
}

function probesOf({ target, running }: Around): readonly object[] {
  const exporter = running.get('blackbox');
  if (exporter === undefined) return [];
  const urls = [...PROBED_PATHS.map((path) => `${target.httpUrl}${path}`), target.wsUrl];
  return probeJobs({ exporterUrl: exporter.url, urls, every: SCRAPED_EVERY });
}

/** The documented configuration stays whole: jobs besides its own are in a file of their own. */
function configured({ target, running }: Around, scrape_configs: readonly object[]) {
  const texts = documentedTexts({ target, running });
  const { 'prometheus.yml': config, 'alert-rules.yml': rules, 'monitoring-alert-rules.yml': more } = texts;
  return {
    config: `${config}\nscrape_config_files: ['${MORE_JOBS}']\n`,
    // YAML is a superset of JSON.
    files: {
      'alert-rules.yml': rules,
      'monitoring-alert-rules.yml': more,
      [MORE_JOBS]: JSON.stringify({ scrape_configs }),
    },
  };
}
