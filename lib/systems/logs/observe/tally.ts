/** What is counted for each log line, in limited memory. */
import type { TraceIds } from '../../../core/trace-ids.ts';
import type { SecretFinder } from '../../../observe/secrets.ts';
import type { SentArrivals } from '../../../observe/sent.ts';
import { levelNamed } from '../levels.ts';
import type { LogLineProblem, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { strangerFinder } from './belongs.ts';
import { DebateNames } from './debate-names.ts';
import { asDocumented, type Entry, entryOf } from './entry.ts';
import { ErrorLines, type TimeOfLoad } from './errors.ts';
import { FieldCounts } from './field-counts.ts';
import { timeOf } from './fields.ts';
import { LineTimes } from './line-times.ts';
import type { LogLine } from './lines.ts';
import { namedTwice } from './names.ts';
import { Naming } from './naming.ts';
import { OtherFields } from './other-fields.ts';
import { Places } from './places.ts';
import { EXAMPLES, Problems } from './problems.ts';
import { type LineFacts, LoggedRequests } from './requests.ts';
import { SeenArrivals } from './sent.ts';
import { StrangeRequests } from './strangers.ts';
import { isOfOneEvent, Twins } from './twins.ts';

/** What to look for in lines. */
export interface LogSearch {
  readonly signals: LogSignals;
  readonly traceIds: TraceIds;
  readonly finder: SecretFinder;
  /** Whether the request with this trace id is looked up in traces, too; absent: none is. */
  readonly isLookedUp?: (traceId: string) => boolean;
}

/** What the load did, known at its end. */
export interface LoadSent {
  readonly sent: readonly SentArrivals[];
  /** Trace ids of the requests that are also looked up in traces. */
  readonly lookup: readonly string[];
  /** Absent where it is not known. */
  readonly during?: TimeOfLoad;
}

type Facts = Pick<
  LogsObserved,
  | 'lines'
  | 'cut'
  | 'notJson'
  | 'fields'
  | 'levels'
  | 'times'
  | 'seenTraceIds'
  | 'leaks'
  | 'requests'
  | 'strangers'
  | 'places'
  | 'twins'
  | 'namedTwice'
  | 'ofOthers'
  | 'varieties'
  | 'debates'
  | 'errors'
  | 'otherFields'
> & { readonly traceIds: Omit<LogsObserved['traceIds'], 'waitedMs' | 'deadlineMs'> };

const SHOWN_CHARS = 300;
/** The documented field that says which component wrote a line. */
const WRITER = 'logger';
/** More levels than this only come from a field that has something else in it. */
const MOST_LEVELS = 50;

interface OwnLine {
  readonly entry: Entry;
  readonly traceId: string;
  readonly facts: LineFacts;
  readonly text: string;
}

export class LineTally {
  readonly #search: LogSearch;
  readonly #seen: SeenArrivals;
  readonly #cut = new Problems();
  readonly #notJson = new Problems();
  readonly #leaks = new Problems();
  readonly #twins = new Problems();
  readonly #namedTwice = new Problems();
  readonly #ofOthers = new Problems();
  readonly #known = new Twins();
  readonly #requests = new LoggedRequests();
  readonly #strangers = new StrangeRequests();
  readonly #naming: Naming;
  readonly #debates: DebateNames;
  readonly #places: Places;
  readonly #isOfOther: ReturnType<typeof strangerFinder>;
  readonly #fields: FieldCounts;
  readonly #otherFields: OtherFields;
  readonly #levels = new Map<string, number>();
  readonly #times = new LineTimes();
  readonly #errors: ErrorLines;
  #lines = 0;
  #linesOfOthers = 0;
  #linesOfOwn = 0;

  constructor(search: LogSearch) {
    this.#search = search;
    this.#seen = new SeenArrivals(search.traceIds);
    this.#isOfOther = strangerFinder(search.traceIds);
    this.#naming = new Naming(search.signals.fields.flatMap(({ name, ofRequest }) => (ofRequest ? [name] : [])));
    this.#debates = new DebateNames(search.traceIds);
    this.#places = new Places(search.signals.fields.flatMap(({ name, ofSource }) => (ofSource ? [name] : [])));
    this.#fields = new FieldCounts(search.signals.fields);
    this.#otherFields = new OtherFields(search.signals);
    this.#errors = new ErrorLines({ ...search, ofFailure: search.signals.levels.ofFailure ?? [] });
  }

  get lines(): number {
    return this.#lines;
  }

  /** @returns the line as an object, with the documented names of its fields; null when it is not one. */
  add(line: LogLine): Entry | null {
    this.#lines += 1;
    if (this.#search.finder.found(line.text)) this.#leaks.add(() => this.problem(line.text, 'contains a secret'));
    if (line.cut) {
      this.#cut.add(() => this.problem(line.text, 'is too long to be kept whole'));
      return null;
    }
    const written = line.validUtf8 ? entryOf(line.text) : 'is not UTF-8';
    if (typeof written === 'string') {
      this.#notJson.add(() => this.problem(line.text, written));
      return null;
    }
    const twice = namedTwice(line.text, written);
    if (twice !== undefined) this.#namedTwice.add(() => this.problem(line.text, `names ${this.#shown(twice)} twice`));
    const parsed = asDocumented(written, this.#search.signals.ownNames ?? {});
    this.#fields.add(parsed, (problem) => this.problem(line.text, this.#search.finder.hide(problem)));
    this.#otherFields.add(parsed, (text) => this.#search.traceIds.locate(text) !== undefined);
    this.#countLevel(parsed[this.#search.signals.levelField]);
    const facts = this.#factsOf(parsed);
    if (facts.atMs !== undefined)
      this.#times.add({ atMs: facts.atMs, line: this.#lines, text: line.text }, parsed[WRITER]);
    const traceId = parsed[this.#search.signals.traceIdField];
    const isOwn = typeof traceId === 'string' && this.#seen.see(traceId);
    this.#errors.add(facts, this.#lines, isOwn ? traceId : undefined);
    if (typeof traceId !== 'string') return parsed;
    if (this.#known.isSecond(line.text) && isOfOneEvent(line.text))
      this.#twins.add(() => this.problem(line.text, 'is there twice'));
    if (isOwn) this.#addOwn({ entry: parsed, traceId, facts, text: line.text });
    else this.#addStrange(parsed, traceId, facts);
    return parsed;
  }

  /** A line with a trace id that the load did not send. */
  #addStrange(entry: Entry, traceId: string, facts: LineFacts): void {
    this.#linesOfOthers += 1;
    this.#strangers.add(traceId, entry, facts);
  }

  #factsOf(entry: Entry): LineFacts {
    const { levelField, timestampField } = this.#search.signals;
    const written = entry[levelField];
    const level = typeof written === 'string' ? levelNamed(written) : undefined;
    return { level, atMs: timeOf(entry[timestampField]), error: this.#errors.messageIn(entry, level) };
  }

  /** A line of a request of the load. */
  #addOwn({ entry, traceId, facts, text }: OwnLine): void {
    this.#linesOfOwn += 1;
    if (this.#isOfOther(entry, traceId))
      this.#ofOthers.add(() => this.problem(text, 'has the trace id of a request for another path'));
    this.#naming.add(entry, traceId);
    this.#debates.add(entry, traceId);
    this.#places.add(entry);
    if (this.#search.isLookedUp?.(traceId) === true) this.#requests.add(traceId, entry, facts);
  }

  /** The current line as an example. */
  problem(text: string, problem: string): LogLineProblem {
    return { line: this.#lines, text: this.#shown(text), problem };
  }

  hasAll(sent: readonly SentArrivals[]): boolean {
    return sent.every((group) => this.#seen.found(group) === group.arrivals);
  }

  has(traceId: string): boolean {
    return this.#seen.has(traceId);
  }

  facts({ sent, lookup, during }: LoadSent): Facts {
    const { finder } = this.#search;
    return {
      lines: this.#lines,
      cut: this.#cut.facts(),
      notJson: this.#notJson.facts(),
      fields: this.#fields.facts(),
      levels: Object.fromEntries([...this.#levels].sort((a, b) => b[1] - a[1])),
      times: this.#times.facts((text) => this.#shown(text)),
      traceIds: {
        sent: sent.reduce((sum, group) => sum + group.arrivals, 0),
        found: sent.reduce((sum, group) => sum + this.#seen.found(group), 0),
        missing: sent.flatMap((group) => this.#seen.missing(group, EXAMPLES)).slice(0, EXAMPLES),
        linesOfOthers: this.#linesOfOthers,
        linesOfOwn: this.#linesOfOwn,
        untraced: untracedOf(sent),
      },
      requests: this.#requests.of(lookup),
      strangers: this.#strangers.facts(),
      places: this.#places.facts(),
      twins: this.#twins.facts(),
      namedTwice: this.#namedTwice.facts(),
      ofOthers: this.#ofOthers.facts(),
      errors: this.#errors.facts(during),
      varieties: this.#naming.facts(),
      debates: this.#debates.facts(),
      otherFields: this.#otherFields.facts(),
      seenTraceIds: lookup.filter((traceId) => this.#seen.has(traceId)),
      leaks: { ...this.#leaks.facts(), searched: finder.searched, tooShort: finder.tooShort },
    };
  }

  #countLevel(value: unknown): void {
    if (typeof value !== 'string') return;
    const level = this.#shown(value);
    if (!this.#levels.has(level) && this.#levels.size === MOST_LEVELS) return;
    this.#levels.set(level, (this.#levels.get(level) ?? 0) + 1);
  }

  #shown(text: string): string {
    // Hidden first, because a cut could leave half a secret.
    return this.#search.finder.hide(text).slice(0, SHOWN_CHARS);
  }
}

/** Arrivals that were sent without a trace id. */
function untracedOf(sent: readonly SentArrivals[]): number {
  return sent.reduce((sum, { arrivals, started = [] }) => {
    const all = started.reduce((count, one) => count + one.count, 0);
    return sum + Math.max(0, all - arrivals);
  }, 0);
}
