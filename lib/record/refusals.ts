/** Why a record of the engine is refused. */
import type { Endpoint } from '../core/endpoint.ts';
import { SloError } from '../core/error.ts';

export function undeclared(endpoint: Endpoint, endpoints: readonly Endpoint[]): SloError {
  return new SloError(
    'prerequisite-missing',
    `a script recorded the endpoint "${endpoint}", which no journey of the plan declares (${endpoints.join(', ')})`,
    { hint: "name it in the journey's descriptor, or record another one" },
  );
}

interface Contradiction {
  readonly expected: string;
  readonly actual: string;
  readonly cause?: unknown;
}

export function contradiction(subject: string, second: number, { expected, actual, cause }: Contradiction): SloError {
  return new SloError(
    'prerequisite-missing',
    `the engine's record of ${subject} in second ${second} should have ${expected}, got ${actual}`,
    {
      hint: 'the load engine is of another version than this harness: unset ARAGORA_SLO_K6, or rebuild the engine',
      cause,
    },
  );
}
