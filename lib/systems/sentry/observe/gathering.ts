/** What is known of the reports so far. Its size does not grow with their number. */
import type { Places, SentryObserved, Transactions } from '../observation.ts';
import { type Envelope, fieldsOf, type Item } from './envelope.ts';
import { KINDS, type Kind, type Sought, search } from './search.ts';

/** What an error is known by once it arrives. */
export interface Awaited {
  readonly marks: readonly string[];
  readonly arrived: () => void;
}

const MOST_NAMES = 50;
const SHOWN_NAMES = 10;
const SHOWN_CHARS = 100;
const MOST_PLACES = 5;

/** How often each of a few names was seen. */
class Names {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    const shown = name.slice(0, SHOWN_CHARS);
    if (!this.#counts.has(shown) && this.#counts.size >= MOST_NAMES) return;
    this.#counts.set(shown, (this.#counts.get(shown) ?? 0) + 1);
  }

  get list(): { readonly name: string; readonly count: number }[] {
    const all = [...this.#counts].map(([name, count]) => ({ name, count }));
    return all.sort((a, b) => b.count - a.count).slice(0, SHOWN_NAMES);
  }
}

export class Gathering {
  readonly #sought: Sought;
  /** How the load's clients name themselves. */
  readonly #client: string;
  readonly #places: Record<Kind, { reports: number; examples: string[] }>;
  readonly #environments = new Names();
  readonly #releases = new Names();
  readonly #types = new Names();
  readonly #transactions = new Names();
  readonly #rates = new Names();
  readonly #without = { environment: 0, release: 0 };
  readonly #counts = { errors: 0, http: 0, ofLoad: 0, ofKnown: 0, lost: 0 };
  #others = 0;
  #awaited: Awaited | undefined;

  constructor(sought: Sought, client: string) {
    this.#sought = sought;
    this.#client = client;
    const none = () => ({ reports: 0, examples: [] });
    this.#places = { authorization: none(), cookie: none(), email: none(), secret: none() };
  }

  /** Errors that arrived, of whomever. */
  get arrived(): number {
    return this.#counts.errors + this.#others;
  }

  /** Whether it is the error that somebody waits for. */
  isAwaited(text: string): boolean {
    return this.#awaited?.marks.some((mark) => text.includes(mark)) ?? false;
  }

  /** An error that may be anybody's: it is counted, and not looked at. */
  addOther(): void {
    this.#others += 1;
  }

  /** Says when an error arrives that has one of the marks in it. */
  await(awaited: Awaited): void {
    this.#awaited = awaited;
  }

  add({ trace, items }: Envelope): void {
    for (const item of items) {
      if (item.type === 'client_report') this.#addLost(item);
      if (item.type === 'event') this.#addError(item);
      if (item.type === 'transaction') this.#addTransaction(item, trace);
    }
  }

  #addError(item: Item): void {
    this.#counts.errors += 1;
    const { exception, level } = fieldsOf(item.data);
    const values: unknown = fieldsOf(exception)['values'] ?? exception;
    const last: unknown = Array.isArray(values) ? values.at(-1) : undefined;
    this.#types.add(String(fieldsOf(last)['type'] ?? `a message of level ${level ?? 'error'}`));
    this.#addCommon(item);
    if (this.isAwaited(item.text)) this.#awaited?.arrived();
  }

  #addTransaction(item: Item, trace: Readonly<Record<string, unknown>>): void {
    const { contexts, request, transaction } = fieldsOf(item.data);
    const isHttp = fieldsOf(fieldsOf(contexts)['trace'])['op'] === 'http.server';
    // A transaction of something else, a task for example, is no request of the load.
    if (isHttp) {
      this.#counts.http += 1;
      this.#transactions.add(String(transaction ?? 'without a name'));
      const agent = agentOf(fieldsOf(request)['headers']);
      if (agent !== undefined) this.#counts.ofKnown += 1;
      if (agent === this.#client) this.#counts.ofLoad += 1;
    }
    const rate = trace['sample_rate'];
    if (rate !== undefined) this.#rates.add(String(Number(rate)));
    this.#addCommon(item);
  }

  #addCommon({ data }: Item): void {
    const { environment, release } = fieldsOf(data);
    if (isName(environment)) this.#environments.add(environment);
    else this.#without.environment += 1;
    if (isName(release)) this.#releases.add(release);
    else this.#without.release += 1;
    const found = search(data, this.#sought);
    for (const kind of KINDS) {
      const places = this.#places[kind];
      if (found[kind].length > 0) places.reports += 1;
      const fresh = found[kind].filter((place) => !places.examples.includes(place));
      places.examples.push(...fresh.slice(0, MOST_PLACES - places.examples.length));
    }
  }

  #addLost({ data }: Item): void {
    const { discarded_events: discarded } = fieldsOf(data);
    for (const one of Array.isArray(discarded) ? discarded : []) {
      const { category, reason, quantity } = fieldsOf(one);
      if (category === 'transaction' && reason !== 'sample_rate') this.#counts.lost += Number(quantity) || 0;
    }
  }

  get seen(): Pick<
    SentryObserved,
    'errors' | 'errorTypes' | 'transactions' | 'release' | 'authorization' | 'cookie' | 'email'
  > & { readonly environments: Names['list']; readonly withoutEnvironment: number; readonly secret: Places } {
    return {
      errors: this.#counts.errors,
      errorTypes: this.#types.list,
      transactions: this.#transactionsSeen,
      environments: this.#environments.list,
      withoutEnvironment: this.#without.environment,
      release: { seen: this.#releases.list, without: this.#without.release },
      ...this.#places,
    };
  }

  get #transactionsSeen(): Transactions {
    const { http, ofLoad, ofKnown, lost } = this.#counts;
    const isKnown = http > 0 && ofKnown === http;
    const names = this.#transactions.list;
    return { http, ofLoad: isKnown ? ofLoad : null, names, saidRates: this.#rates.list.map(({ name }) => name), lost };
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Headers are an object, or a list of pairs. */
function agentOf(headers: unknown): string | undefined {
  const pairs: unknown[] = Array.isArray(headers) ? headers : Object.entries(fieldsOf(headers));
  for (const pair of pairs) {
    if (Array.isArray(pair) && String(pair[0]).toLowerCase() === 'user-agent') return String(pair[1]);
  }
  return undefined;
}
