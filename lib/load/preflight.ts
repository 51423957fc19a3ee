/**
 * A look at the target before any load: does anything answer, and is it safe to load? One request for each path and protocol. A wrong
 * answer is only a warning, because the load measures it; no answer or an enormous one stops the run.
 */
import { SloError } from '../core/error.ts';
import { withToken } from '../http/access.ts';
import { send } from '../http/client.ts';
import { NAMES_NONE, WebSocket } from '../http/socket.ts';
import { troubleOf } from '../http/trouble.ts';

const TIMEOUT_MS = 5_000;
/** A larger answer is not Aragora's. k6 keeps each answer whole, and at the smoke rate this would be 50 MiB a second. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface Preflight {
  /** What looked wrong and will be measured, one line each; [] when nothing did. */
  readonly warnings: readonly string[];
}

export interface PreflightTarget {
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly subprotocol: string;
  /** The paths that the load requests again and again, besides /api/health. */
  readonly paths: readonly string[];
  readonly token: string | undefined;
}

/** @throws SloError `target-unreachable` when nothing answers HTTP there, or the answer is too large to load. */
export async function preflight(target: PreflightTarget, signal: AbortSignal): Promise<Preflight> {
  const warnings: (string | undefined)[] = [];
  for (const path of ['/api/health', ...target.paths]) warnings.push(await probeHttp(target, path, signal));
  warnings.push(await probeWebSocket(target, signal));
  signal.throwIfAborted();
  return { warnings: warnings.filter((warning) => warning !== undefined) };
}

async function probeHttp(
  { httpUrl, token }: PreflightTarget,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const url = httpUrl + path;
  const answer = await send(url, { ...withToken(token), signal, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BODY_BYTES });
  if (!('trouble' in answer)) return answerWarning(url, answer.status);
  const { trouble, status, cause } = answer;
  if (trouble.kind === 'too-large') {
    throw new SloError(
      'target-unreachable',
      `${url} answers with more than ${MAX_BODY_BYTES / 1024} KiB: this is not an Aragora, and is not loaded`,
    );
  }
  if (status !== null) return `${url} does not finish its answer: ${trouble.words}`;
  throw new SloError('target-unreachable', `nothing to measure at ${url}: ${trouble.words}`, {
    hint: 'is the server running there? aragora-slo target starts a reference one',
    cause,
  });
}

function answerWarning(url: string, status: number): string | undefined {
  if (status === 200) return undefined;
  return `${url} answers ${status}${status === 401 ? ': set ARAGORA_API_TOKEN' : ''}`;
}

/** Resolves with what is wrong, one line; undefined when a WebSocket opens. Never rejects. */
export function probeWebSocket(
  { wsUrl, subprotocol, token }: PreflightTarget,
  signal: AbortSignal,
): Promise<string | undefined> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(wsUrl, [subprotocol], { handshakeTimeout: TIMEOUT_MS, headers });
  return new Promise((resolve) => {
    const settle = (warning?: string): void => {
      signal.removeEventListener('abort', abort);
      socket.removeAllListeners();
      // Ending a socket that is still connecting emits one more error, which we caused.
      socket.on('error', () => {});
      socket.terminate();
      resolve(warning);
    };
    const abort = (): void => settle();
    signal.addEventListener('abort', abort, { once: true });
    socket.on('open', () => settle());
    socket.on('unexpected-response', (_request, response) => {
      const hint = response.statusCode === 401 ? ': set ARAGORA_API_TOKEN' : '';
      settle(`${wsUrl} refuses the WebSocket handshake with ${response.statusCode}${hint}`);
    });
    socket.on('error', (error) => {
      // No document asks the server to name one.
      if (error.message === NAMES_NONE) settle();
      else settle(`${wsUrl} opens no WebSocket: ${troubleOf(error, TIMEOUT_MS).words}`);
    });
  });
}
