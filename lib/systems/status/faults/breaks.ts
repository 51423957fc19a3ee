/**
 * Lies and faults of external monitors, by name: each changes what they recorded, and exactly its finding fails. They are no breaks of the
 * reference target, because monitors stand outside of it.
 */
import type { Ping, SeenMonitor, StatusObserved } from '../observation.ts';

export interface StatusBreak {
  readonly name: string;
  /** What is wrong, one sentence. */
  readonly description: string;
  /** Id of the finding that must fail, and no other. */
  readonly finding: string;
  readonly change: (right: StatusObserved) => StatusObserved;
}

const HEALTH = 'API Health';

export const STATUS_BREAKS: readonly StatusBreak[] = [
  {
    name: 'status.monitors.deleted',
    description: 'the monitor of the WebSocket was deleted',
    finding: 'status.monitors',
    change: (right) => ({ ...right, monitors: right.monitors.filter(({ name }) => name !== 'WebSocket') }),
  },
  {
    name: 'status.answers.no-such-url',
    description: 'two monitors ask /api/health/services, which the server does not have',
    finding: 'status.answers',
    change: (right) => ({
      ...right,
      addresses: right.addresses.map((one) => (one.path.endsWith('/services') ? { ...one, status: 404 } : one)),
    }),
  },
  {
    name: 'status.interval.slow',
    description: 'a monitor asks every 5 minutes, not every 60 s',
    finding: 'status.interval',
    change: onHealth(({ pings }) => ({ pings: pings.filter((_, at) => at % 5 === 0) })),
  },
  {
    name: 'status.interval.stopped',
    description: 'a monitor stopped asking half an hour ago',
    finding: 'status.interval',
    change: onHealth(({ pings }) => ({ pings: pings.slice(0, -30) })),
  },
  {
    name: 'status.retries.none',
    description: 'a monitor calls the server down after one failed ping',
    finding: 'status.retries',
    change: onHealth(({ pings }) => ({ pings: pings.map((ping, at) => (at === 20 ? failed(ping, 'down') : ping)) })),
  },
  {
    name: 'status.clients.down',
    description: 'a monitor says that the server does not answer while it answers every client',
    finding: 'status.clients',
    change: onHealth(({ pings }) => ({
      pings: pings.map((ping, at) => (at >= pings.length - 3 ? failed(ping, 'retrying') : ping)),
    })),
  },
  {
    name: 'availability.status-page.outages',
    description: 'a monitor had a failed ping in every other hour of the month',
    finding: 'availability.status-page',
    change: onHealth(({ hours }) => ({ hours: hours.map((hour, at) => ({ ...hour, failed: at % 2 })) })),
  },
];

function onHealth(change: (monitor: SeenMonitor) => Partial<SeenMonitor>): StatusBreak['change'] {
  return (right) => ({
    ...right,
    monitors: right.monitors.map((one) => (one.name === HEALTH ? { ...one, ...change(one) } : one)),
  });
}

function failed(ping: Ping, outcome: 'down' | 'retrying'): Ping {
  return { ...ping, outcome, tookMs: null };
}
