/** How counting goes wrong: requests lost, counted twice, timed in the wrong unit, counted under the wrong status. */
import { unreachable } from '../../../core/error.ts';
import type { Metrics } from '../../../target/metrics.ts';
import { everyNth } from '../../../target/random.ts';
import type { CountFault } from './faults.ts';

export function miscounting(fault: CountFault): (metrics: Metrics) => Metrics {
  switch (fault.kind) {
    case 'requests-lost':
      return losing(fault);
    case 'requests-repeated':
      return (metrics) => ({
        ...metrics,
        request: (...counted) => {
          for (let time = 0; time < fault.times; time++) metrics.request(...counted);
        },
      });
    case 'seconds-times':
      return (metrics) => ({ ...metrics, ...mistimed(metrics, fault) });
    case 'requests-invented':
      return inventing(fault.every);
    case 'lumped':
      return fault.of === 'debates' ? lumpingDebates : lumpingRequests;
    case 'calls-as':
      return (metrics) => ({
        ...metrics,
        agentCall: (agent, provider, _, seconds) => metrics.agentCall(agent, provider, fault.status, seconds),
      });
    case 'errors-as-ok':
      return (metrics) => ({
        ...metrics,
        request: (answered, into) =>
          metrics.request({ ...answered, status: answered.status >= 500 ? 200 : answered.status }, into),
      });
    default:
      return unreachable(fault);
  }
}

const BOTH = { counter: true, histogram: true } as const;

function losing({ every, from }: Extract<CountFault, { kind: 'requests-lost' }>): (metrics: Metrics) => Metrics {
  const isLost = everyNth(every);
  return (metrics) => ({
    ...metrics,
    request: (answered, into = BOTH) => {
      if (!isLost()) return metrics.request(answered, into);
      if (from !== 'both') metrics.request(answered, { ...into, [from]: false });
    },
  });
}

function inventing(every: number): (metrics: Metrics) => Metrics {
  const isRepeated = everyNth(every);
  return (metrics) => ({
    ...metrics,
    request: (answered, into) => {
      metrics.request(answered, into);
      if (isRepeated()) metrics.request({ ...answered, method: 'DELETE', endpoint: '/api/agents', status: 200 });
    },
  });
}

function lumpingDebates(metrics: Metrics): Metrics {
  const lump = lumping();
  return { ...metrics, debateEnded: (end) => metrics.debateEnded({ ...end, seconds: lump(end.seconds) }) };
}

function lumpingRequests(metrics: Metrics): Metrics {
  const lumps = new Map<string, (seconds: number) => number>();
  return {
    ...metrics,
    request: (answered, into) => {
      const key = `${answered.method} ${answered.endpoint}`;
      const lump = lumps.get(key) ?? lumping();
      lumps.set(key, lump);
      metrics.request({ ...answered, seconds: lump(answered.seconds) }, into);
    },
  };
}

/** What is kept of one is added to the next, so their sum stays. */
function lumping(): (seconds: number) => number {
  let keptSec: number | undefined;
  return (seconds) => {
    const lumped = keptSec === undefined ? 0 : keptSec + seconds;
    keptSec = keptSec === undefined ? seconds : undefined;
    return lumped;
  };
}

function mistimed(
  metrics: Metrics,
  { of, factor }: Extract<CountFault, { kind: 'seconds-times' }>,
): Partial<Pick<Metrics, 'request' | 'agentCall' | 'debateEnded'>> {
  switch (of) {
    case 'requests':
      return {
        request: (answered, into) => metrics.request({ ...answered, seconds: answered.seconds * factor }, into),
      };
    case 'agents':
      return {
        agentCall: (agent, provider, status, seconds) => metrics.agentCall(agent, provider, status, seconds * factor),
      };
    case 'debates':
      return { debateEnded: (end) => metrics.debateEnded({ ...end, seconds: end.seconds * factor }) };
    default:
      return unreachable(of);
  }
}
