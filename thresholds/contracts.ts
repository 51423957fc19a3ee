/**
 * Owns where a release keeps what the documents promise: names and habits of its API, never the limits.
 * Refuses to know how they are used. Later: metric, span and log names.
 */
export interface Contract {
  readonly name: string;
  readonly description: string;
  /** The WebSocket subprotocol that a client must offer. */
  readonly subprotocol: string;
  /** Whether each created debate comes from a client address of its own (`X-Forwarded-For`), because the release limits creation per client. */
  readonly distinctClients: boolean;
}

export const CONTRACTS = {
  documented: {
    name: 'documented',
    description: 'what the two guides promise',
    subprotocol: 'aragora-v1',
    distinctClients: false,
  },
  'aragora-2.11': {
    name: 'aragora-2.11',
    description: 'Aragora 2.11.1 from PyPI: debate creation is limited per client address',
    subprotocol: 'aragora-v1',
    distinctClients: true,
  },
} as const satisfies Record<string, Contract>;

export type ContractName = keyof typeof CONTRACTS;
