/** The part `prometheus`: with the documented configuration and rules, as they have to be to work, and the monitor's probes where that runs. */
import { probeJobs } from '../blackbox.ts';
import type { Around, Part } from '../part.ts';
import { documentedTexts } from '../places.ts';
import { stackPrograms } from '../programs.ts';
import { runPrometheus } from '../prometheus.ts';

/** The guide's monitors ask every minute; the documented scrape interval is what everything else here has. */
const PROBED_EVERY = '15s';
/** Those of the guide's monitors that are at the server itself. */
const PROBED_PATHS = ['/api/health', '/api/health/services'];
const PROBES = 'probes.yml';

export const prometheus: Part = {
  name: 'prometheus',
  title: 'Prometheus',
  needs: [],
  watchesServer: true,
  build: (options) => stackPrograms('prometheus', options),
  start: async (around) => {
    const { config, files, isProbing } = configured(around);
    const running = await runPrometheus({ ...around, config, files });
    const { url } = running;
    return { ...running, values: { prometheus: url, ...(isProbing ? { blackbox: url } : {}) } };
  },
};

interface Configured {
  readonly config: string;
  readonly files: Readonly<Record<string, string>>;
  readonly isProbing: boolean;
}

function configured({ target, running }: Around): Configured {
  const texts = documentedTexts({ target, running });
  const { 'prometheus.yml': config, 'alert-rules.yml': rules, 'monitoring-alert-rules.yml': more } = texts;
  const files = { 'alert-rules.yml': rules, 'monitoring-alert-rules.yml': more };
  const exporter = running.get('blackbox');
  if (exporter === undefined) return { config, files, isProbing: false };
  const urls = [...PROBED_PATHS.map((path) => `${target.httpUrl}${path}`), target.wsUrl];
  const scrape_configs = probeJobs({ exporterUrl: exporter.url, urls, every: PROBED_EVERY });
  return {
    config: `${config}\nscrape_config_files: ['${PROBES}']\n`,
    // YAML is a superset of JSON.
    files: { ...files, [PROBES]: JSON.stringify({ scrape_configs }) },
    isProbing: true,
  };
}
