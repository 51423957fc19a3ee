/** Which HTTP status the answer to a request had, by the outcome that its client recorded. */
import type { Endpoint } from '../core/endpoint.ts';
import type { Plan } from '../core/plan.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { endpointNamed } from '../journeys/index.ts';

const OK = 200;

/** null where there was no whole answer. */
export function statusOf(outcome: string, endpoint: Endpoint, plan: Pick<Plan, 'target'>): number | null {
  const { status } = sampleOutcome(outcome);
  return status === OK ? goodStatusOf(endpoint, plan) : status;
}

/** With which a request succeeds: no document says it, and for a debate that is created 201 is as usual as 200. */
export function goodStatusOf(endpoint: Endpoint, { target }: Pick<Plan, 'target'>): number {
  const { role, goodStatus } = endpointNamed(endpoint) ?? {};
  return goodStatus ?? (role === 'starts-debate' ? target.createdStatus : undefined) ?? OK;
}
