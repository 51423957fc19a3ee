/** The server's own /metrics: whether it can be read at all. Without it the run still has everything that clients measure. */
import { SloError } from '../core/error.ts';
import { exchangeText } from '../http/trouble.ts';
import { MOST_EXPOSITION_BYTES, type ReadAtServer } from '../observe/observer.ts';
import { causeOf } from './answers.ts';
import { ask } from './ask.ts';
import { contractNote } from './contract.ts';
import { type Found, TIMEOUT_MS, type Wanted } from './question.ts';
import { saidIn } from './said.ts';

export async function askMetrics(wanted: Wanted, signal: AbortSignal): Promise<Found> {
  const notes: string[] = [];
  const { timeoutMs = TIMEOUT_MS } = wanted;
  for (const { url, access } of wanted.reads) {
    const answer = await ask(url, { ...access, timeoutMs, maxBytes: MOST_EXPOSITION_BYTES, signal });
    const unread = 'trouble' in answer ? exchangeText(answer.trouble, answer.status) : unreadable(answer);
    if (unread !== undefined) notes.push(`no metrics can be judged: ${url} ${unread}`);
    else if ('text' in answer && wanted.contract !== null)
      notes.push(...[contractNote(answer.text, wanted.contract) ?? []].flat());
  }
  return { notes };
}

/** The text of an exposition. @throws SloError `target-unreachable` when it can't be read, or is none. */
export async function readExposition({ url, access }: ReadAtServer, signal: AbortSignal): Promise<string> {
  const answer = await ask(url, { ...access, timeoutMs: TIMEOUT_MS, maxBytes: MOST_EXPOSITION_BYTES, signal });
  const unread = 'trouble' in answer ? exchangeText(answer.trouble, answer.status) : unreadable(answer);
  if (unread === undefined && 'text' in answer) return answer.text;
  throw new SloError('target-unreachable', `nothing to learn from: ${url} ${unread ?? 'has no text'}`);
}

/** Why no metrics can be read from an answer, and what to do; undefined where they can. */
export function unreadable(answer: Parameters<typeof causeOf>[0]): string | undefined {
  const cause = causeOf(answer);
  if (cause !== undefined) return `${cause.words}; ${cause.isOfPlace ? ELSEWHERE : cause.fix}`;
  if (answer.status !== 200)
    return `answers ${answer.status}${saidIn(answer.text)}; its log may say why, and --no-telemetry judges a run without it`;
  if (/^# TYPE /m.test(answer.text)) return undefined;
  return 'has no line with a type; Aragora writes such text where its Python has no prometheus_client: install it there';
}

const ELSEWHERE = 'name where they are with --metrics, or the Prometheus that has them';
