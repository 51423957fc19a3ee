/** What lines say of the load's requests, in limited memory: those that are looked up, and how the fields that name a request differ. */
import type { LoggedRequest, LogVariety, SaidField } from '../observation.ts';

/** Requests that are looked up: a few each second. Further ones are not followed. */
const MOST_REQUESTS = 50_000;
/** Of them, about as many are written down. */
const MOST_WRITTEN = 2000;
const MOST_VALUES = 1000;

type Entry = Readonly<Record<string, unknown>>;

/** Fields in which servers say it. Those of a request count only in lines that have two of them: a path alone may be that of a file. */
const OF_REQUESTS = { method: 'method', path: 'path', status: 'status', durationMs: 'duration_ms' } as const;
const OF_DEBATES = { debateId: 'debate_id' } as const;
const IN_NUMBERS: ReadonlySet<string> = new Set([OF_REQUESTS.status, OF_REQUESTS.durationMs]);
const MOST_SAID = 5;

interface Followed {
  lines: number;
  readonly said: Record<SaidField, Set<string>>;
  readonly levels: Set<string>;
  firstMs: number | null;
  lastMs: number | null;
}

export class LoggedRequests {
  readonly #requests = new Map<string, Followed>();

  add(
    traceId: string,
    entry: Entry,
    { level, atMs }: { readonly level: unknown; readonly atMs: number | undefined },
  ): void {
    const known = this.#requests.get(traceId);
    if (known === undefined && this.#requests.size >= MOST_REQUESTS) return;
    const followed = known ?? { lines: 0, said: nothingSaid(), levels: new Set(), firstMs: null, lastMs: null };
    this.#requests.set(traceId, followed);
    followed.lines += 1;
    listen(followed.said, entry);
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
      return followed === undefined
        ? []
        : [{ traceId, ...followed, levels: [...followed.levels], said: textsOf(followed.said) }];
    });
  }
}

function nothingSaid(): Followed['said'] {
  return { method: new Set(), path: new Set(), status: new Set(), durationMs: new Set(), debateId: new Set() };
}

function listen(said: Followed['said'], entry: Entry): void {
  const isOfRequest = ['method', 'path', 'status'].filter((field) => Object.hasOwn(entry, field)).length >= 2;
  for (const [field, name] of Object.entries({ ...(isOfRequest ? OF_REQUESTS : {}), ...OF_DEBATES })) {
    const values = said[field as SaidField];
    const value = Object.hasOwn(entry, name) ? entry[name] : undefined;
    // No document gives these fields a type, so one of another type says nothing.
    const isSaid = typeof value === 'string' || (typeof value === 'number' && IN_NUMBERS.has(name));
    if (isSaid && values.size < MOST_SAID) values.add(String(value).slice(0, 200));
  }
}

function textsOf({ method, path, status, durationMs, debateId }: Followed['said']): LoggedRequest['said'] {
  const said = { method: [...method], path: [...path], status: [...status] };
  return { ...said, durationMs: [...durationMs], debateId: [...debateId] };
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
