/** One connection to a Redis server, or why there is none, in plain words. Every wait has a deadline, and nothing connects again by itself. */
import { createClient } from '@redis/client';
import type { HttpAccess, HttpTls } from '../http/access.ts';
import { troubleOf } from '../http/trouble.ts';

/** Numbers stay numbers; null is "nothing". */
export type Reply = string | number | null | readonly Reply[];

export interface Redis {
  /** @throws RedisTrouble. */
  ask(...words: readonly string[]): Promise<Reply>;
  /** Several commands as one: others see all of them done, or none. @throws RedisTrouble. */
  askAtOnce(commands: readonly (readonly string[])[]): Promise<void>;
  /** Harmless twice. */
  close(): void;
}

/** Why Redis did not answer. Never contains a credential. */
export class RedisTrouble extends Error {
  readonly hint: string;
  /** Nothing answers any more; false: it is there, and refuses. */
  readonly isGone: boolean;

  constructor(message: string, hint: string, isGone = false) {
    super(message);
    this.hint = hint;
    this.isGone = isGone;
  }
}

const DEADLINE_MS = 5000;

type Client = ReturnType<typeof connectionTo>;

/** @param access a user and a password, or a password alone as its token. @throws RedisTrouble. */
export async function openRedis(url: string, access: HttpAccess = {}): Promise<Redis> {
  const client = connectionTo(new URL(url), access);
  let lost: unknown;
  const broken = new Promise<never>((_, reject) => {
    // Without a listener, a connection that breaks would end the program.
    client.on('error', (error: unknown) => {
      lost ??= error;
      reject(error);
    });
  });
  broken.catch(() => undefined);
  const inWords = async <T>(waiting: Promise<T>): Promise<T> => {
    try {
      return await inTime(Promise.race([waiting, broken]));
    } catch (error) {
      // A command that is refused leaves the connection as it is.
      if (!(error instanceof Error) || !/^[A-Z]+ /.test(error.message)) close(client);
      throw troubleWith(url, error, lost);
    }
  };
  await inWords(client.connect()).catch((error: unknown) => {
    close(client);
    throw error;
  });
  return {
    ask: (...words) => inWords(client.sendCommand<Reply>(words)),
    askAtOnce: async (commands) => {
      await inWords(Promise.all([['MULTI'], ...commands, ['EXEC']].map((words) => client.sendCommand(words))));
    },
    close: () => close(client),
  };
}

function connectionTo({ protocol, hostname, port, pathname }: URL, { auth, tls }: HttpAccess) {
  const database = Number(pathname.slice(1));
  return createClient({
    // Version 3 begins with a greeting that older servers and proxies do not know.
    RESP: 2,
    disableClientInfo: true,
    ...(database > 0 ? { database } : {}),
    ...(auth === undefined
      ? {}
      : auth.kind === 'basic'
        ? { username: auth.user, password: auth.password }
        : { password: auth.token }),
    socket: {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? 6379 : Number(port),
      connectTimeout: DEADLINE_MS,
      reconnectStrategy: false,
      ...(protocol === 'rediss:' ? tlsOptions(tls) : {}),
    },
  });
}

function tlsOptions({ caPem, certPem, keyPem, unchecked = false }: HttpTls = {}) {
  return {
    tls: true,
    rejectUnauthorized: !unchecked,
    ...(caPem === undefined ? {} : { ca: caPem }),
    ...(certPem === undefined ? {} : { cert: certPem }),
    ...(keyPem === undefined ? {} : { key: keyPem }),
  } as const;
}

function close(client: Client): void {
  if (client.isOpen) client.destroy();
}

async function inTime<T>(waiting: Promise<T>): Promise<T> {
  // Whoever gave up waiting does not want to hear of a later failure.
  waiting.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late()), DEADLINE_MS);
  });
  try {
    return await Promise.race([waiting, late]);
  } finally {
    clearTimeout(timer);
  }
}

class Late extends Error {}

/** @param first what the connection said first, which is nearer to the cause than what its waiting commands get. */
function troubleWith(url: string, error: unknown, first: unknown): RedisTrouble {
  const { message } = first instanceof Error ? first : error instanceof Error ? error : new Error(String(error));
  const trouble = (what: string, hint: string) => new RedisTrouble(`${shown(url)} ${what}`, hint);
  const gone = (what: string, hint: string) => new RedisTrouble(`${shown(url)} ${what}`, hint, true);
  const noRedis = 'check the address: another program may listen there, or it may want rediss:// (TLS)';
  if (/^Unknown RESP type/.test(message)) return trouble('is no Redis: it answers something else', noRedis);
  if (error instanceof Late)
    return gone(
      `does not answer within ${DEADLINE_MS / 1000} s`,
      'is it overloaded, or does a firewall swallow the connection?',
    );
  if (/^NOAUTH/.test(message)) return trouble('needs a password', `${CREDENTIALS} give it`);
  if (/^WRONGPASS|invalid password/.test(message))
    return trouble('refuses the credentials given', `check ${CREDENTIALS}`);
  if (/AUTH .*without any password/.test(message))
    return trouble('has no password, and was given one', `leave out ${CREDENTIALS}`);
  if (/^NOPERM/.test(message))
    return trouble(`does not permit it: ${message}`, 'give a user that may read the streams: XINFO, XPENDING, XRANGE');
  if (/^(MOVED|ASK|CLUSTERDOWN)/.test(message)) return cluster(url);
  if (/^LOADING/.test(message)) return trouble('is still loading its data', 'run again when it has started');
  if (/^(ERR|WRONGTYPE|NOGROUP) /.test(message)) return trouble(`refuses: ${message}`, 'is it Redis 5 or later?');
  if (/^(Socket closed|The client is closed)/.test(message)) return gone('closed the connection', noRedis);
  return gone(
    `can't be reached: ${troubleOf(first ?? error, DEADLINE_MS).words}`,
    'is it running, and is this its port?',
  );
}

const CREDENTIALS = 'ARAGORA_SLO_REDIS_USER and _PASSWORD, or ARAGORA_SLO_REDIS_TOKEN for a password without a user,';

export function cluster(url: string): RedisTrouble {
  return new RedisTrouble(
    `${shown(url)} is a cluster, in which each node has only a part of the streams`,
    'only a single Redis, or one with replicas, can be read; point to a replica set that holds the streams, or leave --redis out',
  );
}

function shown(url: string): string {
  const { protocol, host } = new URL(url);
  return `Redis at ${protocol}//${host}`;
}
