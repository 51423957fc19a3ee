/** How many spans arrived, by service and name, and where their traces began. */
import type { Span } from '../observation.ts';

/** null: a span without a service name. */
export type ServiceName = Span['serviceName'];

export interface RootCount {
  readonly service: ServiceName;
  readonly name: string;
  readonly kind: Span['kind'];
  readonly bySecond: Map<number, number>;
  /** The same by endpoint, as far as it is one of the load's. */
  readonly byEndpoint: Map<string, Map<number, number>>;
}

const MAX_NAMES = 1000;
/** Stands for further names, when there are too many. */
const OTHER_NAMES = '(other names)';

export class SpanCounts {
  readonly #endpointOf: ((span: Span) => string | null) | undefined;
  readonly #roots = new Map<string, RootCount>();
  /** How many spans of each name, by service. */
  readonly #names = new Map<ServiceName, Map<string, number>>();
  spans = 0;
  #nameCount = 0;

  /** @param endpointOf which endpoint of the load a request's span is about; null for another one. Absent: endpoints are not distinguished. */
  constructor(endpointOf?: (span: Span) => string | null) {
    this.#endpointOf = endpointOf;
  }

  get services(): readonly ServiceName[] {
    return [...this.#names.keys()];
  }

  /** How many spans of each name these services sent. */
  namesOf(isCounted: (service: ServiceName) => boolean): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [service, names] of this.#names) {
      if (!isCounted(service)) continue;
      for (const [name, count] of names) counts.set(name, (counts.get(name) ?? 0) + count);
    }
    return counts;
  }

  /** Traces by their root: each counts once, even if a root was sent twice. */
  roots(): readonly RootCount[] {
    return [...this.#roots.values()];
  }

  /** @param isFirstRoot whether its trace begins with it, and had no root before. */
  add(span: Span, isFirstRoot: boolean): void {
    this.spans += 1;
    const { serviceName: service } = span;
    const names = this.#names.get(service) ?? new Map<string, number>();
    this.#names.set(service, names);
    const name = names.has(span.name) || this.#nameCount < MAX_NAMES ? span.name : OTHER_NAMES;
    if (!names.has(name)) this.#nameCount += 1;
    names.set(name, (names.get(name) ?? 0) + 1);
    if (isFirstRoot) this.#countRoot(span, name);
  }

  #countRoot(span: Span, name: string): void {
    const { serviceName: service, kind } = span;
    const key = JSON.stringify([service, kind, name]);
    const root = this.#roots.get(key) ?? { service, name, kind, bySecond: new Map(), byEndpoint: new Map() };
    const second = Math.floor(Number(span.startUnixNano) / 1e9);
    increase(root.bySecond, second);
    this.#roots.set(key, root);
    const endpoint = this.#endpointOf?.(span) ?? null;
    if (endpoint === null) return;
    const own = root.byEndpoint.get(endpoint) ?? new Map<number, number>();
    root.byEndpoint.set(endpoint, own);
    increase(own, second);
  }
}

function increase(counts: Map<number, number>, second: number): void {
  counts.set(second, (counts.get(second) ?? 0) + 1);
}
