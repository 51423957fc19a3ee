/**
 * What the guides promise of spans, each row with its source, and where Aragora 2.11 keeps it instead. Data only.
 *
 * The guides name attribute names; types are those of the values in the guides' code and of what the words mean.
 */
import type { Endpoint } from '../../core/endpoint.ts';
import type { Source } from '../../core/source.ts';
import type { SpanContract, SpanMapping, TracePromises } from './signals.ts';

const COMPONENTS: Source = { document: 'monitoring-setup-guide.md', section: 'Instrumented Components' };
const CUSTOM_SPANS: Source = { document: 'observability-setup-guide.md', section: 'Adding Custom Spans' };
const SAMPLING: Source = { document: 'observability-setup-guide.md', section: 'Trace Sampling Strategy' };
const CHECKLIST: Source = { document: 'observability-setup-guide.md', section: 'Verification Checklist' };
const CONFIGURATION: Source = { document: 'monitoring-setup-guide.md', section: 'Environment Variables' };

const HTTP: readonly Endpoint[] = ['health', 'debates-list', 'debates-create', 'consensus'];
const DEBATE: readonly Endpoint[] = ['debates-create'];

export const DOCUMENTED_SPANS: SpanContract = {
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
      provokedBy: HTTP,
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
      provokedBy: DEBATE,
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
      provokedBy: DEBATE,
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
      provokedBy: DEBATE,
    },
    {
      id: 'db.query',
      forms: [{ name: 'db.query', attributes: { operation: 'string', table: 'string' }, source: COMPONENTS }],
      provokedBy: ['debates-list', 'debates-create'],
    },
    {
      id: 'memory.access',
      forms: [{ name: 'memory.access', attributes: { tier: 'string', operation: 'string' }, source: COMPONENTS }],
      provokedBy: DEBATE,
    },
  ],
  requestSpans: {
    health: { method: 'GET', path: '/api/health' },
    'debates-list': { method: 'GET', path: '/api/debates' },
    'debates-create': { method: 'POST', path: '/api/debates' },
    consensus: { method: 'GET', path: '/api/debates/[^/]+/convergence' },
  },
  serviceName: { value: 'aragora-api', source: CONFIGURATION },
  samplingRatio: { value: 0.1, source: SAMPLING },
  propagation: CHECKLIST,
  // One service is documented, so the map has a node and no edge.
  serviceMap: { edges: [], source: CHECKLIST },
};

/**
 * Documented spans that end last: a trace of a good request to the endpoint is whole only with them. null for an endpoint that is not
 * traced. A release with a mapping has other names; there a trace is whole when no parent lacks.
 */
export function awaitedSpans(endpoint: string, mapping: SpanMapping | null): readonly string[] | null {
  const isDebate = endpoint === 'debates-create' || endpoint === 'agent-response';
  if (!isDebate && !HTTP.some((known) => known === endpoint)) return null;
  if (mapping !== null) return [];
  return isDebate ? ['http.request', 'debate.run'] : ['http.request'];
}

/** Aragora 2.11.1 as measured: no documented name arrives, `traceparent` is not continued. */
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

/** @param contract a release's name; one that is not here has spans as they are documented. */
export function tracePromises(contract: string): TracePromises {
  return { contract: DOCUMENTED_SPANS, mapping: MAPPINGS[contract] ?? null };
}
