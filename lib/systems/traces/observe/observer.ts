/** Observes the traces of a run: receives what the target exports, and asks the backends that have it. */

import type { Recording } from '../../../core/recording.ts';
import { promisesOf } from '../../../core/telemetry-plan.ts';
import type { TraceIds } from '../../../core/trace-ids.ts';
import { withToken } from '../../../http/access.ts';
import { endpointNamed } from '../../../journeys/index.ts';
import { openNamed } from '../../../observe/backends.ts';
import type { Measured, ObserveContext, Observer } from '../../../observe/observer.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { Span, TracedRequest } from '../observation.ts';
import type { TRACES_OPTIONS } from '../options.ts';
import { awaitedSpans } from '../promises.ts';
import type { TracePromises } from '../signals.ts';
import { TRACE_BACKENDS } from './backends.ts';
import { collectTraces } from './collect.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { Refused, Sentinel } from './sentinel.ts';

export async function observeTraces(context: ObserveContext): Promise<Observer> {
  const [refused, sentinel] = [new Refused(), new Sentinel()];
  const { contract, mapping } = promisesOf<TracePromises>(context.telemetry, 'traces');
  const receiver = await receive(context, [...refused.traceIds, sentinel.traceId]);
  let httpUrl = '';
  let debateId: string | null = null;
  return {
    ...(context.embedded && receiver !== undefined && { targetArgs: ['--otlp', receiver.httpUrl] }),
    before: async (asked) => {
      debateId = asked.debateId;
    },
    begin: async (url) => {
      httpUrl = url;
    },
    collect: async ({ load, recording, started }: Measured) => {
      const { token, tls, sent, secrets, signal, embedded } = context;
      const backends = await openNamed(TRACE_BACKENDS, context);
      const isAsked = receiver !== undefined || backends.length > 0;
      const reached = { httpUrl, access: withToken(token, tls), signal };
      const known = receiver === undefined || mapping !== null ? null : debateId;
      return [
        await collectTraces({
          receiver,
          backends,
          refused: known === null ? undefined : await refused.send(known, reached),
          sentinel: isAsked ? await sentinel.send(reached) : undefined,
          requests: tracedRequests(recording, context.traceIds),
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

/** @param alone trace ids of the requests after the load. */
async function receive(context: ObserveContext, alone: readonly string[]): Promise<Receiver | undefined> {
  const { otlpPort, otlpGrpcPort, otlpHost }: OptionValues<typeof TRACES_OPTIONS> = context.options;
  if (!context.embedded && otlpPort === undefined && otlpGrpcPort === undefined) return undefined;
  return startReceiver({
    httpPort: otlpPort,
    grpcPort: otlpGrpcPort,
    host: otlpHost,
    flagSent: (traceId) => {
      if (alone.includes(traceId)) return true;
      const sent = context.traceIds.locate(traceId);
      return sent === undefined ? null : context.sent.flag(sent.scenario, sent.arrival);
    },
    endpointOf: endpointFinder(promisesOf<TracePromises>(context.telemetry, 'traces')),
    traceIdAttribute: promisesOf<TracePromises>(context.telemetry, 'traces').mapping?.traceIdAttribute ?? null,
    secrets: context.secrets,
  });
}

/** By the method and the path that the span of a request says. */
function endpointFinder({ contract, mapping }: TracePromises): (span: Span) => string | null {
  const keys = mapping?.renames.find(({ signal }) => signal === 'http.request')?.attributes ?? {};
  const routes = Object.entries(contract.requestSpans).flatMap(([name, route]) =>
    route === undefined ? [] : [{ name, method: route.method, path: new RegExp(`^(?:${route.path})(?:\\?.*)?$`) }],
  );
  return ({ attributes }) => {
    const [method, path] = ['method', 'path'].map((name) => attributes[keys[name] ?? name]);
    return routes.find((route) => route.method === method && route.path.test(String(path)))?.name ?? null;
  };
}

export function tracedRequests(recording: Recording, traceIds: TraceIds): TracedRequest[] {
  return [...recording.endpoints.values()].flatMap(({ endpoint, traces }) => {
    const startsDebate = endpointNamed(endpoint)?.role !== undefined;
    return traces.map((trace) => {
      const sent = startsDebate ? traceIds.locate(trace.traceId) : undefined;
      const asked = sent === undefined ? {} : { question: traceIds.questionOf(sent) };
      // The span id in a traceparent is the second half of its trace id: scenarios/kit.ts.
      return { ...trace, endpoint, sampled: true, parentSpanId: trace.traceId.slice(16), ...asked };
    });
  });
}
