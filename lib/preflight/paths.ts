/** Each path of the load, asked as the load will ask it. A path that only the set-up keeps from answering ends the run. */
import { SloError } from '../core/error.ts';
import { withToken } from '../http/access.ts';
import type { HttpTrouble } from '../http/client.ts';
import { causeOf } from './answers.ts';
import { ask, unreachableTarget } from './ask.ts';
import { type Found, MAX_BODY_BYTES, TIMEOUT_MS, type Wanted } from './question.ts';
import { saidIn } from './said.ts';

/** One refusal in a hundred is measured, not refused: only what comes each time is a matter of the set-up. */
const ATTEMPTS = 3;

export async function askPaths(wanted: Wanted, signal: AbortSignal): Promise<Found> {
  const notes: string[] = [];
  for (const url of urlsOf(wanted)) notes.push(...(await askPath(url, wanted, signal)).notes);
  return { notes };
}

/** The addresses that the load requests again and again. */
export function urlsOf({ httpUrl, paths }: Wanted): string[] {
  return ['/api/health', ...paths].map((path) => httpUrl + path);
}

export async function askPath(url: string, wanted: Wanted, signal: AbortSignal): Promise<Found> {
  const note = await noteOn(wanted, url, signal);
  return { notes: note === undefined ? [] : [`${url} ${note}`] };
}

/** What the load will measure and a person should know before. @throws SloError for what makes it meaningless. */
async function noteOn(wanted: Wanted, url: string, signal: AbortSignal): Promise<string | undefined> {
  const access = withToken(wanted.token, wanted.tls);
  const { timeoutMs = TIMEOUT_MS } = wanted;
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(url, { ...access, timeoutMs, maxBytes: MAX_BODY_BYTES, signal });
    if ('trouble' in answer) {
      if (answer.trouble.kind === 'too-large') throw tooLarge(url, answer);
      return answer.status === null
        ? unreachableTarget(wanted, url, answer)
        : `does not finish its answer: ${answer.trouble.words}`;
    }
    const cause = causeOf(answer);
    if (cause === undefined)
      return answer.status === 200 ? undefined : `answers ${answer.status}${saidIn(answer.text)}`;
    if (attempt === ATTEMPTS) throw new SloError('target-unreachable', `${url} ${cause.words}`, { hint: cause.fix });
  }
}

function tooLarge(url: string, { status, trouble }: HttpTrouble): SloError {
  const what = status === null ? `: ${trouble.words}` : ` answers with more than ${MAX_BODY_BYTES / 1024} KiB`;
  const answered = `${url}${what}`;
  return new SloError('target-unreachable', `${answered}: this is not an Aragora, and is not loaded`, { hint: HINT });
}

const HINT = 'is this the address of the API, and not of a user interface, a login or a proxy?';
