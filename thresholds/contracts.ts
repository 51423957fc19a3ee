/** The releases that are known: habits of their API, never the limits. Where one keeps its telemetry, each system says. */
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
    ignoresTokens: true,
  },
} as const satisfies Record<string, Contract>;

export type ContractName = keyof typeof CONTRACTS;
