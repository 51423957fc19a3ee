/** The first look at a server that nobody has described yet: which parts of Aragora it has, and which contract names them. */
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { type TargetUrls, usualWsUrl } from '../config/target.ts';
import { type HttpAccess, type HttpTls, withToken } from '../http/access.ts';
import { send } from '../http/client.ts';
import { fitText, likelyFit, NOT_ASKED, versionIn, versionNote } from '../preflight/contract.ts';
import { socketPlace } from '../preflight/socket.ts';

export interface Probed {
  /** Known by the names of its metrics; undefined when they don't show it. */
  readonly contract: ContractName | undefined;
  /** Where a WebSocket opens, if that is not the target's /ws. */
  readonly ws: string | undefined;
  /** What is there and what is not, one line each. */
  readonly seen: readonly { readonly there: boolean; readonly text: string }[];
}

export interface Server extends TargetUrls {
  readonly token: string | undefined;
  readonly tls?: HttpTls | undefined;
}

const TIMEOUT_MS = 5_000;

/** @param server its addresses were checked already. Nothing that the server does makes it throw; `signal` does. */
export async function probe(server: Server, signal: AbortSignal): Promise<Probed> {
  const { httpUrl, wsUrl: expected, token, tls } = server;
  const ask = (path: string) => answerOf(`${httpUrl}${path}`, withToken(token, tls), signal);
  const [health, metrics] = [await ask('/api/health'), await ask('/metrics')];
  const fit = metrics.text === undefined ? undefined : likelyFit(metrics.text);
  const contract = fit?.contract;
  const version = versionNote(versionIn(health.text ?? ''), fit);
  const { subprotocol } = CONTRACTS[contract ?? 'documented'];
  const { wsUrl: opened, tried } = await socketPlace({ ...server, wsUrl: expected, subprotocol }, signal);
  signal.throwIfAborted();
  return {
    contract,
    ws: opened === usualWsUrl(httpUrl) ? undefined : opened,
    seen: [
      { there: health.text !== undefined, text: health.words },
      { there: metrics.text !== undefined, text: metrics.words },
      opened === undefined
        ? { there: false, text: `no WebSocket opens: ${tried.join('; ')}` }
        : { there: true, text: `${opened} opens a WebSocket` },
      fit === undefined
        ? { there: false, text: 'its metrics do not show the contract: "documented" is used' }
        : { there: true, text: fitText(fit) },
      ...(version === undefined ? [] : [{ there: false, text: version }]),
      { there: false, text: NOT_ASKED },
    ],
  };
}

async function answerOf(
  url: string,
  access: HttpAccess,
  signal: AbortSignal,
): Promise<{ text: string | undefined; words: string }> {
  const answer = await send(url, { ...access, signal, timeoutMs: TIMEOUT_MS });
  if ('trouble' in answer) return { text: undefined, words: `${url} does not answer: ${answer.trouble.words}` };
  const { status, text } = answer;
  return { text: status >= 200 && status < 300 ? text : undefined, words: `${url} answers ${status}` };
}
