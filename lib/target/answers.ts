/** What the HTTP API answers: for each route a status and a body, and what a request to create a debate must be. */
import type { RunDebate } from './debate-run.ts';
import { convergenceBody, type DebateStore, debateBody } from './debate-store.ts';
import type { Route } from './routes.ts';
import type { ActiveSpan } from './tracing.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Where it redirects to. */
  readonly location?: string;
}

export interface AnswerDeps {
  readonly store: DebateStore;
  readonly runDebate: RunDebate;
}

interface Asked {
  readonly route: Route;
  readonly debateId: string;
  readonly span: ActiveSpan;
}

export function answerOf(deps: AnswerDeps, asked: Asked, body: string): Answer {
  const { route, debateId, span } = asked;
  switch (route.name) {
    case 'health':
      return ok(`{"status":"healthy","timestamp":"${new Date().toISOString()}"}`);
    case 'services':
      return ok('{"status":"healthy","services":{"api":"healthy","websocket":"healthy","elo":"healthy"}}');
    case 'providers':
      return ok('{"providers":[{"id":"google","name":"Google"},{"id":"github","name":"GitHub"}]}');
    case 'list':
      span.child('db.query', { operation: 'select', table: 'debates' }).end();
      return ok(deps.store.listBody());
    case 'create':
      return create(deps, span, body);
    case 'debate':
    case 'convergence': {
      span.child('db.query', { operation: 'select', table: 'debates' }).end();
      const debate = deps.store.get(debateId);
      if (debate === undefined) return failure(404, `Debate not found: ${debateId}`);
      return ok(route.name === 'debate' ? debateBody(debate) : convergenceBody(debate));
    }
    case 'method-not-allowed':
      return failure(405, 'Method not allowed');
    default:
      return failure(404, 'Not found');
  }
}

function create(deps: AnswerDeps, span: ActiveSpan, body: string): Answer {
  const wish = parseObject(body);
  if (wish === null) return failure(400, body === '' ? 'No content provided' : 'Invalid or missing JSON body');
  const { question, agents = ['demo', 'demo'], rounds = 3 } = wish;
  if (question === undefined) return failure(400, 'No content provided');
  if (typeof question !== 'string' || question.length < 10) {
    return failure(422, 'question: String should have at least 10 characters');
  }
  if (!isNames(agents)) return failure(422, 'agents: Input should be a list of 1 to 10 names');
  if (typeof rounds !== 'number' || !Number.isInteger(rounds) || rounds < 1 || rounds > 10) {
    return failure(422, 'rounds: Input should be a whole number from 1 to 10');
  }
  span.child('db.query', { operation: 'insert', table: 'debates' }).end();
  const debate = deps.store.create(question, agents, rounds);
  void deps.runDebate(debate, span);
  return ok(JSON.stringify({ success: true, debate_id: debate.id, status: 'created', task: question }));
}

function parseObject(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null; // Not JSON is the client's mistake, answered with 400.
  }
}

function isNames(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.length >= 1 && value.length <= 10 && value.every((name) => typeof name === 'string')
  );
}

function ok(body: string): Answer {
  return { status: 200, body };
}

export function failure(status: number, error: string): Answer {
  return { status, body: JSON.stringify({ error }) };
}
