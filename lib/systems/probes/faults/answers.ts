/** Wrong answers to single requests. Each hits only what no journey of the load asks for. */
import type { IncomingRequest, OutgoingAnswer } from '../../../target/distortion.ts';

type Answering = (right: OutgoingAnswer, asked: IncomingRequest) => OutgoingAnswer | null;

const DEBATE = /^\/api\/debates\/[^/]+$/;
const CONVERGENCE = /^\/api\/debates\/[^/]+\/convergence$/;
/** Longer than any body of the load. */
const LARGE_BYTES = 16 * 1024;
/** Longer than any connection of the load rests, and shorter than the load. */
const IDLE_MS = 2000;
/** The debates of the load, and the one that the harness prepares, have one. */
const ROUNDS_OF_PROBE = 2;

const NEVER_SAID = 'Nothing of this kind was ever put to the vote.';

export const largeBody: Answering = (right, { bodyBytes }) =>
  bodyBytes > LARGE_BYTES ? { status: 500, body: '{"error":"Internal server error"}' } : right;

export const unknownDebate: Answering = (right, { path }) =>
  right.status === 404 && DEBATE.test(path) ? { status: 200, body: '{"status":"unknown"}' } : right;

export const running: Answering = onDebates(DEBATE, (debate) =>
  debate['in_progress'] === true ? { ...debate, in_progress: false, status: 'completed' } : debate,
);

export const readBack: Answering = onDebates(DEBATE, (debate) =>
  debate['final_answer'] === undefined ? debate : { ...debate, agents: ['somebody'] },
);

/** Nobody said so. */
export const readBackTexts: Answering = onDebates(DEBATE, (debate) => {
  const { rounds, messages } = debate;
  if (rounds !== ROUNDS_OF_PROBE || !Array.isArray(messages)) return debate;
  return { ...debate, messages: messages.map((message) => ({ ...Object(message), content: NEVER_SAID })) };
});

export const convergence: Answering = onDebates(CONVERGENCE, (check) =>
  check['rounds_used'] === ROUNDS_OF_PROBE
    ? { ...check, consensus_reached: check['consensus_reached'] !== true }
    : check,
);

/** The newest debate is left out, and counted. */
export const list: Answering = onList((debates) => debates.slice(1));

/** Each debate is shown for ever as it began. */
export const listStatus: Answering = onList((debates) =>
  debates.map((debate) => ({ ...Object(debate), status: 'running' })),
);

/** Each debate is shown as over, also while it runs. */
export const listCompleted: Answering = onList((debates) =>
  debates.map((debate) => ({ ...Object(debate), status: 'completed' })),
);

/** An entry of its own says more than the reference target's do. */
export const listConsensus: Answering = onList((debates) =>
  debates.map((debate) => ({ ...Object(debate), consensus_reached: false })),
);

const DAY_MS = 86_400_000;

export const listTomorrow: Answering = onList((debates) =>
  debates.map((debate) => ({ ...Object(debate), created_at: new Date(Date.now() + DAY_MS).toISOString() })),
);

function onList(change: (debates: readonly unknown[]) => readonly unknown[]): Answering {
  return (right, { method, path }) => {
    if (method !== 'GET' || path !== '/api/debates' || right.status !== 200) return right;
    const { debates, ...rest } = objectOf(right.body);
    const changed = change(Array.isArray(debates) ? debates : []);
    return { ...right, body: JSON.stringify({ ...rest, debates: changed, count: changed.length }) };
  };
}

export const services: Answering = (right, { path }) =>
  path === '/api/health/services'
    ? { ...right, body: JSON.stringify({ status: 'healthy', services: { api: 'healthy', websocket: 'unhealthy' } }) }
    : right;

export const userAgent: Answering = (right, { headers }) =>
  headers['user-agent']?.startsWith('Uptime-Kuma/') ? { status: 403, body: '{"error":"Forbidden"}' } : right;

/** Whoever prefers OpenMetrics, as Prometheus does. */
export const accept: Answering = (right, { path, headers }) =>
  path === '/metrics' && headers.accept?.startsWith('application/openmetrics-text')
    ? { ...right, body: right.body.replace(/^(# (HELP|TYPE) )?aragora_agent_calls_total.*\n/gm, '') }
    : right;

export const acceptType: Answering = (right, { path, headers }) =>
  path === '/metrics' && headers.accept?.startsWith('application/openmetrics-text')
    ? {
        ...right,
        body: right.body.replace('TYPE aragora_agent_calls_total counter', 'TYPE aragora_agent_calls_total gauge'),
      }
    : right;

/** The load's clients name themselves. */
function isOfIdle({ idleMs, headers }: IncomingRequest): boolean {
  return idleMs > IDLE_MS && headers['user-agent'] === undefined;
}

export const idleConnection: Answering = (right, asked) => (isOfIdle(asked) ? null : right);

/** What somebody else had asked for. */
export const idleConnectionOther: Answering = (right, asked) =>
  isOfIdle(asked) ? { status: 200, body: '{"debates":[],"count":0}' } : right;

function onDebates(
  path: RegExp,
  change: (fields: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Answering {
  return (right, asked) =>
    right.status === 200 && asked.method === 'GET' && path.test(asked.path)
      ? { ...right, body: JSON.stringify(change(objectOf(right.body))) }
      : right;
}

function objectOf(body: string): Readonly<Record<string, unknown>> {
  return JSON.parse(body) as Readonly<Record<string, unknown>>;
}
