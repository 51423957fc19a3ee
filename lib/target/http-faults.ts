/** Carries out each HTTP fault on a response. */
import type { ServerResponse } from 'node:http';
import { unreachable } from '../core/error.ts';
import { lieOf } from './answer-lies.ts';
import type { FaultyRoute, HttpFault } from './behaviour.ts';
import { picker } from './random.ts';

/** The fault for the next request of a route, if any. */
export type DueFault = (route: FaultyRoute) => HttpFault | undefined;

export function dueFaults(faults: readonly HttpFault[], seed: number): DueFault {
  const armed = faults.map((fault, index) => ({ fault, isDue: picker(fault.pick, seed, `http/${index}`) }));
  return (route) => {
    let due: HttpFault | undefined;
    // Each fault counts every request of its route, also when another fault hits it.
    for (const { fault, isDue } of armed) if (fault.route === route && isDue()) due = fault;
    return due;
  };
}

/** The result of a response: its status, or why there was none, and whether a complete answer was sent. */
export interface Misbehaviour {
  readonly outcome: string;
  /** For the metrics; 0 where nothing was answered. */
  readonly status: number;
  readonly complete: boolean;
}

/** Carries out the fault. `rightBody` is what would have been answered. */
export function misbehave(response: ServerResponse, fault: HttpFault, rightBody: string): Misbehaviour {
  switch (fault.kind) {
    case 'status':
      return answer(
        response,
        fault.status,
        JSON.stringify({ error: 'injected failure', code: fault.status }),
        fault.retryAfterSec === undefined ? {} : { 'retry-after': `${fault.retryAfterSec}` },
      );
    case 'body':
      return answer(response, 200, fault.body, { 'content-type': fault.contentType ?? 'application/json' });
    case 'lie': {
      const { authorization, cookie } = response.req.headers;
      const { body, contentType, date } = lieOf(fault.how, rightBody, { authorization, cookie });
      return answer(response, 200, body, { 'content-type': contentType, ...(date !== undefined && { date }) });
    }
    case 'huge':
      return answer(response, 200, 'x'.repeat(fault.bytes));
    case 'redirect':
      return answer(response, 302, '', { location: fault.location });
    case 'cut':
      answerHalf(response, rightBody, () => response.destroy());
      return { outcome: 'cut', status: 200, complete: false };
    case 'reset':
      answerHalf(response, rightBody, () => response.socket?.resetAndDestroy());
      return { outcome: 'reset', status: 200, complete: false };
    case 'hang':
      return { outcome: 'hang', status: 0, complete: false };
    default:
      return unreachable(fault);
  }
}

function answer(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}) {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
  return { outcome: String(status), status, complete: true };
}

function answerHalf(response: ServerResponse, body: string, then: () => void): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.write(body.slice(0, Math.ceil(body.length / 2)), then);
}
