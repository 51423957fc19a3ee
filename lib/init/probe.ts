/** The first look at a server that nobody has described yet: which parts of Aragora it has, and which contract names them. */
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { type TargetUrls, usualWsUrl } from '../config/target.ts';
import { type HttpAccess, type HttpTls, withToken } from '../http/access.ts';
import { exchangeText } from '../http/trouble.ts';
import { type Answered, causeOf } from '../preflight/answers.ts';
import { ask } from '../preflight/ask.ts';
import {
  fitText,
  LOG_NOT_ASKED,
  likelyFit,
  NEWEST_CONTRACT,
  NOT_ASKED,
  RELEASE_HEADER,
  versionIn,
  versionNote,
} from '../preflight/contract.ts';
import { unreadable } from '../preflight/metrics.ts';
import { saidIn } from '../preflight/said.ts';
import { socketPlace } from '../preflight/socket.ts';
import type { SpanListener } from './spans.ts';

export interface Probed {
  /** Known by the names of its metrics, or of its spans; undefined when they don't show it. */
  readonly contract: ContractName | undefined;
  /** Where a WebSocket opens, if that is not the target's /ws. */
  readonly ws: string | undefined;
  /** What is there and what is not, one line each. */
  readonly seen: readonly { readonly there: boolean; readonly text: string }[];
}

export interface Server extends TargetUrls {
  readonly token: string | undefined;
  readonly tls?: HttpTls | undefined;
  /** Where it exports its traces; absent: nobody knows. */
  readonly spans?: SpanListener | undefined;
}

const TIMEOUT_MS = 5_000;
const METRICS = '/metrics';

/** @param server its addresses were checked already. Nothing that the server does makes it throw; `signal` does. */
export async function probe(server: Server, signal: AbortSignal): Promise<Probed> {
  const { httpUrl, wsUrl: expected, token, tls } = server;
  const look = (path: string) => answerOf(`${httpUrl}${path}`, withToken(token, tls), signal);
  const [health, list, metrics] = [await look('/api/health'), await look('/api/debates'), await look(METRICS)];
  const fit = metrics.text === undefined ? undefined : likelyFit(metrics.text);
  const spans = await server.spans?.seen(signal);
  // Only a release says in this header which one it is.
  const likely = spans?.contract ?? (health.release === undefined ? undefined : NEWEST_CONTRACT);
  const contract = fit?.contract ?? likely;
  const version = versionNote(versionIn(health.text ?? '', health.release), fit);
  const { subprotocol } = CONTRACTS[contract ?? 'documented'];
  const { wsUrl: opened, tried } = await socketPlace({ ...server, wsUrl: expected, subprotocol }, signal);
  signal.throwIfAborted();
  return {
    contract,
    ws: opened === usualWsUrl(httpUrl) ? undefined : opened,
    seen: [
      { there: health.text !== undefined, text: health.words },
      { there: list.text !== undefined, text: list.words },
      { there: metrics.text !== undefined, text: metrics.words },
      opened === undefined
        ? { there: false, text: `no WebSocket opens: ${tried.join('; ')}` }
        : { there: true, text: `${opened} opens a WebSocket` },
      fit === undefined
        ? { there: false, text: unshownText(contract, spans?.contract !== undefined) }
        : { there: true, text: fitText(fit) },
      ...(spans === undefined ? [] : [spans]),
      ...(version === undefined ? [] : [{ there: false, text: version }]),
      { there: false, text: spans === undefined ? NOT_ASKED : LOG_NOT_ASKED },
    ],
  };
}

function unshownText(contract: ContractName | undefined, isBySpans: boolean): string {
  const unshown = 'its metrics do not show the contract';
  if (contract === undefined) return `${unshown}: "documented" is used`;
  return `${unshown}: "${contract}" is used, because ${isBySpans ? 'its spans have those names' : 'its answers say that it is a release'}`;
}

interface Asked {
  /** Of a good answer. */
  readonly text: string | undefined;
  readonly words: string;
  /** What it says of its release; absent: nothing. */
  readonly release?: string | undefined;
}

function unanswered(answer: Answered): string {
  const cause = causeOf(answer);
  return cause === undefined ? `answers ${answer.status}${saidIn(answer.text)}` : `${cause.words}; ${cause.fix}`;
}

async function answerOf(url: string, access: HttpAccess, signal: AbortSignal): Promise<Asked> {
  const answer = await ask(url, { ...access, signal, timeoutMs: TIMEOUT_MS, keep: RELEASE_HEADER });
  if ('trouble' in answer) return { text: undefined, words: `${url} ${exchangeText(answer.trouble, answer.status)}` };
  const { status, text, kept: release } = answer;
  if (status >= 200 && status < 300) return { text, words: `${url} answers ${status}`, release };
  const words = url.endsWith(METRICS) ? unreadable(answer) : unanswered(answer);
  return { text: undefined, words: `${url} ${words}`, release };
}
