/** How many requests of the load may never have reached the server, so that it cannot have logged them. */
import type { JudgeInput } from '../../../core/run.ts';

/** Outcomes with which a request may never have reached the server, or with which none was sent. */
const UNREACHED = ['refused', 'reset', 'timeout', 'dns', 'tcp', 'tls'] as const;

/** Arrivals whose trace id the server may never have seen: the request failed on its way, or the handshake before it did. */
export function unreachedBy({ recording, load }: Pick<JudgeInput, 'recording' | 'load'>): number {
  const unanswered = (['health', 'debates-list', 'debates-create', 'consensus'] as const).reduce((sum, endpoint) => {
    const seconds = recording.endpoints.get(endpoint)?.seconds ?? [];
    const kinds = endpoint === 'consensus' ? [...UNREACHED, 'no-debate'] : UNREACHED;
    return sum + seconds.reduce((all, { failed }) => all + kinds.reduce((n, kind) => n + (failed[kind] ?? 0), 0), 0);
  }, 0);
  const created = (recording.endpoints.get('debates-create')?.seconds ?? []).reduce((sum, { count }) => sum + count, 0);
  return unanswered + Math.max(0, creations(load) - created);
}

function creations({ journeys }: JudgeInput['load']): number {
  return journeys
    .filter(({ journey }) => journey === 'agents' || journey === 'debates-create')
    .reduce((sum, { delivered }) => sum + delivered, 0);
}
