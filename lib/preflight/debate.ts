/** The paths on a debate, asked once of the prepared one. A server may show a debate late, so none of them ends the run but a token that is missing. */
import { SloError } from '../core/error.ts';
import { withToken } from '../http/access.ts';
import { exchangeText } from '../http/trouble.ts';
import { causeOf } from './answers.ts';
import { ask } from './ask.ts';
import { type Found, MAX_BODY_BYTES, NOTHING, TIMEOUT_MS, type Wanted } from './question.ts';

export async function askDebate(wanted: Wanted, debateId: string | null, signal: AbortSignal): Promise<Found> {
  if (debateId === null) return NOTHING;
  const request = { ...withToken(wanted.token, wanted.tls), timeoutMs: TIMEOUT_MS, maxBytes: MAX_BODY_BYTES, signal };
  const notes: string[] = [];
  for (const path of wanted.debatePaths) {
    const url = wanted.httpUrl + path.replace('{id}', () => encodeURIComponent(debateId));
    const answer = await ask(url, request);
    if ('trouble' in answer) {
      notes.push(`${url} ${exchangeText(answer.trouble, answer.status)}`);
      continue;
    }
    const cause = causeOf(answer);
    if (cause !== undefined && (answer.status === 401 || answer.status === 403))
      throw new SloError('target-unreachable', `${url} ${cause.words}`, {
        hint: `${cause.fix}, or choose a profile that does not ask for it`,
      });
    if (cause !== undefined) notes.push(`${url} ${cause.words}`);
    else if (answer.status !== 200) notes.push(`${url} answers ${answer.status}`);
  }
  return { notes };
}
