/** Observes the traces of a run: receives what the target exports, and asks the backends that have it. */

import type { Recording } from '../../../core/recording.ts';
import { promisesOf } from '../../../core/telemetry-plan.ts';
import { openNamed } from '../../../observe/backends.ts';
import type { Measured, ObserveContext, Observer } from '../../../observe/observer.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { TracedRequest } from '../observation.ts';
import type { TRACES_OPTIONS } from '../options.ts';
import { awaitedSpans } from '../promises.ts';
import type { TracePromises } from '../signals.ts';
import { TRACE_BACKENDS } from './backends.ts';
import { collectTraces } from './collect.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { Sentinel } from './sentinel.ts';

export async function observeTraces(context: ObserveContext): Promise<Observer> {
  const sentinel = new Sentinel();
  const { contract, mapping } = promisesOf<TracePromises>(context.telemetry, 'traces');
  const receiver = await receive(context, sentinel);
  let httpUrl = '';
  return {
    ...(context.embedded && receiver !== undefined && { targetArgs: ['--otlp', receiver.httpUrl] }),
    begin: async (url) => {
      httpUrl = url;
    },
    collect: async ({ load, recording, started }: Measured) => {
      const { token, sent, secrets, signal, embedded } = context;
      const backends = await openNamed(TRACE_BACKENDS, context);
      const isAsked = receiver !== undefined || backends.length > 0;
      return [
        await collectTraces({
          receiver,
          backends,
          sentinel: isAsked ? await sentinel.send(httpUrl, token, signal) : undefined,
          requests: tracedRequests(recording),
          sent: { unsampled: sent.count(started, false), unflagged: sent.count(started, null) },
          awaited: (endpoint) => awaitedSpans(endpoint, mapping),
          load,
          serviceName: contract.serviceName.value,
          exportsHere: embedded,
          secrets,
          signal,
        }),
      ];
    },
    close: async () => receiver?.stop(),
  };
}

async function receive(context: ObserveContext, sentinel: Sentinel): Promise<Receiver | undefined> {
  const { otlpPort, otlpGrpcPort, otlpHost }: OptionValues<typeof TRACES_OPTIONS> = context.options;
  if (!context.embedded && otlpPort === undefined && otlpGrpcPort === undefined) return undefined;
  return startReceiver({
    httpPort: otlpPort,
    grpcPort: otlpGrpcPort,
    host: otlpHost,
    flagSent: (traceId) => {
      if (traceId === sentinel.traceId) return true;
      const sent = context.traceIds.locate(traceId);
      return sent === undefined ? null : context.sent.flag(sent.scenario, sent.arrival);
    },
    traceIdAttribute: promisesOf<TracePromises>(context.telemetry, 'traces').mapping?.traceIdAttribute ?? null,
    secrets: context.secrets,
  });
}

function tracedRequests(recording: Recording): TracedRequest[] {
  return [...recording.endpoints.values()].flatMap(({ endpoint, traces }) =>
    // The span id in a traceparent is the second half of its trace id: scenarios/kit.ts.
    traces.map((trace) => ({ ...trace, endpoint, sampled: true, parentSpanId: trace.traceId.slice(16) })),
  );
}
