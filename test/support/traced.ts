/** A reference target that exports its traces to a receiver, for the tests of what collects them. */
import { expect, onTestFinished, vi } from 'vitest';
import type { TracedRequest, TracesObservation } from '../../lib/systems/traces/observation.ts';
import type { CollectOptions } from '../../lib/systems/traces/observe/collecting.ts';
import { type Receiver, type ReceiverOptions, startReceiver } from '../../lib/systems/traces/observe/receiver.ts';
import { awaitedSpans } from '../../lib/systems/traces/promises.ts';
import { startTarget, type TargetOptions } from '../../lib/target/target.ts';
import { type FakeJaeger, startFakeJaeger } from './jaeger.ts';

const QUICK = { waits: { 'agent-response': 'constant(5ms)', 'agent-call': 'constant(1ms)' } } as const;

export async function fakeJaeger(): Promise<FakeJaeger> {
  const jaeger = await startFakeJaeger();
  onTestFinished(() => jaeger.stop());
  return jaeger;
}

/** The reference target exporting to a receiver. */
export async function traced(options: TargetOptions = {}, receiverOptions: ReceiverOptions = {}) {
  const receiver = await startReceiver(receiverOptions);
  const tracing = { otlpUrl: receiver.httpUrl, ...options.tracing };
  const target = await startTarget({ patch: QUICK, ...options, tracing });
  onTestFinished(async () => {
    await target.stop();
    await receiver.stop();
  });
  return { receiver, target, startedAtMs: Date.now() };
}

/** Resolves once a span of the request was received: what then waits until its deadline waits for something else. */
export async function arrived(receiver: Receiver, { traceId }: TracedRequest): Promise<void> {
  await vi.waitFor(() => expect(receiver.spans.has(traceId)).toBe(true), { timeout: 50_000 });
}

/** Resolves once this many traces were received, also those that nobody waits for. */
export async function traces(receiver: Receiver, count: number): Promise<void> {
  await vi.waitFor(() => expect(receiver.spans.traceCount).toBe(count), { timeout: 50_000 });
}

export const asked = (startedAtMs: number, requests: readonly TracedRequest[]): CollectOptions => ({
  requests,
  awaited: (endpoint) => awaitedSpans(endpoint, null),
  load: { startedAtMs, endedAtMs: Date.now() },
  serviceName: 'aragora-api',
  exportsHere: true,
  backends: [],
});

export function collected(observation: TracesObservation) {
  if (observation.status === 'unavailable') throw new Error(observation.reason);
  return observation;
}
