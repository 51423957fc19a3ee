/**
 * What the guides promise about spans, each row with its source, and where Aragora 2.11 keeps it instead. Data only.
 *
 * The guides give attribute names. The types are those of the values in the guides' code, or follow from the meaning of the words.
 */
import { endpointsOf, type JourneyEndpoint } from '../../core/endpoint.ts';
import type { OwnNames } from '../../core/own-names.ts';
import type { Source } from '../../core/source.ts';
import { endpointNamed, JOURNEYS } from '../../journeys/index.ts';
import { withSpanNames } from '../own-names.ts';
import type { SpanMapping, SpanSignals, TracePromises } from './signals.ts';

const COMPONENTS: Source = { document: 'monitoring-setup-guide.md', section: 'Instrumented Components' };
const CUSTOM_SPANS: Source = { document: 'observability-setup-guide.md', section: 'Adding Custom Spans' };
const SAMPLING: Source = { document: 'observability-setup-guide.md', section: 'Trace Sampling Strategy' };
const CHECKLIST: Source = { document: 'observability-setup-guide.md', section: 'Verification Checklist' };
const CONFIGURATION: Source = { document: 'monitoring-setup-guide.md', section: 'Environment Variables' };

/** What is promised for the spans of the journeys that are registered now. */
export function documentedSpans(): SpanSignals {
  const endpoints = endpointsOf(JOURNEYS);
  const http = endpoints.filter((endpoint) => endpoint.http !== undefined);
  const debates = endpoints.filter(startsDebate).map(({ name }) => name);
  const requests = endpoints.flatMap(({ name, http }) =>
    http === undefined ? [] : [[name, { method: http.method, path: patternOf(http.path) }] as const],
  );
  return {
    signals: [
      {
        id: 'http.request',
        forms: [
          {
            name: 'http.request',
            attributes: { method: 'string', path: 'string', status: 'number' },
            source: COMPONENTS,
          },
        ],
        provokedBy: http.map(({ name }) => name),
      },
      {
        id: 'debate.run',
        forms: [
          {
            name: 'debate.run',
            attributes: { 'debate.task': 'string', 'debate.agent_count': 'number' },
            source: CUSTOM_SPANS,
          },
        ],
        provokedBy: debates,
      },
      {
        id: 'debate.round',
        // The guides disagree; either form keeps the promise.
        forms: [
          { name: 'debate.round', attributes: { round_number: 'number', agent_count: 'number' }, source: COMPONENTS },
          {
            name: 'debate.round.{n}',
            pattern: 'debate\\.round\\.\\d+',
            attributes: { 'round.number': 'number' },
            source: CUSTOM_SPANS,
          },
        ],
        provokedBy: debates,
      },
      {
        id: 'agent.call',
        forms: [
          {
            name: 'agent.call',
            attributes: { provider: 'string', model: 'string', tokens: 'number' },
            source: COMPONENTS,
          },
        ],
        provokedBy: debates,
      },
      {
        id: 'db.query',
        forms: [{ name: 'db.query', attributes: { operation: 'string', table: 'string' }, source: COMPONENTS }],
        // What is read may come from memory. What is created is stored.
        provokedBy: debates,
      },
      {
        id: 'memory.access',
        forms: [{ name: 'memory.access', attributes: { tier: 'string', operation: 'string' }, source: COMPONENTS }],
        provokedBy: debates,
      },
    ],
    requestSpans: Object.fromEntries(requests),
    serviceName: { value: 'aragora-api', source: CONFIGURATION },
    samplingRatio: { value: 0.1, source: SAMPLING },
    propagation: CHECKLIST,
    // One service is documented, so the map has a node and no edge.
    serviceMap: { edges: [], source: CHECKLIST },
  };
}

/** Of the built-in journeys only. */
export const DOCUMENTED_SPANS: SpanSignals = documentedSpans();

/** Whether a request to it makes the server record a debate's spans. */
function startsDebate({ http, role }: JourneyEndpoint): boolean {
  return http !== undefined && role === 'starts-debate';
}

/** `{id}` stands for any one segment. */
function patternOf(path: string): string {
  return path.replaceAll('{id}', '[^/]+');
}

/**
 * Documented spans that end last: a trace of a good request to the endpoint is whole only with them. null for an endpoint that is not
 * traced. A release with a mapping has other names; its traces are whole when no parent is missing.
 */
export function awaitedSpans(endpoint: string, mapping: SpanMapping | null): readonly string[] | null {
  const lastSpans = endpointNamed(endpoint)?.lastSpans;
  if (lastSpans === undefined) return null;
  return mapping === null ? lastSpans : [];
}

/** Aragora 2.11.1 as measured: no documented name arrives, and `traceparent` is not continued. */
export const ARAGORA_2_11_SPANS: SpanMapping = {
  renames: [
    {
      signal: 'http.request',
      name: 'GET /api/health',
      pattern: '(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) /.*',
      attributes: { method: 'http.method', path: 'http.path', status: 'http.status_code' },
    },
    { signal: 'debate.run', name: 'debate', pattern: 'debate', attributes: {} },
    {
      signal: 'debate.round',
      name: 'debate.phase.debate_rounds',
      pattern: 'debate\\.phase\\.debate_rounds',
      attributes: {},
    },
  ],
  traceIdAttribute: 'aragora.trace_id',
};

const MAPPINGS: Readonly<Record<string, SpanMapping>> = { 'aragora-2.11': ARAGORA_2_11_SPANS };

/** @param contract a release's name; a name that is not here has spans as documented. @param own names laid over it. */
export function tracePromises(contract: string, own?: OwnNames): TracePromises {
  const promises = { contract: documentedSpans(), mapping: MAPPINGS[contract] ?? null };
  return own === undefined ? promises : withSpanNames(promises, own);
}
