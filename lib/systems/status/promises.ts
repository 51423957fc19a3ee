/** What the monitoring guide promises of the status page: which monitors there are, how often each asks, and how often it tries again. */
import type { Source } from '../../core/source.ts';

const GUIDE = 'monitoring-setup-guide.md';
export const MONITORS: Source = { document: GUIDE, section: 'Uptime Kuma, Current Monitors' };
export const ADDING: Source = { document: GUIDE, section: 'Uptime Kuma, Adding Monitors' };
export const AVAILABILITY: Source = { document: GUIDE, section: 'SLO Definitions, Availability SLO' };

export interface PromisedMonitor {
  readonly name: string;
  /** As the guide has it. */
  readonly url: string;
  /** Below the address of the server that is tested; null: it is about another server. */
  readonly path: string | null;
}

export interface StatusPromises {
  readonly monitors: readonly PromisedMonitor[];
  /** A monitor asks at least once in this time. */
  readonly intervalSec: number;
  /** Failed pings that may follow the first one before a monitor calls the server down. */
  readonly retries: number;
}

const API = 'https://api.aragora.ai';

export function statusPromises(): StatusPromises {
  return {
    monitors: [
      { name: 'API Health', url: `${API}/api/health`, path: '/api/health' },
      { name: 'API Services', url: `${API}/api/health/services`, path: '/api/health/services' },
      { name: 'WebSocket', url: 'wss://api.aragora.ai/ws', path: '/ws' },
      { name: 'Website', url: 'https://aragora.ai', path: null },
      { name: 'Live Dashboard', url: 'https://live.aragora.ai', path: null },
      { name: 'ELO System', url: `${API}/api/health/services`, path: '/api/health/services' },
    ],
    intervalSec: 60,
    retries: 3,
  };
}
