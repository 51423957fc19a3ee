/** GET /api/debates/{id}/convergence of a finished debate. `k6 run scenarios/consensus.ts -e TARGET=http://127.0.0.1:8080` */
import { sleep } from 'k6';
import http from 'k6/http';
import { PREPARED_QUESTION } from '../lib/core/question.ts';
import type { SampleOutcome } from '../lib/core/sample-outcome.ts';
import { consensusBody, consensus as journey } from '../lib/journeys/consensus.ts';
import { type ConsensusAnswer, consensusProblem } from './content/bodies.ts';
import { Steady } from './content/steady.ts';
import { arrival, call, jsonAt, loadStartMs, type Response, record, recordKept } from './kit.ts';
import { type Prepared, plan, SETUP_TIMEOUT_MS, standalone, token } from './settings.ts';

export const options = standalone([journey, 20]);

const [endpoint] = journey.endpoints;

/** When run by hand, nobody has prepared a debate. Without one every check fails as "no-debate". */
export function setup(): Prepared {
  return { debateId: finishedDebate() };
}

function finishedDebate(): string | null {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
  const params = { headers, timeout: SETUP_TIMEOUT_MS, redirects: 0, responseType: 'text' as const };
  const body = JSON.stringify({ question: PREPARED_QUESTION, agents: ['demo', 'demo'], rounds: 1 });
  const created = http.post(`${plan.httpUrl}/api/debates`, body, params);
  const debateId = created.body ? jsonAt(created, 'debate_id') : undefined;
  if (typeof debateId !== 'string') return null;
  for (const deadlineMs = Date.now() + SETUP_TIMEOUT_MS; Date.now() < deadlineMs; sleep(0.1)) {
    const debate = http.get(`${plan.httpUrl}/api/debates/${debateId}`, params);
    if (debate.status === 200 && debate.body && jsonAt(debate, 'final_answer') != null) return debateId;
  }
  return null;
}

/** Of this virtual user. */
const answers = new Steady();

export default function consensus({ debateId }: Prepared): void {
  const due = arrival();
  if (debateId === null) {
    record(endpoint, due.latenessMs, 'no-debate');
    return;
  }
  let answer: Read | undefined;
  const { outcome } = call(due, {
    endpoint,
    id: debateId,
    verify: (response) => {
      answer = readOf(response);
      return wrongConvergence(answer, debateId);
    },
  });
  if (outcome !== 'ok' || answer === undefined) return;
  const { reached, similarity, rounds } = answer;
  const problem = consensusProblem(answer, {
    consensus: plan.prepared?.consensus ?? null,
    rounds: plan.prepared?.rounds ?? null,
  });
  // Nothing is learnt from an answer that is wrong by itself.
  const isUnsteady =
    problem === undefined && answers.changes([reached, similarity, rounds], Date.now() - loadStartMs());
  recordKept(consensusBody, isUnsteady ? 'unsteady' : problem);
}

interface Read extends ConsensusAnswer {
  readonly id?: unknown;
}

/** All that is read of an answer, in one pass; undefined when it is not JSON. */
function readOf(response: Response): Read | undefined {
  const read =
    '{"id":debate_id,"reached":consensus_reached,"similarity":convergence_similarity,"rounds":rounds_used,"status":convergence_status,error}';
  return jsonAt(response, read) as Read | undefined;
}

/** What is wrong with an answer that should say whether this debate reached consensus; undefined when nothing is. */
function wrongConvergence(answer: Read | undefined, debateId: string): SampleOutcome | undefined {
  if (answer === undefined) return 'not-json';
  return answer.id === debateId && typeof answer.reached === 'boolean' ? undefined : 'no-convergence';
}
