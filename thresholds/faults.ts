/** The faults that have a name. Data only. */
import type { Fault } from '../lib/core/fault.ts';

export interface FaultPreset {
  readonly description: string;
  readonly faults: readonly Fault[];
}

export const FAULT_PRESETS = {
  latency: {
    description: 'everything that the server sends comes 200 ms later, give or take 50 ms',
    faults: [{ kind: 'latency', delayMs: 200, jitterMs: 50 }],
  },
  bandwidth: {
    description: 'each connection carries at most 16 kB a second',
    faults: [{ kind: 'bandwidth', bytesPerSec: 16_000 }],
  },
  reset: {
    description: 'connections are reset at the first byte of an answer',
    faults: [{ kind: 'reset', afterMs: 0 }],
  },
  'black-hole': {
    description: 'connections open, and nothing passes',
    faults: [{ kind: 'black-hole' }],
  },
  'half-open': {
    description: 'requests reach the server, and its answers are lost',
    faults: [{ kind: 'half-open' }],
  },
  errors: {
    description: 'one request in ten is answered with 503',
    faults: [{ kind: 'status', status: 503, share: 0.1 }],
  },
  delays: {
    description: 'one request in ten reaches the server two seconds later',
    faults: [{ kind: 'delay', delayMs: 2000, share: 0.1 }],
  },
  truncated: {
    description: 'one answer in ten breaks off after 20 bytes',
    faults: [{ kind: 'truncated', afterBytes: 20, share: 0.1 }],
  },
  'slow-body': {
    description: 'one answer in ten comes with 100 bytes a second',
    faults: [{ kind: 'slow-body', bytesPerSec: 100, share: 0.1 }],
  },
  'socket-drop': {
    description: 'every WebSocket is cut five seconds after it was opened',
    faults: [{ kind: 'socket-drop', afterMs: 5000, share: 1 }],
  },
  kill: {
    description: 'the process of the server is killed, and started again three seconds later',
    faults: [{ kind: 'kill', forMs: 3000 }],
  },
  pause: {
    description: 'the process of the server stands still for three seconds',
    faults: [{ kind: 'pause', forMs: 3000 }],
  },
  cpu: {
    description: 'the thread of the server is busy with something else for 70 % of the time',
    faults: [{ kind: 'cpu', percent: 70 }],
  },
  memory: {
    description: 'the process of the server holds 256 MB more',
    faults: [{ kind: 'memory', bytes: 256_000_000 }],
  },
  clock: {
    description: 'the clock of the server is an hour ahead',
    faults: [{ kind: 'clock', stepMs: 3_600_000 }],
  },
  redis: {
    description: 'the connection of the server to its Redis is cut, and no new one is let through',
    faults: [{ kind: 'redis' }],
  },
  'pod-status': {
    description: 'an agent in each pod answers one request in ten with 503',
    faults: [{ kind: 'pod-status', status: 503, share: 0.1, exclude: [] }],
  },
  'pod-latency': {
    description: 'an agent in each pod holds every answer back for 200 ms, give or take 50 ms',
    faults: [{ kind: 'pod-latency', delayMs: 200, jitterMs: 50, exclude: [] }],
  },
  'pod-drop': {
    description: 'what is sent to the port of the server is lost, in each pod',
    faults: [{ kind: 'pod-drop' }],
  },
  'pod-kill': {
    description: 'one pod of the server is deleted',
    faults: [{ kind: 'pod-kill', count: 1 }],
  },
} as const satisfies Record<string, FaultPreset>;

export type FaultPresetName = keyof typeof FAULT_PRESETS;
