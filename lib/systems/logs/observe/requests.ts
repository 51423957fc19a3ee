/** What lines say of the load's requests, in limited memory: those that are looked up, and how the fields that name a request differ. */
import type { LoggedRequest, LogVariety } from '../observation.ts';

/** Requests that are looked up: a few each second. Further ones are not followed. */
const MOST_REQUESTS = 50_000;
/** Of them, about as many are written down. */
const MOST_WRITTEN = 2000;
const MOST_VALUES = 1000;

interface Followed {
  lines: number;
  readonly levels: Set<string>;
  firstMs: number | null;
  lastMs: number | null;
}

export class LoggedRequests {
  readonly #requests = new Map<string, Followed>();

  add(traceId: string, level: unknown, atMs: number | undefined): void {
    const known = this.#requests.get(traceId);
    if (known === undefined && this.#requests.size >= MOST_REQUESTS) return;
    const followed = known ?? { lines: 0, levels: new Set(), firstMs: null, lastMs: null };
    this.#requests.set(traceId, followed);
    followed.lines += 1;
    if (typeof level === 'string' && followed.levels.size < 10) followed.levels.add(level.slice(0, 30));
    if (atMs === undefined) return;
    followed.firstMs = Math.min(followed.firstMs ?? atMs, atMs);
    followed.lastMs = Math.max(followed.lastMs ?? atMs, atMs);
  }

  of(traceIds: readonly string[]): LoggedRequest[] {
    const every = Math.ceil(traceIds.length / MOST_WRITTEN);
    return traceIds.flatMap((traceId, at) => {
      if (at % every !== 0) return [];
      const followed = this.#requests.get(traceId);
      return followed === undefined ? [] : [{ traceId, ...followed, levels: [...followed.levels] }];
    });
  }
}

export class Varieties {
  readonly #fields: ReadonlyMap<string, { readonly values: Set<unknown>; readonly traces: Set<string> }>;

  constructor(fields: readonly string[]) {
    this.#fields = new Map(fields.map((field) => [field, { values: new Set(), traces: new Set() }]));
  }

  add(entry: Readonly<Record<string, unknown>>, traceId: string): void {
    for (const [field, { values, traces }] of this.#fields) {
      if (entry[field] === undefined || traces.size >= MOST_VALUES) continue;
      values.add(entry[field]);
      traces.add(traceId);
    }
  }

  facts(): Record<string, LogVariety> {
    const sizes = [...this.#fields].map(([field, { values, traces }]) => [
      field,
      { values: values.size, traces: traces.size },
    ]);
    return Object.fromEntries(sizes) as Record<string, LogVariety>;
  }
}
