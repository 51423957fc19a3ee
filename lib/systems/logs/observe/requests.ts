/** What lines say of the load's requests that are looked up, in limited memory. */
import { levelNamed } from '../levels.ts';
import type { LoggedRequest, SaidField } from '../observation.ts';
import { isOfItself, OF_ITSELF } from './debate-fields.ts';

/** Requests that are looked up: a few each second. Further ones are not followed. */
const MOST_REQUESTS = 50_000;
/** Of them, about as many are written down. */
const MOST_WRITTEN = 2000;

type Entry = Readonly<Record<string, unknown>>;

/** What is known of a line. `error`: its message, where it has the level of a failure. */
export interface LineFacts {
  /** In the guides' word. */
  readonly level: string | undefined;
  readonly atMs: number | undefined;
  readonly error?: string | undefined;
}

/** Fields in which servers say it. Those of a request count only in lines that have two of them: a path alone may be that of a file. */
const OF_REQUESTS = { method: 'method', path: 'path', status: 'status', durationMs: 'duration_ms' } as const;
const OF_DEBATES = { debateId: 'debate_id' } as const;
const IN_NUMBERS: ReadonlySet<string> = new Set([OF_REQUESTS.status, OF_REQUESTS.durationMs, OF_ITSELF.agentCount]);
const MOST_SAID = 5;

/** Names that servers and collectors give a second level beside the documented one. */
const LEVEL_NAMES = ['severity', 'severity_text', 'levelname', 'log.level', 'loglevel'] as const;
const LEVEL_WORDS: ReadonlySet<string> = new Set(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']);
/** Where in the source a line was written, and what it says. */
const OF_ONE_EVENT = ['logger', 'module', 'function', 'line', 'message'] as const;
const MOST_EVENTS = 20;

interface Followed {
  lines: number;
  /** Lines that say the status of a request, by their place in the source, their message and what was asked for. */
  readonly answers: Map<string, number>;
  readonly said: Record<SaidField, Set<string>>;
  readonly levels: Set<string>;
  firstMs: number | null;
  lastMs: number | null;
  requestMs: number | null;
  error: string | undefined;
}

/** Whether a line is about a request: it says two of its method, path and status. */
export function isOfRequest(entry: Entry): boolean {
  return ['method', 'path', 'status'].filter((field) => Object.hasOwn(entry, field)).length >= 2;
}

export class LoggedRequests {
  readonly #requests = new Map<string, Followed>();

  add(traceId: string, entry: Entry, { level, atMs, error }: LineFacts): void {
    const known = this.#requests.get(traceId);
    if (known === undefined && this.#requests.size >= MOST_REQUESTS) return;
    const followed = known ?? newlyFollowed();
    this.#requests.set(traceId, followed);
    followed.lines += 1;
    listen(followed.said, entry, level);
    countAnswer(followed.answers, entry);
    if (level !== undefined && followed.levels.size < 10) followed.levels.add(level.slice(0, 30));
    followed.error ??= error;
    if (atMs === undefined) return;
    followed.firstMs = Math.min(followed.firstMs ?? atMs, atMs);
    followed.lastMs = Math.max(followed.lastMs ?? atMs, atMs);
    if (isOfRequest(entry)) followed.requestMs = atMs;
  }

  forget(traceId: string): void {
    this.#requests.delete(traceId);
  }

  of(traceIds: readonly string[]): LoggedRequest[] {
    const every = Math.ceil(traceIds.length / MOST_WRITTEN);
    return traceIds.flatMap((traceId, at) => {
      if (at % every !== 0) return [];
      const followed = this.#requests.get(traceId);
      if (followed === undefined) return [];
      const { levels, said, error, answers, ...rest } = followed;
      const most = Math.max(0, ...answers.values());
      return [
        {
          traceId,
          ...rest,
          answers: most,
          ...(error !== undefined && { error }),
          levels: [...levels],
          said: textsOf(said),
        },
      ];
    });
  }
}

function newlyFollowed(): Followed {
  const said = { method: new Set<string>(), path: new Set<string>(), status: new Set<string>() };
  const more = { durationMs: new Set<string>(), debateId: new Set<string>(), debate: new Set<string>() };
  return {
    lines: 0,
    answers: new Map(),
    said: { ...said, ...more, agentCount: new Set<string>(), otherLevel: new Set<string>() },
    levels: new Set(),
    ...{ firstMs: null, lastMs: null, requestMs: null, error: undefined },
  };
}

/** A line for each handler that a request passes comes from another place or says something else, for example that it was slow. */
function countAnswer(answers: Followed['answers'], entry: Entry): void {
  const asked = [OF_REQUESTS.method, OF_REQUESTS.path, OF_REQUESTS.status].map((name) => entry[name]);
  if (asked.includes(undefined)) return;
  const key = JSON.stringify([...asked, ...OF_ONE_EVENT.map((name) => entry[name])]);
  if (answers.has(key) || answers.size < MOST_EVENTS) answers.set(key, (answers.get(key) ?? 0) + 1);
}

/** A second level that is another one than the line's own. */
function otherLevelOf(entry: Entry, level: string): string | undefined {
  return LEVEL_NAMES.map((name) => (Object.hasOwn(entry, name) ? levelNamed(String(entry[name])) : '')).find(
    (other) => LEVEL_WORDS.has(other) && other !== level,
  );
}

function listen(said: Followed['said'], entry: Entry, level = ''): void {
  // Beside something else than a request it may be the severity of what is reported.
  const other = isOfRequest(entry) && LEVEL_WORDS.has(level) ? otherLevelOf(entry, level) : undefined;
  if (other !== undefined && said.otherLevel.size < MOST_SAID) said.otherLevel.add(other);
  const listened = {
    ...(isOfRequest(entry) ? OF_REQUESTS : {}),
    ...OF_DEBATES,
    ...(isOfItself(entry) ? OF_ITSELF : {}),
  };
  for (const [field, name] of Object.entries(listened)) {
    const values = said[field as SaidField];
    const value = Object.hasOwn(entry, name) ? entry[name] : undefined;
    // No document gives these fields a type, so one of another type says nothing.
    const isSaid = typeof value === 'string' || (typeof value === 'number' && IN_NUMBERS.has(name));
    if (isSaid && values.size < MOST_SAID) values.add(String(value).slice(0, 200));
  }
}

function textsOf(said: Followed['said']): LoggedRequest['said'] {
  return Object.fromEntries(
    Object.entries(said).flatMap(([field, values]) => (values.size > 0 ? [[field, [...values]]] : [])),
  );
}
