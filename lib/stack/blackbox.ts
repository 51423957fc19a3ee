/** Runs blackbox_exporter on loopback and a free port, and has what a Prometheus needs to probe URLs through it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { type Backend, HOST, launch, temporaryFolder } from './process.ts';
import { stackPrograms } from './programs.ts';
import { type PartOptions, READY_MS } from './prometheus.ts';

export interface ProbeJob {
  /** Of the exporter. */
  readonly exporterUrl: string;
  readonly urls: readonly string[];
  /** In Prometheus' own form. */
  readonly every: string;
}

/** Its module `monitor` asks as a monitor of the guide does: 2xx is up. A WebSocket's address is up if it answers as one that wants an upgrade. */
const CONFIG = {
  modules: {
    monitor: { prober: 'http', timeout: '5s', http: { preferred_ip_protocol: 'ip4' } },
    socket: {
      prober: 'http',
      timeout: '5s',
      http: { preferred_ip_protocol: 'ip4', valid_status_codes: [101, 400, 426] },
    },
  },
};

/** Resolves once it answers. Throws SloError `prerequisite-missing` when it does not start. */
export async function runBlackbox(options: Omit<PartOptions, 'clockRate'>): Promise<Backend> {
  const programs = await stackPrograms('blackbox', options);
  const folder = await (options.folder ?? temporaryFolder('blackbox'));
  const port = options.port ?? (await freePorts(1))[0];
  // YAML is a superset of JSON.
  await writeFile(join(folder, 'blackbox.yml'), JSON.stringify(CONFIG));
  return launch({
    name: 'blackbox',
    url: `http://${HOST}:${port}`,
    file: join(programs, 'blackbox_exporter'),
    args: ['--config.file=blackbox.yml', '--timeout-offset=0.1', `--web.listen-address=${HOST}:${port}`],
    folder,
    logFile: options.logFile,
    readyPath: '/-/healthy',
    readyWithinMs: READY_MS,
    signal: options.signal,
  });
}

/** Jobs for a Prometheus' `scrape_configs`: what is probed becomes the label `instance`. */
export function probeJobs({ exporterUrl, urls, every }: ProbeJob): readonly object[] {
  const isSocket = (url: string): boolean => /^wss?:/.test(url);
  const job = (name: string, module: string, targets: readonly string[]) => ({
    job_name: name,
    metrics_path: '/probe',
    scrape_interval: every,
    scrape_timeout: every,
    params: { module: [module] },
    static_configs: [{ targets }],
    relabel_configs: [
      { source_labels: ['__address__'], target_label: 'instance' },
      // It takes http for the address of a WebSocket.
      {
        source_labels: ['__address__'],
        regex: '(?:http|ws)(.+)',
        target_label: '__param_target',
        replacement: 'http$1',
      },
      { target_label: '__address__', replacement: new URL(exporterUrl).host },
    ],
  });
  return [
    job(
      'status',
      'monitor',
      urls.filter((url) => !isSocket(url)),
    ),
    job('status-sockets', 'socket', urls.filter(isSocket)),
  ];
}
