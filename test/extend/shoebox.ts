/** A user's own trace backend: it keeps traces in a shoebox, which answers HTTP with JSON. */
import { fetchJson } from '../../lib/http/backend.ts';
import { url } from '../../lib/options/kinds.ts';
import type { Span } from '../../lib/systems/traces/observation.ts';
import type { TraceBackendKind } from '../../lib/systems/traces/observe/backend.ts';

export const shoebox: TraceBackendKind = {
  id: 'shoebox',
  title: 'Shoebox',
  options: ['shoebox'],
  brings: [{ name: 'shoebox', kind: url, value: '<url>', text: 'a Shoebox that has its traces', group: 'Traces' }],
  usage: '--shoebox URL',
  open: (base, { signal }) => {
    const spans = async (path: string) => {
      const answer = await fetchJson(`${base}${path}`, { signal });
      return answer.ok ? { ok: true as const, value: answer.data as readonly Span[] } : answer;
    };
    return {
      source: 'shoebox',
      url: base,
      services: async () => ({ ok: true, value: ['aragora-api'] }),
      trace: (traceId) => spans(`/traces/${traceId}`),
      search: ({ service }) => spans(`/services/${service}`),
      edges: async () => ({ ok: true, value: [] }),
    };
  },
};
