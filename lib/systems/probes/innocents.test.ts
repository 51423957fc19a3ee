/** Healthy servers that look odd to single requests: the probes accuse none of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type ProxyChanges, startProxy } from '../../../test/innocent/proxy.ts';
import { findingsOn, probedAt } from '../../../test/support/probes-run.ts';
import type { Distortion, OutgoingAnswer } from '../../target/distortion.ts';
import { startTarget, type Target, type TargetOptions } from '../../target/target.ts';
import type { ProbesObservation } from './observation.ts';

interface Innocent {
  readonly name: string;
  readonly because: string;
  readonly waits?: NonNullable<TargetOptions['patch']>['waits'];
  readonly answer?: NonNullable<Distortion['answer']>;
  readonly proxy?: ProxyChanges;
  /** Calls the server as long as the probes are sent. */
  readonly others?: (httpUrl: string) => Promise<unknown>;
  /** The list was asked before anything was created. */
  readonly asksList?: boolean;
  /** What does not pass then, without gating. */
  readonly open?: readonly string[];
}

const READ = /^GET \/api\/debates\/[^/]+$/;
const ROUNDS_OF_PROBE = 2;

/** As the JSON object that it is. */
function fieldsOf({ body }: OutgoingAnswer): Readonly<Record<string, unknown>> {
  return JSON.parse(body) as Readonly<Record<string, unknown>>;
}

function shownLate(lateMs: number): NonNullable<Distortion['answer']> {
  const endedAtMs = new Map<unknown, number>();
  return (right, { method, path }) => {
    if (right.status !== 200 || !READ.test(`${method} ${path}`)) return right;
    const { id, final_answer: answer, ...debate } = fieldsOf(right);
    if (answer === undefined) return right;
    const atMs = endedAtMs.get(id) ?? Date.now();
    endedAtMs.set(id, atMs);
    if (Date.now() >= atMs + lateMs) return right;
    return { ...right, body: JSON.stringify({ ...debate, id, status: 'running', consensus_reached: false }) };
  };
}

function copiesByAccept(): NonNullable<Distortion['answer']> {
  const copies = new Map<unknown, OutgoingAnswer>();
  return (right, { path, headers }) => {
    if (path !== '/metrics') return right;
    const copy = copies.get(headers.accept) ?? right;
    copies.set(headers.accept, copy);
    return copy;
  };
}

/** Each debate, read by its id, is made at most once in so many ms. */
function readKept(keptMs: number): NonNullable<Distortion['answer']> {
  const kept = new Map<string, { readonly right: OutgoingAnswer; readonly atMs: number }>();
  return (right, { method, path }) => {
    if (!READ.test(`${method} ${path}`)) return right;
    const old = kept.get(path);
    if (old !== undefined && Date.now() < old.atMs + keptMs) return old.right;
    kept.set(path, { right, atMs: Date.now() });
    return right;
  };
}

/** Every second exposition is of another replica, which has served others before: it has counted more, and other debates. */
function inTurns(): NonNullable<Distortion['answer']> {
  let asked = 0;
  return (right, { path }) => {
    if (path !== '/metrics') return right;
    asked += 1;
    if (asked % 2 === 1) return right;
    const other = right.body.replace(/(\{[^}]*endpoint="\/api\/debates\/)[^"]*/g, '$1{debate}');
    return { ...right, body: other.replace(/ (\d+)$/gm, (_, value) => ` ${Number(value) * 3}`) };
  };
}

function healthInTurns(): NonNullable<Distortion['answer']> {
  let asked = 0;
  return (right, { path }) => {
    if (path !== '/api/health') return right;
    asked += 1;
    return asked % 2 === 1 ? right : { ...right, body: right.body.replace('healthy', 'degraded') };
  };
}

/** The list is made at most once in so many ms, or, as `renewing`, behind an old answer. */
function listKept(keptMs: number, renewing = false): NonNullable<Distortion['answer']> {
  let kept: { readonly right: OutgoingAnswer; readonly atMs: number } | undefined;
  return onList((right) => {
    const old = kept;
    const isOld = old === undefined || Date.now() >= old.atMs + keptMs;
    if (isOld) kept = { right, atMs: Date.now() };
    return old === undefined || (isOld && !renewing) ? right : old.right;
  });
}

function onList(change: (right: OutgoingAnswer) => OutgoingAnswer): NonNullable<Distortion['answer']> {
  return (right, { method, path }) => (method === 'GET' && path === '/api/debates' ? change(right) : right);
}

/** What a list has of all, by the debates that it shows. */
function listOf(change: (debates: readonly object[]) => object): NonNullable<Distortion['answer']> {
  return onList((right) => {
    const { debates } = fieldsOf(right);
    return { ...right, body: JSON.stringify(change(debates as readonly object[])) };
  });
}

const changed = (change: Partial<Answer>) => (right: Answer) => ({ ...right, ...change });
const problem = { type: 'about:blank', title: 'Not Found', status: 404 };

const INNOCENTS: readonly Innocent[] = [
  {
    name: 'a problem as application/problem+json',
    because: 'RFC 9457',
    proxy: {
      answer: (right) =>
        right.status === 404
          ? {
              ...right,
              headers: { 'content-type': 'application/problem+json' },
              body: Buffer.from(JSON.stringify(problem)),
            }
          : right,
    },
  },
  {
    name: 'no health of services',
    because: 'Aragora 2.11 has no such path',
    answer: (right, { path }) =>
      path === '/api/health/services' ? { status: 404, body: '{"error":"Not found"}' } : right,
    open: ['probes.services'],
  },
  {
    name: 'a service that is not configured, and does not work',
    because: 'a server may do without it',
    answer: (right, { path }) =>
      path === '/api/health/services'
        ? { ...right, body: '{"status":"healthy","services":{"elo":{"healthy":false,"configured":false}}}' }
        : right,
  },
  {
    name: 'a service that has lost one of three replicas, and says so',
    because: 'it works without it, and what was yesterday is over',
    answer: (right, { path }) =>
      path === '/api/health/services'
        ? {
            ...right,
            body: '{"status":"healthy","services":{"api":{"status":"healthy","last_state":"unhealthy","replicas":["healthy","healthy","unhealthy"]}}}',
          }
        : right,
  },
  {
    name: 'a list that calls each debate stored',
    because: 'an entry may have a status of its own',
    answer: listOf((debates) => ({
      debates: debates.map((debate) => ({ ...debate, status: 'stored' })),
      has_more: false,
    })),
  },
  {
    name: 'an ended debate is gone',
    because: 'no document says how long it is kept',
    answer: (right, { method, path }) =>
      READ.test(`${method} ${path}`) && right.status === 200 && fieldsOf(right)['rounds_used'] === ROUNDS_OF_PROBE
        ? { status: 410, body: '{"error":"Gone"}' }
        : right,
    open: ['probes.read-back'],
  },
  {
    name: 'an end that is shown 0.8 s late',
    because: 'what is written in one place is read in another',
    answer: shownLate(800),
  },
  {
    name: 'a long body that is refused by what stands in front',
    because: 'a clear refusal is fine, as HTML too',
    answer: (right, { bodyBytes }) => (bodyBytes > 16_384 ? { status: 413, body: '<html>Too large</html>' } : right),
  },
  {
    name: 'compressed answers',
    because: 'some proxies compress everything',
    proxy: {
      answer: (right) => ({
        ...right,
        headers: { ...right.headers, 'content-encoding': 'gzip' },
        body: gzipSync(right.body),
      }),
    },
  },
  {
    name: 'connections closed after each answer',
    because: 'Aragora 2.11 speaks HTTP/1.0',
    proxy: { answer: (right) => changed({ headers: { ...right.headers, connection: 'close' } })(right) },
  },
  { name: 'no subprotocol', because: 'no document asks for one', proxy: { namesNoSubprotocol: true } },
  {
    name: 'events with more keys',
    because: 'a newer release says more',
    proxy: { event: (event) => ({ trace: { hop: 1 }, ...event, schema: 2 }) },
  },
  {
    name: 'metrics kept by what stands in front, for each kind of client',
    because: 'a copy that is some seconds old is right',
    answer: copiesByAccept(),
    open: ['probes.accept'],
  },
  { name: 'a list that is kept for 5 s', because: 'it may be that old', answer: listKept(5000), asksList: true },
  {
    name: 'a list that is kept for 5 s, and renewed behind an old answer',
    because: 'the next answer is the new one',
    answer: listKept(5000, true),
    asksList: true,
  },
  { name: 'a list that is kept for 10 s', because: 'it may be that old', answer: listKept(10_000), asksList: true },
  {
    name: 'a list that is kept for 10 s, and renewed behind an old answer',
    because: 'the next answer is the new one',
    answer: listKept(10_000, true),
    asksList: true,
  },
  { name: 'debates that are kept for 10 s', because: 'a proxy may keep what it has read', answer: readKept(10_000) },
  {
    name: 'metrics of two replicas in turns',
    because: 'a balancer asks one after the other',
    answer: inTurns(),
    open: ['probes.accept'],
  },
  {
    name: 'two replicas that answer in turns, one of them degraded',
    because: 'a balancer asks one after the other',
    answer: healthInTurns(),
    open: ['probes.user-agent'],
  },
  {
    name: 'a service that it can do without, and does not say so',
    because: 'Aragora 2.11 stays healthy without its pool of connections',
    answer: (right, { path }) =>
      path === '/api/health/services'
        ? { ...right, body: '{"status":"healthy","services":{"elo":{"status":"unhealthy"},"api":"healthy"}}' }
        : right,
  },
  {
    name: 'messages that wait for a second and a half on their way',
    because: 'a slow queue stands between a debate and its clients, and answers pass it',
    waits: { 'agent-response': 'constant(300ms)', 'debates-list': 'constant(1s)' },
    proxy: { burst: { of: /"(agent_message|debate_end)"/, forMs: 1500 } },
    answer: (right, { path }) =>
      path === '/api/debates' ? { ...right, body: right.body.replaceAll('"running"', '"completed"') } : right,
    open: ['probes.running'],
  },
  {
    name: 'a list of what runs',
    because: 'no document says that it holds what has ended',
    answer: listOf((debates) => {
      const running = debates.filter((debate) => 'status' in debate && debate.status === 'running');
      return { debates: running, count: running.length, total: running.length, has_more: false };
    }),
    open: ['probes.list'],
  },
  {
    name: 'a list that is sorted the other way, and has no more than an entry on a page',
    because: 'the next page has the rest',
    answer: listOf((debates) => ({ debates: debates.slice(-1), total: debates.length, limit: 1 })),
  },
  {
    name: 'answers after 0.3 s and debates of 4 s',
    because: 'the objectives allow them',
    waits: { all: 'constant(300ms)', 'agent-response': 'constant(1800ms)', 'agent-call': 'constant(500ms)' },
  },
  {
    name: 'debates that are over at once',
    because: 'nobody says how long one lasts',
    waits: { 'debate-start': 'constant(0ms)', 'agent-response': 'constant(0ms)', 'agent-call': 'constant(0ms)' },
    open: ['probes.subscribers', 'probes.running'],
  },
  {
    name: 'others who start and read debates',
    because: 'a server is there for others too',
    others: async (httpUrl) => {
      const body = JSON.stringify({ question: 'What do others ask meanwhile?', rounds: 1 });
      const { debate_id: id } = (await (await fetch(`${httpUrl}/api/debates`, { method: 'POST', body })).json()) as {
        readonly debate_id: string;
      };
      await fetch(`${httpUrl}/api/debates/${id}`, { method: 'PUT' });
      await fetch(`${httpUrl}/api/nothing/${id}`);
    },
  },
];

/** On a machine that has much to do, a debate may have ended before it was read. */
const BY_CHANCE = 'probes.running';

const seen = new Map<string, Promise<ProbesObservation>>();
const targets: Pick<Target, 'stop'>[] = [];

async function probedIn({ waits = {}, answer, proxy, others, asksList }: Innocent): Promise<ProbesObservation> {
  const odd = { name: 'odd', description: 'looks odd', finding: 'none' };
  const breaks = answer === undefined ? [] : [{ ...odd, distortion: () => ({ answer }) }];
  const target = await startTarget({ breaks, patch: { waits: { 'agent-response': 'constant(6s)', ...waits } } });
  const front: Pick<Target, 'httpUrl' | 'wsUrl' | 'stop'> =
    proxy === undefined ? target : await startProxy(target, [proxy]);
  targets.push(target, ...(proxy === undefined ? [] : [front]));
  if (asksList) await fetch(`${target.httpUrl}/api/debates`);
  let isOver = false;
  const calling = (async () => {
    while (!isOver && others !== undefined) await others(target.httpUrl).then(() => sleep(20));
  })();
  return probedAt(front).finally(async () => {
    isOver = true;
    await calling;
  });
}

beforeAll(async () => {
  for (const innocent of INNOCENTS) seen.set(innocent.name, probedIn(innocent));
  await Promise.allSettled(seen.values());
});
afterAll(async () => {
  for (const target of targets.reverse()) await target.stop();
});

test.for(INNOCENTS)('$name: $because', async ({ name, others, open = [] }) => {
  const observed = await seen.get(name);
  if (observed === undefined) throw new Error(`${name} was not probed`);
  const findings = findingsOn(observed, others === undefined);
  const bad = findings.filter(({ gating, status }) => status === 'fail' || (gating && status !== 'pass'));
  expect(bad.map(({ id, status, summary }) => `${id} ${status}: ${summary}`)).toEqual([]);
  const isOpen = ({ id, status }: (typeof findings)[number]) =>
    status !== 'pass' && (id !== BY_CHANCE || open.includes(id));
  const undecided = findings.filter(isOpen).map(({ id }) => id);
  if (others === undefined) expect(undecided.sort()).toEqual([...open].sort());
});
