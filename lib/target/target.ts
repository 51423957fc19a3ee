/** The whole reference Aragora: puts its parts together, starts and stops them. It reads no environment. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SloError } from '../core/error.ts';
import { HEALTHY, type Patch, patched } from './behaviour.ts';
import type { NamedBreak } from './break.ts';
import { Clock } from './clock.ts';
import { debateRunner, type RunDebate } from './debate-run.ts';
import { DebateStore } from './debate-store.ts';
import { combined, type Distortion } from './distortion.ts';
import { httpListener } from './http.ts';
import { keptDebates } from './kept-debates.ts';
import { liveBehaviour } from './live.ts';
import { createLog, type LogOptions } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { reactsToPressure } from './pressed.ts';
import { createQueue } from './queue.ts';
import { uniform } from './random.ts';
import { createReports, type ReportOptions } from './reports.ts';
import { createSignIn, type SignInOptions } from './sign-in.ts';
import { createSockets } from './socket.ts';
import { socketFaults } from './socket-faults.ts';
import { createTasks, type TaskOptions } from './tasks.ts';
import { createTracing, type TracingOptions } from './tracing.ts';
import { Truth } from './truth.ts';

export interface TargetOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 or absent: a free port. */
  readonly port?: number;
  /** A second port only for the WebSocket, as in the real server; 0: a free one. Absent: the WebSocket shares `port`. */
  readonly wsPort?: number;
  /** Seeds all waits, faults and ids; default 1. */
  readonly seed?: number;
  /** What it does wrong. */
  readonly breaks?: readonly NamedBreak[];
  /** Changes on top of the breaks. */
  readonly patch?: Patch;
  /** Debates then need `Authorization: Bearer <token>`, and WebSocket handshakes too. */
  readonly token?: string;
  readonly tracing?: TracingOptions;
  readonly log?: LogOptions;
  /** Errors and a share of its requests are reported there; absent: to nobody. */
  readonly reports?: ReportOptions;
  /** Where its scheduler keeps each debate as a task; absent: nowhere. */
  readonly tasks?: TaskOptions;
  /** File in which it keeps its finished debates; absent: they end with it. */
  readonly debates?: string;
  /** Sign-in by a provider; absent: it says that none is configured. */
  readonly signIn?: SignInOptions;
  /** Browser origins that may open a WebSocket; default aragora.ai and localhost:3000. */
  readonly allowedOrigins?: readonly string[];
  /** Requests a second that it can serve, > 0. More of them queue, and are refused if they would wait for over two seconds. Absent: no limit. */
  readonly capacityPerSec?: number;
  /** Absent: no limit. */
  readonly maxSocketsPerMin?: number;
}

export interface Target {
  /** Without a trailing slash. */
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** Tells it whether there is pressure on its process from now on. */
  readonly press: (isOn: boolean) => void;
  /** Ends every connection and everything under way; resolves when nothing is left. It may be called again. */
  stop(): Promise<void>;
}

const DEFAULT_ORIGINS = ['https://aragora.ai', 'https://live.aragora.ai', 'http://localhost:3000'];
const BACKLOG = 4096;
/** Longer than a client keeps a connection idle, so the server never closes one under a request. */
const KEEP_ALIVE_MS = 120_000;

/** Starts a reference Aragora in this process. Throws SloError for a wrong law, a log file that can't be opened, or a port that is taken. */
export async function startTarget(options: TargetOptions = {}): Promise<Target> {
  const { host = '127.0.0.1', seed = 1, token, breaks = [] } = options;
  const behaviour = patched(HEALTHY, [...breaks.map(({ patch = {} }) => patch), options.patch ?? {}]);
  const distortion = combined(breaks.flatMap((one) => one.distortion?.() ?? []));
  // First: it may refuse to start.
  const tasks = await createTasks(options.tasks, distortion.tasks);
  const clock = new Clock();
  const live = liveBehaviour(behaviour, seed, clock);
  const [metrics, truth] = [distortedMetrics(distortion), new Truth()];
  const store = new DebateStore(uniform(seed, 'debate ids'), keptDebates(options.debates));
  const log = createLog({ ...options.log, edit: distortion.line });
  const recorded = createTracing({ seed, ...options.tracing, ...distortion.sampling, edit: distortion.span });
  const tracing = distortion.tracing?.(recorded) ?? recorded;
  const reports = createReports(options.reports, { seed, edit: distortion.report, share: distortion.reportedShare });
  const faults = socketFaults(behaviour.sockets, seed);
  const { allowedOrigins = DEFAULT_ORIGINS, maxSocketsPerMin = Number.POSITIVE_INFINITY } = options;
  const common = { clock, store, metrics, truth, waitMs: live.waitMs, token };
  const { frame } = distortion;
  const sockets = createSockets({ ...common, faults, allowedOrigins, maxSocketsPerMin, frame });
  const debating = debateRunner({ ...common, log, publish: sockets.publish, dueFault: live.dueDebateFault });
  const runDebate: RunDebate = (debate, request) => tasks.run(debate.id, () => debating(debate, request));
  const signIn = options.signIn && createSignIn(options.signIn, distortion.signIn);
  const queue = createQueue(options.capacityPerSec);
  const api = createApiServer(
    httpListener({ ...common, runDebate, tracing, log, reports, live, distortion, queue, signIn }),
  );
  const servers = [api];
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    clock.stop();
    await sockets.stop();
    await Promise.all(servers.map(closeServer));
    await Promise.all([tracing.stop(), log.stop(), tasks.stop(), reports.stop()]);
  };
  const reactions = breaks.flatMap(({ pressed }) => pressed ?? []);
  const target = { stop: () => (stopping ??= stop()), press: reactsToPressure(reactions, live, clock) };
  try {
    const port = await listen(api, host, options.port ?? 0);
    sockets.attach(api, ['/ws']);
    if (options.wsPort === undefined)
      return { ...target, httpUrl: url('http', host, port), wsUrl: `${url('ws', host, port)}/ws` };
    const socketServer = createApiServer((_, response) => void response.writeHead(426).end());
    servers.push(socketServer);
    const wsPort = await listen(socketServer, host, options.wsPort);
    sockets.attach(socketServer, ['/', '/ws']);
    return { ...target, httpUrl: url('http', host, port), wsUrl: `${url('ws', host, wsPort)}/ws` };
  } catch (error) {
    await target.stop();
    throw error;
  }
}

function distortedMetrics({ counting, exposition }: Distortion): Metrics {
  const right = createMetrics();
  const counted = counting?.(right) ?? right;
  if (exposition === undefined) return counted;
  return { ...counted, exposition: async () => exposition(await counted.exposition()) };
}

function createApiServer(listener: RequestListener): Server {
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, listener);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const taken = `the reference target can't listen on ${host}:${port}`;
      reject(new SloError('prerequisite-missing', taken, { hint: `${cause.message}; port 0 takes a free one`, cause }));
    });
    server.listen({ host, port, backlog: BACKLOG }, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Also resolves for a server that never listened. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function url(scheme: 'http' | 'ws', host: string, port: number): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
