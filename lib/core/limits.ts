/** The limits of a plan's latency objectives, as its samples are counted. */
import type { Endpoint } from './endpoint.ts';
import type { Objective } from './plan.ts';

/** Latency limits by endpoint in integer µs, ascending and without duplicates; endpoints without a latency objective are absent. */
export function limitsUsByEndpoint(objectives: readonly Objective[]): Record<Endpoint, number[]> {
  const limits: Record<Endpoint, number[]> = {};
  for (const objective of objectives) {
    if (objective.kind !== 'latency') continue;
    const known = limits[objective.endpoint] ?? [];
    const limitUs = Math.round(objective.limitMs * 1000);
    if (!known.includes(limitUs)) limits[objective.endpoint] = [...known, limitUs].sort((a, b) => a - b);
  }
  return limits;
}
