/** Runs a debate: waits, events in order, spans, metrics. */
import type { DebateFault, Wait } from './behaviour.ts';
import type { Clock } from './clock.ts';
import { CONFIDENCE, type Debate, type DebateEvent, type DebateStore } from './debate-store.ts';
import type { DueDebateFault } from './live.ts';
import type { Log, LogSite } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { ActiveSpan } from './tracing.ts';
import type { Truth } from './truth.ts';

export interface DebateDeps {
  readonly clock: Clock;
  readonly store: DebateStore;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly truth: Truth;
  /** How long the next one of this kind takes, ms. */
  readonly waitMs: (wait: Wait) => number;
  readonly dueFault: DueDebateFault;
  /** Delivers events that belong into one frame. */
  readonly publish: (debate: Debate, events: readonly DebateEvent[]) => void;
}

export type RunDebate = (debate: Debate, request: ActiveSpan) => Promise<void>;

/** An agent that takes longer has timed out, and its debate too. */
const AGENT_TIMEOUT_MS = 30_000;
const START_SITE: LogSite = { logger: 'aragora.debate' };
const END_SITE: LogSite = { logger: 'aragora.debate' };

type Draft = Pick<DebateEvent, 'type' | 'data'> & Partial<Pick<DebateEvent, 'round' | 'agent'>>;

/** A runner of debates. Each run resolves when its debate is over, and never once the clock has stopped. */
export function debateRunner(deps: DebateDeps): RunDebate {
  let seq = 0;
  const agentSeqs = new Map<string, number>();
  const emit = (debate: Debate, ...drafts: readonly Draft[]): void => {
    const events = drafts.map((draft) => {
      const agent = draft.agent ?? '';
      const agentSeq = agent === '' ? 0 : (agentSeqs.get(agent) ?? 0) + 1;
      if (agent !== '') agentSeqs.set(agent, agentSeq);
      seq += 1;
      const common = { timestamp: Date.now() / 1000, round: 0, agent, seq, agent_seq: agentSeq, loop_id: debate.id };
      return { ...common, ...draft };
    });
    debate.events.push(...events);
    deps.publish(debate, events);
  };
  return async (debate, request) => {
    const { id, task, agents } = debate;
    const span = request.child('debate.run', { 'debate.task': task, 'debate.agent_count': agents.length });
    const fields = { trace_id: request.traceId, debate_id: id, agent_count: agents.length };
    deps.metrics.debateStarted();
    deps.metrics.memory('fast', deps.store.runningCount);
    deps.log.write(START_SITE, 'info', 'debate_started', fields);
    await deps.clock.sleep(deps.waitMs('debate-start'));
    const startedMs = deps.clock.nowMs();
    emit(debate, agentPreview(agents), { type: 'debate_start', data: { task, agents } });
    const fault = deps.dueFault();
    const running: RunningDebate = { debate, span, startedMs, fault, emit: (...drafts) => emit(debate, ...drafts) };
    const timedOut = await runRounds(deps, running);
    finish(deps, running, timedOut);
    deps.log.write(END_SITE, timedOut ? 'error' : 'info', 'debate_ended', fields);
  };
}

interface RunningDebate {
  readonly debate: Debate;
  readonly span: ActiveSpan;
  readonly startedMs: number;
  readonly fault: DebateFault | undefined;
  readonly emit: (...drafts: readonly Draft[]) => void;
}

/** Returns whether the debate timed out. */
async function runRounds(deps: DebateDeps, { debate, span, startedMs, fault, emit }: RunningDebate): Promise<boolean> {
  let timedOut = false;
  for (let round = 1; round <= debate.rounds; round += 1) {
    const roundSpan = span.child('debate.round', {
      round_number: round,
      'round.number': round,
      agent_count: debate.agents.length,
    });
    roundSpan.child('memory.access', { tier: 'fast', operation: 'read' }).end();
    emit({ type: 'round_start', data: { round }, round });
    for (const [index, agent] of debate.agents.entries()) {
      const isFirst = round === 1 && index === 0;
      if (fault?.kind === 'agent-timeout' && (isFirst || (round === 1 && fault.everyAgent))) {
        await missAgent(deps, agent, roundSpan, fault.forMs);
        continue;
      }
      timedOut = (await callAgent(deps, agent, roundSpan, isFirst ? 'agent-response' : 'agent-call')) || timedOut;
      const content = spokenOn(agent, debate.task);
      debate.messages.push({ role: 'proposer', agent, content, round });
      // Another event in the same frame lets a reader check the order within a frame.
      emit(
        { type: 'agent_message', data: { content, role: 'proposer' }, round, agent },
        { type: 'phase_progress', data: { phase: 'novelty_check', per_agent: { [agent]: 1 } }, round },
      );
      if (isFirst) deps.truth.agentResponse(deps.clock.nowMs() - startedMs);
    }
    roundSpan.end();
  }
  if (fault?.kind !== 'debate-timeout') return timedOut;
  await deps.clock.sleep(fault.forMs);
  return true;
}

/** What an agent says in a debate. */
export function spokenOn(agent: string, task: string): string {
  return `${agent} on "${task}": state the objective, stage the rollout, name an owner.`;
}

/** Returns whether the agent timed out. */
async function callAgent(deps: DebateDeps, agent: string, parent: ActiveSpan, wait: Wait): Promise<boolean> {
  const span = parent.child('agent.call', { provider: agent, model: `${agent}-1`, tokens: 128 });
  const drawnMs = deps.waitMs(wait);
  const startedMs = deps.clock.nowMs();
  await deps.clock.sleep(Math.min(drawnMs, AGENT_TIMEOUT_MS));
  span.end();
  const timedOut = drawnMs > AGENT_TIMEOUT_MS;
  deps.metrics.agentCall(agent, agent, timedOut ? 'timeout' : 'success', (deps.clock.nowMs() - startedMs) / 1000);
  return timedOut;
}

/** The agent does not answer, and nobody waits for it any longer than this. */
async function missAgent(deps: DebateDeps, agent: string, parent: ActiveSpan, forMs: number): Promise<void> {
  const span = parent.child('agent.call', { provider: agent, model: `${agent}-1`, tokens: 0 });
  await deps.clock.sleep(forMs);
  span.end();
  deps.metrics.agentCall(agent, agent, 'timeout', forMs / 1000);
}

function finish(deps: DebateDeps, { debate, span, startedMs, fault, emit }: RunningDebate, timedOut: boolean): void {
  const answer = `Final synthesis of "${debate.task}": stage the rollout and measure it.`;
  const seconds = (deps.clock.nowMs() - startedMs) / 1000;
  const consensus = !timedOut && fault?.kind !== 'no-consensus';
  span.child('memory.access', { tier: 'medium', operation: 'write' }).end();
  span.child('db.query', { operation: 'update', table: 'debates' }).end();
  deps.store.finish(debate, { durationSec: seconds, consensus, answer });
  emit({ type: 'consensus', data: { reached: consensus, confidence: consensus ? CONFIDENCE : 0, answer } });
  emit({ type: 'debate_end', data: { duration: seconds, rounds: debate.rounds } });
  span.end();
  deps.metrics.debateEnded({ seconds, consensus, timedOut, eloUpdates: debate.agents.length });
  deps.metrics.memory('fast', deps.store.runningCount);
  deps.metrics.memory('medium', deps.store.finishedCount);
}

function agentPreview(agents: readonly string[]): Draft {
  const preview = agents.map((name) => ({ name, role: 'proposer', stance: 'neutral', description: '', strengths: [] }));
  return { type: 'agent_preview', data: { agents: preview, topology: 'collaborative' } };
}
