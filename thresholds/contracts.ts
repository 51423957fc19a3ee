/** Where a release keeps what the documents promise: names and habits of its API, never other limits. */
import type { TelemetryContract } from '../lib/core/telemetry-plan.ts';
import { ARAGORA_2_11_METRICS, DOCUMENTED_METRIC_CONTRACT } from '../lib/systems/metrics/promises.ts';
import { ARAGORA_2_11_SPANS } from '../lib/systems/traces/promises.ts';
import type { ProfileName } from './profiles.ts';

export interface Contract {
  readonly name: string;
  readonly description: string;
  /** The WebSocket subprotocol that a client must offer. */
  readonly subprotocol: string;
  /** Whether each created debate comes from its own client address (`X-Forwarded-For`), because the release limits creation per client. */
  readonly distinctClients: boolean;
  /** Debates a second that the release can take for long; null when it promises no limit. */
  readonly mostDebatesPerSec: number | null;
  /** The shortest profile that the release can take and that can decide everything it gates. */
  readonly profile: ProfileName;
  /** Where it keeps documented signals. No release renames log fields. */
  readonly telemetry: TelemetryContract;
  /** It ignores a bearer token that it did not ask for, so one can be sent to see whether it is logged. */
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
    // It runs ten at once, and each one that it refuses occupies a slot until a restart.
    mostDebatesPerSec: 1,
    profile: 'gentle',
    telemetry: { metrics: ARAGORA_2_11_METRICS, spans: ARAGORA_2_11_SPANS },
    ignoresTokens: true,
  },
} as const satisfies Record<string, Contract>;

export type ContractName = keyof typeof CONTRACTS;
