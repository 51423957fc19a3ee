/** Observes what the server reports: it is the Sentry during the run, and provokes an error after the load. */
import { USER_AGENT } from '../../../core/user-agent.ts';
import { withToken } from '../../../http/access.ts';
import type { Asked, Measured, ObserveContext, Observer } from '../../../observe/observer.ts';
import { secretFinder } from '../../../observe/secrets.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { Provoked, SentryObservation, SentryObserved } from '../observation.ts';
import type { SENTRY_OPTIONS } from '../options.ts';
import { Gathering } from './gathering.ts';
import { type Marks, newMarks, provoke } from './provoke.ts';
import { startSentry } from './receiver.ts';

type Options = OptionValues<typeof SENTRY_OPTIONS>;

/** An SDK sends an error at once; a busy server takes its time. */
const DEADLINE_MS = 30_000;
/** What raises an error in the reference target. */
const REFERENCE_PATH = '/_reference/error';
/** What the embedded target has to name, unless an option says otherwise. */
const EMBEDDED_ENVIRONMENT = 'aragora-slo';

/** @param deadlineMs for the arrival of an error. @throws SloError `prerequisite-missing` when the port is taken */
export async function observeSentry(context: ObserveContext, deadlineMs = DEADLINE_MS): Promise<Observer> {
  const { embedded, signal } = context;
  const options: Options = context.options;
  const marks = newMarks();
  const own = [secretFinder([marks.secret]), context.secrets];
  const gathering = new Gathering({ secrets: own, email: secretFinder([marks.email]) }, USER_AGENT);
  const receiver = await startSentry({ ...addressOf(options), take: (envelope) => gathering.add(envelope) });
  const environment = options.sentryEnvironment ?? (embedded ? EMBEDDED_ENVIRONMENT : null);
  let asked: Asked | undefined;
  return {
    ...(embedded && { targetArgs: ['--sentry-dsn', receiver.dsn, '--sentry-environment', `${environment}`] }),
    note: `the server's SENTRY_DSN during this run: ${receiver.dsn}`,
    before: async (server) => {
      asked = server;
    },
    collect: async () => [],
    after: async (measured) => {
      const provoked = await provokedIn(asked, { context, gathering, marks, deadlineMs });
      signal.throwIfAborted();
      const { dsn, counts } = receiver;
      const envelopes = { ...counts, problems: [...counts.problems] };
      const from = { source: 'direct', url: withoutKey(dsn), envelopes } as const;
      return [observation({ context, from, gathering, environment }, measured, provoked)];
    },
    close: () => receiver.stop(),
  };
}

function addressOf({ sentryListen = '' }: Options): { readonly host: string; readonly port: number } {
  const colon = sentryListen.lastIndexOf(':');
  return {
    host: sentryListen.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(sentryListen.slice(colon + 1)),
  };
}

export interface ToProvoke {
  readonly context: ObserveContext;
  readonly gathering: Gathering;
  readonly marks: Marks;
  readonly deadlineMs: number;
}

export async function provokedIn(server: Asked | undefined, to: ToProvoke): Promise<Provoked> {
  const { context, gathering, marks, deadlineMs } = to;
  const { embedded, token, tls, signal } = context;
  const { sentryErrorPath }: Options = context.options;
  const path = embedded ? REFERENCE_PATH : sentryErrorPath;
  if (path === undefined || server === undefined)
    return { unasked: 'no error was provoked: --sentry-error-path names a path that raises one' };
  // The reference target takes any token. A real one may refuse a stranger's before it raises the error.
  const access = withToken(token ?? (embedded ? marks.secret : undefined), tls);
  return provoke(gathering, { url: `${server.httpUrl}${path}`, access, marks, deadlineMs, signal });
}

interface Seen {
  readonly context: ObserveContext;
  /** Where it was received, or read. */
  readonly from: Pick<SentryObserved, 'source' | 'url' | 'envelopes'>;
  readonly gathering: Gathering;
  readonly environment: string | null;
}

export function observation(seen: Seen, { started }: Measured, provoked: Provoked): SentryObservation {
  const { context, from, gathering, environment: expected } = seen;
  const { environments, withoutEnvironment, secret, ...rest } = gathering.seen;
  const { searched, tooShort } = context.secrets;
  const requests = [true, false, null].reduce((sum, flag) => sum + context.sent.count(started, flag), 0);
  return {
    kind: 'sentry',
    status: 'collected',
    ...from,
    embedded: context.embedded,
    provoked,
    ...rest,
    requests,
    environment: { expected, seen: environments, without: withoutEnvironment },
    sentAuthorization: context.embedded || context.token !== undefined,
    secrets: { ...secret, searched: searched + 1, tooShort },
  };
}

function withoutKey(dsn: string): string {
  const url = new URL(dsn);
  url.username = '';
  return url.href;
}
