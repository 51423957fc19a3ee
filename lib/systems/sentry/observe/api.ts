/**
 * Reads a provoked error back from a team's Sentry, by its documented API: the list of a project's events, with their bodies. Events of others are
 * counted, and not looked at.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SloError } from '../../../core/error.ts';
import { USER_AGENT } from '../../../core/user-agent.ts';
import { fetchJson, type HttpFailure } from '../../../http/backend.ts';
import type { Asked, ObserveContext, Observer } from '../../../observe/observer.ts';
import { secretFinder } from '../../../observe/secrets.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { SentryObservation } from '../observation.ts';
import type { SENTRY_OPTIONS } from '../options.ts';
import { fieldsOf } from './envelope.ts';
import { Gathering } from './gathering.ts';
import { observation, provokedIn } from './observer.ts';
import { newMarks } from './provoke.ts';

type Options = OptionValues<typeof SENTRY_OPTIONS>;

/** A Sentry takes an event at once, and lists it once its own queue has come to it. */
const DEADLINE_MS = 60_000;
const BETWEEN_LOOKS_MS = 1000;
/** Sentry lists so many at once. */
const PAGE = 100;

/** @param deadlineMs until an error is listed. @throws SloError `usage` for options that do not fit each other. */
export function observeSentryApi(context: ObserveContext, deadlineMs = DEADLINE_MS): Observer {
  const options: Options = context.options;
  const url = eventsUrl(options);
  const marks = newMarks();
  const own = [secretFinder([marks.secret]), context.secrets];
  const gathering = new Gathering({ secrets: own, email: secretFinder([marks.email]) }, USER_AGENT);
  const events = new Events(url, context, gathering);
  let asked: Asked | undefined;
  return {
    before: async (server) => {
      asked = server;
      await events.remember();
    },
    collect: async () => [],
    after: async (measured) => {
      // What came during the load is not the error that is provoked.
      await events.remember();
      const done = new AbortController();
      const looking = events.watch(done.signal);
      // Nothing is provoked where nothing could be read.
      const provoked =
        events.failure === undefined ? await provokedIn(asked, { context, gathering, marks, deadlineMs }) : undefined;
      done.abort();
      await looking;
      context.signal.throwIfAborted();
      if (provoked === undefined || events.failure !== undefined) return [unavailable(events.failure)];
      const from = { source: 'api', url, envelopes: events.counts } as const;
      const environment = options.sentryEnvironment ?? null;
      return [observation({ context, from, gathering, environment }, measured, provoked)];
    },
  };
}

function eventsUrl({ sentry = '', sentryProject, sentryErrorPath, sentryListen }: Options): string {
  const needs = (what: string): SloError =>
    new SloError('usage', `--sentry ${what}`, { hint: 'see docs/checks/sentry.md' });
  if (sentryListen !== undefined) throw needs('and --sentry-listen exclude each other: a server reports to one Sentry');
  if (sentryProject === undefined) throw needs('needs --sentry-project ORGANIZATION/PROJECT');
  if (sentryErrorPath === undefined)
    throw needs('needs --sentry-error-path: only an error that was provoked is looked for');
  return `${sentry.replace(/\/+$/, '')}/api/0/projects/${sentryProject}/events/`;
}

/** The newest events of a project, looked at again and again. */
class Events {
  readonly #url: string;
  readonly #context: ObserveContext;
  readonly #gathering: Gathering;
  readonly #known = new Set<string>();
  /** More new events than one look shows. */
  #unread = 0;
  failure: HttpFailure | undefined;

  constructor(url: string, context: ObserveContext, gathering: Gathering) {
    this.#url = url;
    this.#context = context;
    this.#gathering = gathering;
  }

  get counts() {
    return { requests: this.#known.size, malformed: 0, problems: [], unread: this.#unread };
  }

  async watch(done: AbortSignal): Promise<void> {
    while (!done.aborted && this.failure === undefined) {
      await this.#look();
      await sleep(BETWEEN_LOOKS_MS, undefined, { signal: done }).catch(() => undefined);
    }
  }

  /** Everything that is there is known already. */
  async remember(): Promise<void> {
    for (const event of await this.#list()) this.#known.add(idOf(event));
  }

  /** [] once it could not be read. */
  async #list(): Promise<readonly unknown[]> {
    if (this.failure !== undefined) return [];
    const { access, signal } = this.#context;
    const answer = await fetchJson(`${this.#url}?full=true`, { ...access['sentry'], signal });
    if (!answer.ok) {
      this.failure = answer;
      return [];
    }
    if (!Array.isArray(answer.data)) {
      const reason = `GET ${this.#url} answers no list of events`;
      this.failure = { ok: false, status: answer.status, reason, hint: 'is this the address of a Sentry?' };
      return [];
    }
    return answer.data as readonly unknown[];
  }

  async #look(): Promise<void> {
    const listed = await this.#list();
    const fresh = listed.filter((event) => !this.#known.has(idOf(event)));
    // Between two looks came more than one shows.
    const isFull = this.#known.size > 0 || fresh.length >= PAGE;
    if (isFull && fresh.length > 0 && fresh.length === listed.length) this.#unread += 1;
    for (const event of fresh) {
      this.#known.add(idOf(event));
      this.#add(event);
    }
  }

  #add(event: unknown): void {
    const text = JSON.stringify(event);
    if (this.#gathering.isAwaited(text))
      this.#gathering.add({ trace: {}, items: [{ type: 'event', data: asReported(event), text }] });
    else this.#gathering.addOther();
  }
}

const idOf = (event: unknown): string => String(fieldsOf(event)['eventID']);

/** As an SDK sends it: what is in the list of entries stands under its own name, and the environment is no tag. */
function asReported(event: unknown): Readonly<Record<string, unknown>> {
  const { entries, tags, ...rest } = fieldsOf(event);
  const parts = listOf(entries).map((entry) => [String(fieldsOf(entry)['type']), fieldsOf(entry)['data']] as const);
  const named = listOf(tags).map((tag) => [String(fieldsOf(tag)['key']), fieldsOf(tag)['value']] as const);
  const tag = Object.fromEntries(named);
  const release = fieldsOf(rest['release'])['version'] ?? tag['release'];
  return { ...rest, ...Object.fromEntries(parts), tags: tag, environment: tag['environment'], release };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function unavailable(failure: HttpFailure | undefined): SentryObservation {
  const { reason = 'Sentry was not asked', hint = 'run again' } = failure ?? {};
  return { kind: 'sentry', status: 'unavailable', source: 'api', reason, hint };
}
