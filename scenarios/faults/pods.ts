/** Breaks pods by the agents of xk6-disruptor, until it is interrupted. It runs in a k6 of its own, beside the load, once for each phase. */
import { PodDisruptor } from 'k6/x/disruptor';
import type { AgentOrder } from '../../lib/core/pod-fault.ts';

/** Where an agent listens for the requests that it takes; hardly a server's. */
const PROXY = { proxyPort: 28_765 };

export const options = { setupTimeout: '48h' };

/** Not in an iteration: of an error there, k6's exit code says nothing. */
export function setup(): void {
  const { namespace, labels, port, image, fault, atMostSec, mark } = JSON.parse(__ENV['ORDER'] ?? '{}') as AgentOrder;
  const pods = new PodDisruptor({ namespace, select: { labels } });
  pods.attach(image);
  if (fault === undefined) return;
  const duration = `${atMostSec}s`;
  switch (fault.kind) {
    case 'pod-status': {
      const errors = { errorRate: fault.share, errorCode: fault.status, errorBody: mark };
      pods.injectHTTPFaults({ port, ...errors, exclude: fault.exclude.join(',') }, duration, PROXY);
      return;
    }
    case 'pod-latency': {
      const delays = { averageDelay: `${fault.delayMs}ms`, delayVariation: `${fault.jitterMs}ms` };
      pods.injectHTTPFaults({ port, ...delays, exclude: fault.exclude.join(',') }, duration, PROXY);
      return;
    }
    case 'pod-drop':
      pods.injectNetworkFaults({ port, protocol: 'tcp' }, duration);
      return;
    default:
      throw new Error(`${JSON.stringify(fault satisfies never)} is no fault of an agent`);
  }
}

/** k6 wants one. */
export default function nothing(): void {}
