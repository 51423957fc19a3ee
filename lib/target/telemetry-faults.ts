/**
 * Owns how telemetry is made to lie: metrics, spans and log lines on their way out, changed as the faults say.
 * Refuses to know which faults are named what (telemetry-breaks.ts).
 */
import { randomUUID } from 'node:crypto';
import type { TelemetryFault } from './behaviour.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { ActiveSpan, Tracing, TracingOptions } from './tracing.ts';

type Faults = readonly TelemetryFault[];

function only<K extends TelemetryFault['kind']>(faults: Faults, kind: K) {
  return faults.filter((fault): fault is Extract<TelemetryFault, { kind: K }> => fault.kind === kind);
}

export function faultyMetrics(metrics: Metrics, faults: Faults): Metrics {
  if (faults.length === 0) return metrics;
  const missing = only(faults, 'metric-missing').map(({ metric }) => metric);
  const types = only(faults, 'metric-type');
  const factor = only(faults, 'seconds-times').reduce((product, { factor }) => product * factor, 1);
  const [lost] = only(faults, 'requests-lost');
  const times = only(faults, 'requests-repeated').reduce((product, { times }) => product * times, 1);
  const isStuck = only(faults, 'sockets-stuck').length > 0;
  let requests = 0;
  return {
    ...metrics,
    request: (method, endpoint, status, seconds) => {
      requests += 1;
      if (lost !== undefined && requests % lost.every === 0) return;
      for (let time = 0; time < times; time++) metrics.request(method, endpoint, status, seconds * factor);
    },
    sockets: (open) => metrics.sockets(isStuck ? 0 : open),
    text: async () => {
      const lines = (await metrics.text()).split('\n').filter((line) => !missing.some((name) => isAbout(line, name)));
      const text = lines.join('\n');
      return types.reduce(
        (changed, { metric, type }) =>
          changed.replace(new RegExp(`^# TYPE ${metric} .*$`, 'm'), `# TYPE ${metric} ${type}`),
        text,
      );
    },
  };
}

function isAbout(line: string, metric: string): boolean {
  const name = /^(?:# (?:HELP|TYPE) )?(\w+)/.exec(line)?.[1] ?? '';
  return name === metric || name.replace(/_(bucket|sum|count)$/, '') === metric;
}

export function faultyTracingOptions(options: TracingOptions, faults: Faults): TracingOptions {
  const [sampling] = only(faults, 'sampling-ratio');
  return {
    ...options,
    ...(sampling === undefined ? {} : { ratio: sampling.ratio }),
    ignoresUnsetFlag: only(faults, 'unset-flag-ignored').length > 0,
  };
}

export function faultyTracing(tracing: Tracing, faults: Faults): Tracing {
  const strays = only(faults, 'span-under-request').map(({ span }) => span);
  const renamed = only(faults, 'span-renamed');
  const stripped = only(faults, 'span-attribute-missing');
  if (strays.length + renamed.length + stripped.length === 0) return tracing;
  const faulty = (span: ActiveSpan, request: ActiveSpan): ActiveSpan => ({
    traceId: span.traceId,
    child: (name, attributes = {}) => {
      const parent = strays.includes(name) ? request : span;
      const gone = stripped.filter((fault) => fault.span === name).map(({ attribute }) => attribute);
      const kept = Object.fromEntries(Object.entries(attributes).filter(([key]) => !gone.includes(key)));
      return faulty(parent.child(renamed.find(({ from }) => from === name)?.to ?? name, kept), request);
    },
    end: (attributes) => span.end(attributes),
  });
  return {
    ...tracing,
    request: (traceparent, attributes) => {
      const span = tracing.request(traceparent, attributes);
      return faulty(span, span);
    },
  };
}

export function faultyLog(log: Log, faults: Faults): Log {
  const [garbage] = only(faults, 'lines-not-json');
  const isRandom = only(faults, 'trace-ids-random').length > 0;
  if (garbage === undefined && !isRandom) return log;
  let lines = 0;
  return {
    ...log,
    write: (site, level, message, fields) => {
      lines += 1;
      if (garbage !== undefined && lines % garbage.every === 0)
        log.raw('Exception ignored in: <function Worker.__del__>');
      log.write(site, level, message, isRandom ? { ...fields, trace_id: randomUUID().replaceAll('-', '') } : fields);
    },
  };
}

/** From which header a request's `request_id` is taken. */
export function requestIdHeader(faults: Faults): string {
  return only(faults, 'header-as-request-id')[0]?.header ?? 'x-request-id';
}
