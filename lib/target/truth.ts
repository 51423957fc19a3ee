/** The ground truth of a run: what the target itself counted and timed. A benchmark compares the harness with it. */

/** Exact counts by value, ascending: `[value in µs, count]`. Values of 10 ms and more are rounded to 4 significant digits. */
export type Multiset = readonly (readonly [valueUs: number, count: number])[];

export interface RouteTruth {
  /** Route template, for example `/api/debates/{id}`. */
  readonly endpoint: string;
  readonly method: string;
  /** Requests whose headers arrived. */
  readonly received: number;
  /** How they ended: an HTTP status, or `cut`, `reset`, `hang` where a fault replaced the answer. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** From the arrival of the headers until a complete answer is handed over. */
  readonly latencyUs: Multiset;
}

export interface TruthReport {
  readonly routes: readonly RouteTruth[];
  /** From `debate_start` to the first `agent_message`, as sent. */
  readonly agentResponseUs: Multiset;
  readonly sockets: Readonly<Record<SocketEvent, number>>;
}

export type SocketEvent = 'opened' | 'refused' | 'closed' | 'pings' | 'pongs' | 'subscriptions';

class Counts {
  readonly #counts = new Map<number, number>();

  add(valueUs: number): void {
    const rounded = fourDigits(valueUs);
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + 1);
  }

  sorted(): Multiset {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}

function fourDigits(valueUs: number): number {
  const whole = Math.round(valueUs);
  if (whole < 10_000) return whole;
  const unit = 10 ** (Math.floor(Math.log10(whole)) - 3);
  return Math.round(whole / unit) * unit;
}

interface RouteCounts {
  received: number;
  readonly outcomes: Record<string, number>;
  readonly latency: Counts;
}

export class Truth {
  readonly #routes = new Map<string, RouteCounts>();
  readonly #agentResponse = new Counts();
  readonly #sockets = { opened: 0, refused: 0, closed: 0, pings: 0, pongs: 0, subscriptions: 0 };

  received(method: string, endpoint: string): void {
    this.#route(method, endpoint).received += 1;
  }

  /** `latencyMs` is null where no complete answer was given. */
  ended(method: string, endpoint: string, outcome: string, latencyMs: number | null): void {
    const route = this.#route(method, endpoint);
    route.outcomes[outcome] = (route.outcomes[outcome] ?? 0) + 1;
    if (latencyMs !== null) route.latency.add(latencyMs * 1000);
  }

  agentResponse(latencyMs: number): void {
    this.#agentResponse.add(latencyMs * 1000);
  }

  socket(event: SocketEvent): void {
    this.#sockets[event] += 1;
  }

  report(): TruthReport {
    const routes = [...this.#routes].map(([key, { received, outcomes, latency }]) => {
      const [method = '', endpoint = ''] = key.split(' ');
      return { endpoint, method, received, outcomes: { ...outcomes }, latencyUs: latency.sorted() };
    });
    return { routes, agentResponseUs: this.#agentResponse.sorted(), sockets: { ...this.#sockets } };
  }

  #route(method: string, endpoint: string): RouteCounts {
    const key = `${method} ${endpoint}`;
    let route = this.#routes.get(key);
    if (route === undefined) {
      route = { received: 0, outcomes: {}, latency: new Counts() };
      this.#routes.set(key, route);
    }
    return route;
  }
}
