/** Whether a server is set up for a load test: everything that a run will want of it, asked once, and whether a rate limit shows. */
import { CONTRACTS } from '../../thresholds/contracts.ts';
import type { TargetUrls } from '../config/target.ts';
import { SloError } from '../core/error.ts';
import { type HttpTls, withToken } from '../http/access.ts';
import { send } from '../http/client.ts';
import { exchangeText } from '../http/trouble.ts';
import { likelyFit, NOT_ASKED, RELEASE_HEADER, versionIn, versionNote, versionText } from '../preflight/contract.ts';
import { askDebate } from '../preflight/debate.ts';
import { askMetrics } from '../preflight/metrics.ts';
import { askPaths } from '../preflight/paths.ts';
import { prepareDebate } from '../preflight/prepare.ts';
import { askProxy } from '../preflight/proxy.ts';
import { TIMEOUT_MS, type Wanted } from '../preflight/question.ts';
import { findSocket } from '../preflight/socket.ts';

/** `bad`: no run can measure it. `doubt`: a run can, and says less or something else than is meant. */
export interface Remark {
  readonly name: string;
  readonly tone: 'good' | 'doubt' | 'bad';
  readonly text: string;
}

export interface Server extends TargetUrls {
  readonly token: string | undefined;
  readonly tls: HttpTls | undefined;
}

interface Question {
  readonly name: string;
  /** Of a server without a remark, if the question does not say more. */
  readonly good: string;
  readonly ask: (wanted: Wanted, signal: AbortSignal) => Promise<Answer>;
}

interface Answer {
  readonly notes: readonly string[];
  readonly good?: string;
}

const LIST = '/api/debates';
const CONSENSUS = '/api/debates/{id}/convergence';
/** Of each of two paths more than the limits of a minute that releases have by default: some count each path alone. */
const BURST = 160;

const QUESTIONS: readonly Question[] = [
  { name: 'way to it', good: 'straight', ask: askProxy },
  { name: 'paths', good: 'answer as the load asks', ask: askPaths },
  { name: 'WebSocket', good: 'opens', ask: findSocket },
  { name: 'metrics', good: 'can be read', ask: askMetrics },
  { name: 'version', good: 'it says none', ask: askVersion },
  { name: 'debate', good: 'was started, and came to its end', ask: lacksDebate },
  { name: 'rate limit', good: `none for ${BURST} requests without a pause`, ask: isLimited },
];

/** One line for each question. Throws only the signal's reason. */
export async function lookAtServer(server: Server, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Remark[]> {
  const wanted = wantedOf(server, env);
  const remarks: Remark[] = [];
  for (const { name, good, ask } of QUESTIONS) {
    try {
      const { notes, good: more = good } = await ask(wanted, signal);
      remarks.push(...(notes.length === 0 ? [{ name, tone: 'good', text: more } as const] : notes.map(doubt(name))));
    } catch (error) {
      if (!(error instanceof SloError)) throw error;
      const fix = error.hint === undefined ? '' : `; ${error.hint}`;
      remarks.push({ name, tone: 'bad', text: `${error.message}${fix}` });
    }
  }
  return remarks;
}

const doubt =
  (name: string) =>
  (text: string): Remark => ({ name, tone: 'doubt', text });

function wantedOf({ httpUrl, wsUrl, token, tls }: Server, env: NodeJS.ProcessEnv): Wanted {
  const { name, subprotocol } = CONTRACTS.documented;
  const reads = [{ url: `${httpUrl}/metrics`, access: withToken(token, tls) }];
  return {
    httpUrl,
    wsUrl,
    contract: name,
    subprotocol,
    paths: [LIST],
    debatePaths: [CONSENSUS],
    socket: 'load',
    reads,
    token,
    tls,
    env,
  };
}

async function askVersion({ httpUrl, token, tls }: Wanted, signal: AbortSignal): Promise<Answer> {
  const asked = { ...withToken(token, tls), timeoutMs: TIMEOUT_MS, signal };
  const health = await send(`${httpUrl}/api/health`, { ...asked, keep: RELEASE_HEADER });
  const metrics = await send(`${httpUrl}/metrics`, asked);
  if ('trouble' in health)
    return { notes: [`not known: ${httpUrl}/api/health ${exchangeText(health.trouble, health.status)}`] };
  const version = versionIn(health.text, health.kept);
  const note = versionNote(version, 'trouble' in metrics ? undefined : likelyFit(metrics.text));
  return note === undefined ? { notes: [], good: versionText(version) } : { notes: [`${note}; ${NOT_ASKED}`] };
}

async function lacksDebate(wanted: Wanted, signal: AbortSignal): Promise<Answer> {
  const prepared = await prepareDebate(wanted, signal);
  if (prepared.debateId === null) return { notes: [`none came to its end: ${prepared.reason}`] };
  return askDebate(wanted, prepared.debateId, signal);
}

/** What is refused for another reason shows no limit. */
async function isLimited({ httpUrl, token, tls }: Wanted, signal: AbortSignal): Promise<Answer> {
  const asked = { ...withToken(token, tls), timeoutMs: TIMEOUT_MS, signal };
  let good = 0;
  for (let sent = 1; sent <= BURST; sent++) {
    const answer = await send(httpUrl + (sent % 2 === 0 ? LIST : '/api/health'), asked);
    if ('trouble' in answer) return { notes: [`request ${sent} of ${BURST} got no answer: ${answer.trouble.words}`] };
    if (answer.status === 429)
      return { notes: [`request ${sent} of ${BURST} got 429: switch the limit off, see docs/real-server.md`] };
    if (answer.status === 200) good++;
  }
  return good === BURST
    ? { notes: [] }
    : { notes: [`not known: only ${good} of ${BURST} requests were answered with 200`] };
}
