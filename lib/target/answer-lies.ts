/** Answers that look right and are not: each is the right body with one thing changed. */
import type { IncomingHttpHeaders } from 'node:http';
import { unreachable } from '../core/error.ts';
import type { AnswerLie } from './behaviour.ts';

export interface Lie {
  readonly body: string;
  readonly contentType: string;
  /** Of the header; absent: the right one. */
  readonly date?: string;
}

const JSON_TYPE = 'application/json';

/**
 * @param rightBody a JSON object.
 * @param client the headers by which the server knows it.
 */
export function lieOf(
  how: AnswerLie,
  rightBody: string,
  client: Pick<IncomingHttpHeaders, 'authorization' | 'cookie'>,
): Lie {
  const contentType =
    how === 'plain-text' ? 'text/plain' : how === 'latin-1' ? `${JSON_TYPE}; charset=latin1` : JSON_TYPE;
  const right = JSON.parse(rightBody) as Readonly<Record<string, unknown>>;
  const changes = how === 'client-shown' ? { last_client: client } : changesOf(how, right);
  const date = how === 'header-hour-old' ? { date: new Date(Date.now() - 3_600_000).toUTCString() } : {};
  const body = JSON.stringify({ ...right, ...changes });
  return {
    contentType,
    ...date,
    body: how === 'status-twice' ? body.replace(HEALTHY, `${HEALTHY},"status":"unhealthy"`) : body,
  };
}

/** What a reader takes that stops at the first field of a name; others take the last. */
const HEALTHY = '"status":"healthy"';

function changesOf(
  how: Exclude<AnswerLie, 'client-shown'>,
  right: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  switch (how) {
    case 'header-hour-old':
    case 'status-twice':
    case 'plain-text':
    case 'latin-1':
      return {};
    case 'error-beside':
      return { error: 'database is locked' };
    case 'unhealthy-part':
      return { checks: { api: { status: 'healthy' }, database: { status: 'unhealthy' } } };
    case 'count-of-none':
      return { count: 0 };
    case 'entry-twice':
      return withEntries(right, (entries) => [...entries, ...entries.slice(0, 1)]);
    case 'entry-without-id':
      return withEntries(right, (entries) => [...entries, { task: 'a debate' }]);
    case 'questions-of-neighbours':
      return withEntries(right, (entries) =>
        entries.map((entry, at) => ({ ...Object(entry), task: Object(entries[(at + 1) % entries.length]).task })),
      );
    case 'hour-old':
      return { timestamp: new Date(Date.parse(String(right['timestamp'])) - 3_600_000).toISOString() };
    case 'more-denied':
      return { total: Number(right['total']) + 100, has_more: false };
    case 'others-alone':
      return alone('Should tabs be spaces?');
    case 'another-load-alone':
      return alone('How would you make a cache correct? (case 0badcafe)');
    case 'consensus-turned':
      return { consensus_reached: right['consensus_reached'] !== true };
    case 'similarity-of-five':
      return { convergence_similarity: 5 };
    case 'other-similarity':
      return { convergence_similarity: -0.4 };
    case 'seven-rounds':
      return { rounds_used: 7 };
    case 'other-question':
      return { task: 'Should tabs be spaces?' };
    default:
      return unreachable(how);
  }
}

function withEntries({ debates, total }: Readonly<Record<string, unknown>>, change: (entries: unknown[]) => unknown[]) {
  const entries = change(Array.isArray(debates) ? debates : []);
  return { debates: entries, count: entries.length, total: Math.max(Number(total), entries.length) };
}

/** A list of one debate of somebody else. */
function alone(task: string) {
  return { debates: [{ id: 'adhoc_of_another', task }], count: 1, total: 1, has_more: false };
}
