/** Runs Loki on loopback and free ports. The guide's own configuration (schema v11, boltdb-shipper) is refused by today's Loki. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { type Backend, HOST, launch, temporaryFolder } from './process.ts';
import { stackPrograms } from './programs.ts';
import { type PartOptions, READY_MS } from './prometheus.ts';

/** Resolves once it answers. Throws SloError `prerequisite-missing` when it does not start. */
export async function runLoki(options: Omit<PartOptions, 'clockRate'>): Promise<Backend> {
  const programs = await stackPrograms('loki', options);
  const [folder, free] = await Promise.all([options.folder ?? temporaryFolder('loki'), freePorts(2)]);
  const [http, grpc] = [options.port ?? free[0], free[1]];
  const config = {
    auth_enabled: false,
    server: {
      http_listen_address: HOST,
      http_listen_port: http,
      grpc_listen_address: HOST,
      grpc_listen_port: grpc,
      log_level: 'warn',
    },
    common: {
      path_prefix: folder,
      replication_factor: 1,
      instance_addr: HOST,
      ring: { kvstore: { store: 'inmemory' } },
      storage: { filesystem: { chunks_directory: join(folder, 'chunks'), rules_directory: join(folder, 'rules') } },
    },
    schema_config: {
      configs: [
        {
          from: '2024-01-01',
          store: 'tsdb',
          object_store: 'filesystem',
          schema: 'v13',
          index: { prefix: 'index_', period: '24h' },
        },
      ],
    },
    ingester: { lifecycler: { min_ready_duration: '0s' } },
    analytics: { reporting_enabled: false },
  };
  await writeFile(join(folder, 'loki.yaml'), JSON.stringify(config));
  return launch({
    name: 'loki',
    url: `http://${HOST}:${http}`,
    file: join(programs, 'loki'),
    args: ['-config.file=loki.yaml'],
    folder,
    logFile: options.logFile,
    readyPath: '/ready',
    readyWithinMs: READY_MS,
    signal: options.signal,
  });
}
