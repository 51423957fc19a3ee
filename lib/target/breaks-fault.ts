/**
 * The named breaks that show only while something is broken on purpose, or after it: of the server, which feels the pressure on its process, and
 * of the layer of faults, which stands in front of it.
 */
import type { NamedBreak } from './break.ts';

/** What the layer of faults does wrong. The names are those of its program. */
export type LayerBreak =
  /** It says that it hits, and lets everything pass. */
  | 'ignores'
  /** While a fault is on, it asks the server each GET request twice, and tells nobody. */
  | 'asks-twice';

export interface FaultBreak extends NamedBreak {
  /** What shows it in a run: the name of a fault. */
  readonly under: 'errors' | 'memory';
  /** How its finding does not pass: what is the harness's own fault accuses nobody. */
  readonly status: 'fail' | 'inconclusive';
  readonly layer?: LayerBreak;
}

const UNWELL = {
  http: (['health', 'debates-list'] as const).map(
    (route) => ({ route, kind: 'status', status: 503, pick: { share: 0.5 } }) as const,
  ),
};

export const FAULT_BREAKS: readonly FaultBreak[] = [
  {
    name: 'fault.ignored',
    description: 'the layer of faults says that it hits, and lets everything pass',
    finding: 'load.faults',
    status: 'inconclusive',
    under: 'errors',
    layer: 'ignores',
  },
  {
    name: 'fault.never-recovers',
    description: 'after pressure on its process, half of the health checks and lists fail for ever',
    finding: 'fault.recovery',
    status: 'fail',
    under: 'memory',
    pressed: { after: UNWELL },
  },
  {
    name: 'fault.recovers-late',
    description: 'after pressure on its process, half of the health checks and lists fail for 20 seconds',
    finding: 'fault.recovery',
    status: 'fail',
    under: 'memory',
    pressed: { after: UNWELL, afterForMs: 20_000 },
  },
  {
    name: 'fault.fails-slow',
    description: 'under pressure on its process, one health check in twenty fails, after six seconds',
    finding: 'fault.fail-fast',
    status: 'fail',
    under: 'memory',
    pressed: {
      meanwhile: { http: [{ route: 'health', kind: 'status', status: 503, afterMs: 6000, pick: { share: 0.05 } }] },
    },
  },
  {
    name: 'fault.retry-storm',
    description: 'while something is broken, each GET request that reaches the server is asked of it twice',
    finding: 'metrics.requests_total.reconciles',
    status: 'fail',
    under: 'errors',
    layer: 'asks-twice',
  },
];
