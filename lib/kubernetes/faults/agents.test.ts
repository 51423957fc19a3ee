/** The agents of a fault, by a fake disruptor: a process that says what a test lets it say. test/kubernetes has the real one. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { AgentOrder } from '../../core/pod-fault.ts';
import { Child } from '../../process/child.ts';
import { attachAgents, beginInAgents } from './agents.ts';
import type { Disruptor } from './disruptor.ts';

const never = new AbortController().signal;
const ORDER = { namespace: 'load', labels: {}, port: 80, image: 'registry/agent:1', atMostSec: 60, mark: 'm' };
const BREAKING = { ...ORDER, fault: { kind: 'pod-drop' } } as const satisfies AgentOrder;

const ON = `console.log('{"event":"on","pods":["a","b"]}');`;
const OFF = `console.log('{"event":"off","pods":["a","b"]}');`;
const FAILS = 'process.exit(1);';
const NO_ANSWER = `console.error('no answer'); ${FAILS}`;
const WAITS = 'setInterval(() => {}, 1000);';
const onInterrupt = (what: string): string => `process.on('SIGINT', () => { ${what} });`;

interface Fake {
  /** Until it is killed; default 20 s. */
  readonly patienceMs?: number;
  /** Of the one that only makes the agents ready; default: the same. */
  readonly ready?: string;
}

const saying = (script: string, { patienceMs = 20_000, ready = script }: Fake = {}): Disruptor => ({
  order: ({ fault }) =>
    new Child(process.execPath, {
      args: ['-e', fault === undefined ? ready : script],
      asks: 'SIGINT',
      patienceMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  close: () => {},
});

/** The same, and the process that was started last. */
function keeping(script: string, fake?: Fake): { readonly disruptor: Disruptor; readonly child: () => Child } {
  const children: Child[] = [];
  const order = (asked: AgentOrder): Child => {
    const child = saying(script, fake).order(asked);
    children.unshift(child);
    return child;
  };
  const child = (): Child => {
    const [last] = children;
    if (last === undefined) throw new Error('nothing was ordered');
    return last;
  };
  return { disruptor: { order, close: () => {} }, child };
}

describe('a fault of agents', () => {
  it('is on when they say so, and off when they say so after they were told', async () => {
    const script = `${onInterrupt(`${OFF} process.exit(105);`)} console.log('attached'); ${ON} ${WAITS}`;
    const active = await beginInAgents(saying(script), BREAKING, never);
    const { witness, stillOn } = await active.end();
    expect([witness, stillOn]).toEqual([
      { kind: 'agents', pods: ['a', 'b'], onAtMs: expect.any(Number), offAtMs: expect.any(Number) },
      undefined,
    ]);
  });

  it('that does not begin says why', async () => {
    const script = `console.error('attach: pod a: its agent does not answer'); process.exit(107);`;
    await expect(beginInAgents(saying(script), BREAKING, never)).rejects.toThrow('pod a: its agent does not answer');
  });

  it('is asked to end when nobody waits for it', async () => {
    const stop = new AbortController();
    const begun = beginInAgents(saying(WAITS), BREAKING, stop.signal);
    stop.abort();
    await expect(begun).rejects.toThrow('the agents did not begin');
  });

  it('that neither begins nor ends may be on', async () => {
    const stop = new AbortController();
    const { disruptor, child } = keeping(`${onInterrupt('')} console.error('listening'); ${WAITS}`, {
      patienceMs: 300,
      ready: FAILS,
    });
    const begun = beginInAgents(disruptor, BREAKING, stop.signal);
    await once(child().output(2), 'data');
    stop.abort();
    const { stillOn } = await (await begun).end();
    expect(stillOn).toBe('the fault pod-drop may be on: listening');
  });

  it('that ends before its phase is no proof', async () => {
    const script = `${ON} ${OFF} console.error('the time of the agents was over'); process.exitCode = 107;`;
    const { disruptor, child } = keeping(script);
    const active = await beginInAgents(disruptor, BREAKING, never);
    await child().closed;
    const { witness, stillOn } = await active.end();
    expect([witness, stillOn]).toEqual([
      { kind: 'trouble', why: 'pod-drop: it ended before its phase: the time of the agents was over' },
      undefined,
    ]);
  });

  it.each([
    ['hangs', `${onInterrupt('')} ${ON} ${WAITS}`, { patienceMs: 300, ready: FAILS }, 'may still be on', ''],
    ['fails', `${onInterrupt(NO_ANSWER)} ${ON} ${WAITS}`, { ready: FAILS }, 'may still be on', ': no answer'],
    [
      'hangs',
      `${onInterrupt('')} ${ON} ${WAITS}`,
      { patienceMs: 300, ready: '' },
      'was on too long',
      '; they were told again',
    ],
  ])('whose end %s is not over in time, and it is said where', async (_, script, fake, how, words) => {
    const active = await beginInAgents(saying(script, fake), BREAKING, never);
    const { stillOn } = await active.end();
    const expected = `the fault pod-drop ${how} in a, b: the agents did not say that it is off`;
    expect(stillOn).toBe(`${expected}${words}`);
  });
});

describe('agents', () => {
  it('are ready when the disruptor ends well', async () => {
    await expect(attachAgents(saying('process.exit(0)'), ORDER, never)).resolves.toBeUndefined();
  });

  it('that do not start are said in one line', async () => {
    const script = `console.error('pod a: the agent does not start\\n\\tat attach (native)'); process.exit(107);`;
    await expect(attachAgents(saying(script), ORDER, never)).rejects.toThrow(
      expect.objectContaining({
        message: 'the pods in the namespace "load" can\'t be broken: pod a: the agent does not start',
        hint: expect.stringContaining('registry/agent:1'),
        exitCode: 2,
      }),
    );
  });
});
