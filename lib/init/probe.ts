/** The first look at a server that nobody has described yet: which parts of Aragora it has, and which contract names them. */
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { withToken } from '../http/access.ts';
import { send } from '../http/client.ts';
import { probeWebSocket } from '../load/preflight.ts';
import { metricPromises } from '../systems/metrics/promises.ts';

export interface Probed {
  /** Known by the names of its metrics; undefined when they don't show it. */
  readonly contract: ContractName | undefined;
  /** Where a WebSocket opens, if that is not the target's /ws. */
  readonly ws: string | undefined;
  /** What is there and what is not, one line each. */
  readonly seen: readonly { readonly there: boolean; readonly text: string }[];
}

const TIMEOUT_MS = 5_000;
/** Where Aragora serves WebSockets by default. */
const ARAGORA_WS_PORT = '8765';

/** @param httpUrl checked already, without a trailing slash. Nothing that the server does makes it throw; `signal` does. */
export async function probe(httpUrl: string, token: string | undefined, signal: AbortSignal): Promise<Probed> {
  const ask = (path: string) => answerOf(`${httpUrl}${path}`, token, signal);
  const [health, metrics] = [await ask('/api/health'), await ask('/metrics')];
  const contract = metrics.text === undefined ? undefined : likelyContract(metrics.text);
  const { ws, opened, tried } = await findSocket(httpUrl, token, signal);
  signal.throwIfAborted();
  return {
    contract,
    ws,
    seen: [
      { there: health.text !== undefined, text: health.told },
      { there: metrics.text !== undefined, text: metrics.told },
      opened === undefined
        ? { there: false, text: `no WebSocket opens: ${tried.join('; ')}` }
        : { there: true, text: `${opened} opens a WebSocket` },
      contract === undefined
        ? { there: false, text: 'its metrics do not show the contract: "documented" is used' }
        : { there: true, text: `its metrics have the names of contract "${contract}"` },
    ],
  };
}

async function answerOf(
  url: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<{ text: string | undefined; told: string }> {
  const answer = await send(url, { ...withToken(token), signal, timeoutMs: TIMEOUT_MS });
  if ('trouble' in answer) return { text: undefined, told: `${url} does not answer: ${answer.trouble.words}` };
  const { status, text } = answer;
  return { text: status >= 200 && status < 300 ? text : undefined, told: `${url} answers ${status}` };
}

/** The target's own /ws, or the port that Aragora has for it. */
async function findSocket(
  httpUrl: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<{ ws: string | undefined; opened: string | undefined; tried: readonly string[] }> {
  const own = `${httpUrl.replace(/^http/, 'ws')}/ws`;
  const other = new URL(own);
  other.port = ARAGORA_WS_PORT;
  other.pathname = '/ws';
  const { subprotocol } = CONTRACTS.documented;
  const tried: string[] = [];
  for (const wsUrl of [own, other.href]) {
    const trouble = await probeWebSocket({ httpUrl, wsUrl, subprotocol, paths: [], token }, signal);
    if (trouble === undefined) return { ws: wsUrl === own ? undefined : wsUrl, opened: wsUrl, tried };
    tried.push(trouble);
  }
  return { ws: undefined, opened: undefined, tried };
}

/** The contract under whose names more metrics exist than under the documented ones; undefined when neither has any. */
export function likelyContract(exposition: string): ContractName | undefined {
  const names = new Set([...exposition.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
  for (const contract of Object.values(CONTRACTS)) {
    const locations = Object.entries(metricPromises(contract.name).contract.locations);
    const own = locations.filter(([, place]) => names.has(place.name)).length;
    const documented = locations.filter(([name]) => names.has(name)).length;
    if (own > documented) return contract.name;
  }
  return names.has('aragora_requests_total') ? 'documented' : undefined;
}
