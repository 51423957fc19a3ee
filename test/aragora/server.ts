/**
 * The life of one real Aragora server: free ports, its own data folder, readiness, and an end that leaves nothing running. Its environment
 * is in install.ts.
 */
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { WebSocket } from 'ws';
import { Child, endText } from '../../lib/process/child.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { RELEASE_WS_PORT } from '../../thresholds/contracts.ts';
import { installAragora } from './install.ts';
import { startLine } from './start-line.ts';

export { installAragora } from './install.ts';

const HOST = '127.0.0.1';
const READY_DEADLINE_MS = 120_000;
const TERM_DEADLINE_MS = 15_000;
const POLL_MS = 50;

export interface AragoraOptions {
  /** Where traces go, as http/protobuf, used unchanged: it must end in `/v1/traces`. Absent: no traces. */
  readonly otlpEndpoint?: string;
  /** Receives stdout and stderr. Absent: a file in the server's own temporary folder, deleted by `stop`. */
  readonly logFile?: string;
  /** Without any of the settings that a load test needs. */
  readonly bare?: boolean;
  /** It wants a token: `Aragora.token`. */
  readonly wantsToken?: boolean;
  /** Further settings. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another address of the loopback; its WebSocket is then at the port of the release. */
  readonly ownHost?: string;
  /** Absent: a temporary folder, deleted by `stop`. A folder that was given is kept. */
  readonly dataDir?: string;
}

export interface Aragora {
  /** For example `http://127.0.0.1:40123`, without a slash at the end. */
  readonly httpUrl: string;
  /** For example `ws://127.0.0.1:40124/ws`. */
  readonly wsUrl: string;
  /** Another WebSocket of the server, that has nothing of debates. */
  readonly controlUrl: string;
  readonly logFile: string;
  /** '' where it wants none. */
  readonly token: string;
  /** Leader of the server's process group. */
  readonly pid: number;
  /** SIGTERM, then SIGKILL, to the whole group; resolves when none of its processes is left. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a server with demo data and its rate limits off, and resolves once it answers both HTTP and WebSocket. Besides its own ports,
 * Aragora tries 0.0.0.0:9090 for Prometheus. That can't be moved, and when it is taken, the server only logs it. Rejects with the end of
 * the log when the server exits or is not ready in time.
 */
export async function startAragora(options: AragoraOptions = {}): Promise<Aragora> {
  const { python, aragora } = await installAragora();
  const temporary = await mkdtemp(path.join(tmpdir(), 'aragora-server-'));
  const dataDir = options.dataDir ?? path.join(temporary, 'data');
  const logFile = options.logFile ?? path.join(temporary, 'server.log');
  await mkdir(dataDir, { recursive: true });
  const host = options.ownHost ?? HOST;
  const [http, free, control, nomic, canvas] = await freePorts(5);
  const ws = options.ownHost === undefined ? free : RELEASE_WS_PORT;
  const env = {
    ...cleanEnvironment(temporary),
    ...(options.bare === true ? { ARAGORA_DATA_DIR: dataDir } : settings(dataDir, options.otlpEndpoint)),
    ...(options.wantsToken === true ? OF_TOKENS : {}),
    ...options.env,
    ARAGORA_CONTROL_PLANE_WS_PORT: `${control}`,
    ARAGORA_NOMIC_LOOP_WS_PORT: `${nomic}`,
    ARAGORA_CANVAS_WS_PORT: `${canvas}`,
  };
  await execa(python, ['-c', startLine().seed], { env, extendEnv: false, cwd: temporary });

  const made =
    options.wantsToken === true ? await execa(python, ['-c', startLine().token], { env, extendEnv: false }) : undefined;
  // Its modules print, too.
  const token = made?.stdout.trim().split('\n').at(-1) ?? '';

  const log = openSync(logFile, 'a');
  const replaced: Readonly<Record<string, string>> = { '8080': `${http}`, '8765': `${ws}`, [HOST]: host };
  const args = startLine().args.map((word) => replaced[word] ?? word);
  const child = new Child(aragora, {
    args,
    env,
    cwd: temporary,
    stdio: ['ignore', log, log],
    patienceMs: TERM_DEADLINE_MS,
    group: true,
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${aragora} could not be started: ${endText(await child.exited)}`);
  const stop = async () => {
    await child.stop();
    await rm(temporary, { recursive: true, force: true });
  };
  const urls = {
    httpUrl: `http://${host}:${http}`,
    wsUrl: `ws://${host}:${ws}/ws`,
    controlUrl: `ws://${host}:${control}/ws`,
  };
  const server = { ...urls, logFile, token, pid, stop };
  try {
    await untilReady(server, child);
  } catch (cause) {
    const tail = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-20).join('\n');
    await stop();
    throw new Error(`Aragora did not become ready: ${String(cause)}\n${tail}`, { cause });
  }
  return server;
}

const OF_TOKENS = {
  ARAGORA_API_TOKEN: 'any-value-of-sixteen-characters',
  ARAGORA_JWT_SECRET: 'any-secret-of-at-least-thirty-two-characters',
  ARAGORA_RATE_LIMIT: '10000',
};

/** Only what a program needs to run: no proxy, provider key or Aragora setting of the caller must change the server. */
function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: home, TMPDIR: home, PYTHONUNBUFFERED: '1' };
}

/** As docs/real-server.md starts it, so that every test here tries that page. */
function settings(dataDir: string, otlpEndpoint: string | undefined): NodeJS.ProcessEnv {
  const page = startLine().settings;
  const traced = otlpEndpoint === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint };
  const kept = Object.entries(page).filter(([name]) => otlpEndpoint !== undefined || !name.startsWith('OTEL_'));
  return { ...Object.fromEntries(kept), ARAGORA_DATA_DIR: dataDir, ...traced };
}

async function untilReady({ httpUrl, wsUrl }: Aragora, child: Child): Promise<void> {
  const deadline = Date.now() + READY_DEADLINE_MS;
  while (!((await answersHealthz(httpUrl)) && (await opensSocket(wsUrl)))) {
    if (child.end !== undefined) throw new Error(endText(child.end));
    if (Date.now() > deadline) throw new Error(`not ready after ${READY_DEADLINE_MS / 1000} s`);
    await delay(POLL_MS);
  }
}

/** false as long as nothing listens or the answer is different; the caller has the deadline. */
async function answersHealthz(httpUrl: string): Promise<boolean> {
  const request = fetch(`${httpUrl}/healthz`, { signal: AbortSignal.timeout(5_000) });
  return request.then(
    async (response) => {
      await response.arrayBuffer();
      return response.status === 200;
    },
    () => false,
  );
}

function opensSocket(wsUrl: string): Promise<boolean> {
  const socket = new WebSocket(wsUrl, ['aragora-v1'], { handshakeTimeout: 5_000 });
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.once('open', () => {
      socket.once('close', () => resolve(true));
      socket.close(1000);
    });
  });
}
