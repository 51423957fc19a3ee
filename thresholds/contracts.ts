/**
 * Owns where a release keeps what the documents promise: names and habits of its API, never the limits.
 * Refuses to know how they are used.
 */
import type { TelemetryContract } from '../lib/core/telemetry-plan.ts';
import { ARAGORA_2_11_METRICS, DOCUMENTED_METRIC_CONTRACT } from '../lib/systems/metrics/promises.ts';
import { ARAGORA_2_11_SPANS } from '../lib/systems/traces/promises.ts';
import type { ProfileName } from './profiles.ts';

export interface Contract {
  readonly name: string;
  readonly description: string;
  /** The WebSocket subprotocol that a client must offer. */
  readonly subprotocol: string;
  /** Whether each created debate comes from a client address of its own (`X-Forwarded-For`), because the release limits creation per client. */
  readonly distinctClients: boolean;
  /** Debates a second that the release is known to bear for long; null when it promises no bound. */
  readonly mostDebatesPerSec: number | null;
  /** The shortest profile that the release bears and that can decide all it gates. */
  readonly profile: ProfileName;
  /** Where it keeps documented signals. Log fields are nowhere renamed. */
  readonly telemetry: TelemetryContract;
  /** A bearer token that nobody asked for is ignored, so that one can be sent to see whether it is logged. */
  readonly ignoresTokens: boolean;
}

export const CONTRACTS = {
  documented: {
    name: 'documented',
    description: 'what the two guides promise',
    subprotocol: 'aragora-v1',
    distinctClients: false,
    mostDebatesPerSec: null,
    profile: 'smoke',
    telemetry: { metrics: DOCUMENTED_METRIC_CONTRACT, spans: null },
    ignoresTokens: false,
  },
  'aragora-2.11': {
    name: 'aragora-2.11',
    description: 'Aragora 2.11.1 from PyPI: debate creation is limited per client address',
    subprotocol: 'aragora-v1',
    distinctClients: true,
    // It runs ten at once, and each one that it refuses holds a slot until it is restarted.
    mostDebatesPerSec: 1,
    profile: 'gentle',
    telemetry: { metrics: ARAGORA_2_11_METRICS, spans: ARAGORA_2_11_SPANS },
    ignoresTokens: true,
  },
} as const satisfies Record<string, Contract>;

export type ContractName = keyof typeof CONTRACTS;
