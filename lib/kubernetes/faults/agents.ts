/** Faults that an agent in each pod carries out: begun and ended by the disruptor, whose agents say that it is on, and off again. */
import { createInterface } from 'node:readline';
import { SloError } from '../../core/error.ts';
import type { AgentFault, AgentOrder, AgentsSaid } from '../../core/pod-fault.ts';
import type { ActiveFault, Ended } from '../../core/server-fault.ts';
import { within } from '../../core/within.ts';
import { type Child, endText } from '../../process/child.ts';
import type { Disruptor } from './disruptor.ts';

/** An agent may have to fetch its image first. */
const READY_MS = 90_000;
const BEGIN_MS = 60_000;
const TOLD_MS = 30_000;

/** Puts an agent into each pod, so that a fault begins at once. @throws SloError `prerequisite-missing` with what the cluster said. */
export async function attachAgents(disruptor: Disruptor, order: AgentOrder, signal: AbortSignal): Promise<void> {
  const child = disruptor.order(order);
  const complaint = complaintsOf(child);
  child.output(1).resume();
  const end = await within({ ms: READY_MS, signal }, (soon) => Promise.race([child.closed, aborted(soon)]));
  await child.stop();
  signal.throwIfAborted();
  if (end?.exitCode === 0) return;
  const why = complaint() || (end === undefined ? `nothing came in ${READY_MS / 1000} s` : endText(end));
  const message = `the pods in the namespace "${order.namespace}" can't be broken: ${why}`;
  throw new SloError('prerequisite-missing', message, {
    hint: `the agent is ${order.image}; --agent-image names another one (docs/kubernetes.md)`,
  });
}

interface Said {
  /** Resolves when the agents say that it is on. */
  readonly on: Promise<AgentsSaid>;
  /** When they said that it is off; undefined: they have not. Unix ms. */
  offAtMs: number | undefined;
}

/** Returns when the fault is on in all pods. @throws Error with what the disruptor or the cluster said. */
export async function beginInAgents(
  disruptor: Disruptor,
  order: AgentOrder & { readonly fault: AgentFault },
  signal: AbortSignal,
): Promise<ActiveFault> {
  const child = disruptor.order(order);
  const complaint = complaintsOf(child);
  const said = saidBy(child);
  const gone = child.closed.then(() => undefined);
  const on = await within({ ms: BEGIN_MS, signal }, (soon) => Promise.race([said.on, gone, aborted(soon)]));
  const onAtMs = Date.now();
  const endThem = () => told(disruptor, order);
  if (on !== undefined)
    return { end: () => ended(child, { on, onAtMs, said, fault: order.fault, complaint, endThem }) };
  const end = await child.stop();
  const why = complaint() || `the agents did not begin: ${endText(end)}`;
  if (end.signal !== 'SIGKILL') throw new Error(why);
  // It was not heard of again, so nobody knows what its agents do.
  const { kind } = order.fault;
  const stillOn = `the fault ${kind} ${(await endThem()) ? 'may have been on' : 'may be on'}: ${why}`;
  return { end: async () => ({ witness: { kind: 'trouble', why: stillOn }, stillOn }) };
}

interface Begun {
  readonly on: AgentsSaid;
  readonly onAtMs: number;
  readonly said: Said;
  readonly fault: AgentFault;
  readonly complaint: () => string;
  /** By another disruptor. Whether the agents heard it. */
  readonly endThem: () => Promise<boolean>;
}

async function ended(child: Child, { on, onAtMs, said, fault: { kind }, complaint, endThem }: Begun): Promise<Ended> {
  const alone = child.end;
  await child.stop();
  await child.closed;
  const { pods } = on;
  if (said.offAtMs === undefined) {
    const words = complaint();
    const where = `in ${pods.join(', ')}: the agents did not say that it is off${words && `: ${words}`}`;
    // An agent that another disruptor ends loses the answers that it holds back, so the load is over all the same.
    const why = (await endThem())
      ? `the fault ${kind} was on too long ${where}; they were told again`
      : `the fault ${kind} may still be on ${where}`;
    return { witness: { kind: 'trouble', why }, stillOn: why };
  }
  if (alone !== undefined)
    return {
      witness: { kind: 'trouble', why: `${kind}: it ended before its phase: ${complaint() || endText(alone)}` },
    };
  return { witness: { kind: 'agents', pods, onAtMs, offAtMs: said.offAtMs } };
}

/** To be ready for another fault, the agents end the one that is on. */
async function told(disruptor: Disruptor, { fault: _, ...order }: AgentOrder): Promise<boolean> {
  const child = disruptor.order(order);
  child.output(1).resume();
  child.output(2).resume();
  const end = await within({ ms: TOLD_MS }, (soon) => Promise.race([child.closed, aborted(soon)]));
  await child.stop();
  return end?.exitCode === 0;
}

function saidBy(child: Child): Said {
  const lines = createInterface({ input: child.output(1) });
  const said = {
    offAtMs: undefined as number | undefined,
    on: new Promise<AgentsSaid>((resolve) => {
      lines.on('line', (line) => {
        const one = eventIn(line);
        if (one?.event === 'on') resolve(one);
        if (one?.event === 'off') said.offAtMs = Date.now();
      });
    }),
  };
  return said;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** undefined: k6 said it itself. */
function eventIn(line: string): AgentsSaid | undefined {
  try {
    return JSON.parse(line) as AgentsSaid;
  } catch {
    return undefined;
  }
}

/** The last line that it complained with, when it is asked for. */
function complaintsOf(child: Child): () => string {
  let all = '';
  child.output(2).on('data', (chunk: Buffer) => {
    all = (all + chunk.toString()).slice(-4096);
  });
  return () => {
    const lines = all
      .trim()
      .split('\n')
      .filter((line) => !ASKED.test(line) && !/^\s*at /.test(line));
    return (lines.at(-1) ?? '')
      .trim()
      .replace(/^GoError: /, '')
      .slice(0, 400);
  };
}

/** What k6 says when it is asked to end. */
const ASKED = /test run was aborted because k6 received/;
