/** How probes ask the server: one HTTP request at a time, each counted, and what of an answer is kept. */
import { setTimeout as sleep } from 'node:timers/promises';
import { clip, plain } from '../../../core/text.ts';
import type { HttpAccess } from '../../../http/access.ts';
import { type HttpRequest, type HttpResponse, type HttpTrouble, type Line, send } from '../../../http/client.ts';
import type { Asked } from '../../../observe/observer.ts';
import type { Answered } from '../observation.ts';

const TIMEOUT_MS = 10_000;
/** A server may show what was created a moment later. */
const LATER_MS = 1000;
const MOST_BYTES = 4 * 1024 * 1024;
/** All together: a probe that would like to read once more lets it be. */
const MOST_REQUESTS = 22;
/** Moved to the same path with a slash, or without. */
const MOVED = [301, 302, 307, 308];

export type Answer = HttpResponse | HttpTrouble;

export class Asking {
  readonly server: Asked;
  readonly access: HttpAccess;
  readonly signal: AbortSignal;
  requests = 0;

  constructor(server: Asked, access: HttpAccess, signal: AbortSignal) {
    this.server = server;
    this.access = access;
    this.signal = signal;
  }

  /** Over a new connection. Throws only the signal's reason. */
  async ask(path: string, more: HttpRequest = {}, line?: Line): Promise<Answer> {
    const asked = {
      ...this.access,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MOST_BYTES,
      signal: this.signal,
      ...more,
    };
    const url = new URL(this.server.httpUrl + path);
    const over = (to: URL) => {
      this.requests += 1;
      return line === undefined ? send(to, asked) : line.send(to, asked);
    };
    const answer = await over(url);
    const slash = slashed(url, answer);
    return slash === null ? answer : over(slash);
  }

  /** Waits as long as a server may take to show something new; false where there were enough requests. */
  async later(): Promise<boolean> {
    if (this.requests >= MOST_REQUESTS) return false;
    await sleep(LATER_MS, undefined, { signal: this.signal });
    return true;
  }

  /** Throws only the signal's reason. */
  async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.signal });
  }

  /** Waits until something holds, at most so long. Throws only the signal's reason. */
  async until(holds: () => boolean, mostMs: number): Promise<void> {
    const endMs = Date.now() + mostMs;
    while (!holds() && Date.now() < endMs) await sleep(POLL_MS, undefined, { signal: this.signal });
  }
}

const POLL_MS = 10;

function slashed(url: URL, answer: Answer): URL | null {
  if ('trouble' in answer || !MOVED.includes(answer.status) || answer.location === undefined) return null;
  if (!URL.canParse(answer.location, url.href)) return null;
  const to = new URL(answer.location, url);
  const bare = ({ pathname }: URL): string => pathname.replace(/\/+$/, '');
  return to.origin === url.origin && bare(to) === bare(url) && to.href !== url.href ? to : null;
}

/** The fields of a JSON object; null for anything else. */
export function objectIn(answer: Answer): Readonly<Record<string, unknown>> | null {
  if ('trouble' in answer) return null;
  try {
    const value: unknown = JSON.parse(answer.text);
    return isObject(value) ? value : null;
  } catch {
    return null; // Not JSON is one of the things that a probe looks for.
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function answered(answer: Answer): Answered {
  if ('trouble' in answer) return { trouble: answer.trouble.kind, words: answer.trouble.words };
  return { status: answer.status, contentType: answer.contentType, isObject: objectIn(answer) !== null };
}

/** What went wrong, in words for a person; null for an answer of 2xx. */
export function refusalOf(answer: Answer): string | null {
  if ('trouble' in answer) return answer.trouble.words;
  return answer.status >= 200 && answer.status < 300 ? null : `it answers ${answer.status}`;
}

const SAID_CHARS = 240;

/** The server's own message for a person, in the fields that servers use for it; null where there is none. */
export function messageIn(answer: Answer): string | null {
  const fields = objectIn(answer);
  const said = ['error', 'message', 'detail', 'reason']
    .map((name) => fields?.[name])
    .flatMap((value) => (isObject(value) ? value['message'] : value))
    .find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof said === 'string' ? clip(plain(said), SAID_CHARS) : null;
}

export function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
