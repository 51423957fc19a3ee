/** The releases that are known: habits of their API, never the limits. Where one keeps its telemetry, each system says. */
import type { ProfileName } from './profiles.ts';

export interface Contract {
  readonly name: string;
  readonly description: string;
  /** The WebSocket subprotocol that a client must offer. */
  readonly subprotocol: string;
  /** Whether each created debate comes from its own client address (`X-Forwarded-For`), because the release limits creation per client. */
  readonly distinctClients: boolean;
  /** Debates a second that the release can take for some minutes; null when it promises no limit. */
  readonly mostDebatesPerSec: number | null;
  /** The same for as long as a load lasts. */
  readonly lastingDebatesPerSec: number | null;
  /** The shortest profile that the release can take and that can decide everything it gates. */
  readonly profile: ProfileName;
  /** Whether each of two agents of the same name speaks. */
  readonly namesakesSpeak: boolean;
  /** How old the list of debates may be, seconds. */
  readonly listAgeSec: number;
}

/** Where releases serve WebSockets if they are started without `--ws-port`. The documents have them at the port of the API. */
export const RELEASE_WS_PORT = 8765;

export const CONTRACTS = {
  documented: {
    name: 'documented',
    description: 'what the two guides promise',
    subprotocol: 'aragora-v1',
    distinctClients: false,
    mostDebatesPerSec: null,
    lastingDebatesPerSec: null,
    profile: 'smoke',
    namesakesSpeak: true,
    // No document allows a cache, and none forbids a short one.
    listAgeSec: 5,
  },
  'aragora-2.11': {
    name: 'aragora-2.11',
    description: 'Aragora 2.11.1 from PyPI: debate creation is limited per client address',
    subprotocol: 'aragora-v1',
    distinctClients: true,
    // It runs ten at once, and each one that it refuses occupies a slot until a restart.
    mostDebatesPerSec: 1,
    // At one a second all places were taken after four to ten minutes; at half of that not in twenty.
    lastingDebatesPerSec: 0.5,
    profile: 'gentle',
    namesakesSpeak: false,
    // It keeps the list for 30 s.
    listAgeSec: 35,
  },
} as const satisfies Record<string, Contract>;

export type ContractName = keyof typeof CONTRACTS;
