/** Runs Jaeger on loopback and free ports: it receives spans by OTLP, and keeps them in memory. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { type Backend, HOST, launch, temporaryFolder } from './process.ts';
import { stackPrograms } from './programs.ts';
import { type PartOptions, READY_MS } from './prometheus.ts';

export interface JaegerRun extends Omit<PartOptions, 'clockRate'> {
  /** OTLP over gRPC: it also sends everything on there, because it is an OpenTelemetry collector too. */
  readonly forwardTo?: string;
}

export interface JaegerBackend extends Backend {
  /** Where it receives OTLP over HTTP; ends in /v1/traces. */
  readonly otlpUrl: string;
}

/** Resolves once it answers. Throws SloError `prerequisite-missing` when it does not start. */
export async function runJaeger({ forwardTo, ...options }: JaegerRun): Promise<JaegerBackend> {
  const programs = await stackPrograms('jaeger', options);
  const [folder, free] = await Promise.all([options.folder ?? temporaryFolder('jaeger'), freePorts(4)]);
  const [query, queryGrpc, otlp, otlpGrpc] = [options.port ?? free[0], ...free.slice(1)].map(
    (port) => `${HOST}:${port}`,
  );
  const forward = forwardTo === undefined ? {} : { otlp: { endpoint: forwardTo, tls: { insecure: true } } };
  const config = {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: {
        traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter', ...Object.keys(forward)] },
      },
      telemetry: { metrics: { level: 'none' } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: 100_000 } } } },
      jaeger_query: {
        storage: { traces: 'memory' },
        http: { endpoint: query },
        grpc: { endpoint: queryGrpc },
        // Its own spans are not the target's.
        enable_tracing: false,
      },
    },
    receivers: { otlp: { protocols: { http: { endpoint: otlp }, grpc: { endpoint: otlpGrpc } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' }, ...forward },
  };
  // YAML is a superset of JSON.
  await writeFile(join(folder, 'jaeger.yaml'), JSON.stringify(config));
  const backend = await launch({
    name: 'jaeger',
    url: `http://${query}`,
    file: join(programs, 'jaeger'),
    args: ['--config=jaeger.yaml'],
    folder,
    logFile: options.logFile,
    readyPath: '/api/services',
    readyWithinMs: READY_MS,
    signal: options.signal,
  });
  return { ...backend, otlpUrl: `http://${otlp}/v1/traces` };
}
