/**
 * Reads an exposition strictly: the Prometheus text format 0.0.4 and OpenMetrics 1.0, whole or in chunks, and reports every broken line.
 * What counts as malformed in 0.0.4 is what Prometheus' own expfmt refuses. It accepts duplicates, interleaved families and
 * buckets in any order, which are reported as such.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
import { BucketOrder } from './bucket-order.ts';
import { FamilyRules } from './families.ts';
import type { Family } from './family-types.ts';
import type { Dialect } from './line-reader.ts';
import { type ExpositionProblem, type Place, type ProblemKind, Problems } from './problems.ts';
import { SampleLine } from './sample-line.ts';
import { SeriesSet } from './series-set.ts';

export { FAMILY_TYPES, type Family, type FamilyType } from './family-types.ts';
export type { Dialect } from './line-reader.ts';

/** How far back a query of Prometheus looks for a sample (its `--query.lookback-delta`): older samples are shown to nobody. */
const LOOKBACK_MS = 300_000;

export interface ExpositionHandler {
  /**
   * A good sample. `line` is valid only until the call returns; `again`: the series was there before. Returns why it can't be of the time that
   * it gives itself, as far as the handler knows more than one exposition; else nothing.
   */
  sample(family: Family, line: SampleLine, again: boolean): string | undefined;
}

export interface ExpositionSummary {
  readonly lines: number;
  readonly samples: number;
  /** In order of appearance, also those without samples. */
  readonly families: readonly Family[];
  /** The first hundred of each kind. */
  readonly problems: readonly ExpositionProblem[];
  readonly problemCounts: Readonly<Record<ProblemKind, number>>;
}

const [TAB, SPACE, HASH] = [9, 32, 35];

/** Which format a content type names; 0.0.4 when it names none. */
export function dialectOf(contentType: string): Dialect {
  return contentType.includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus';
}

/** Reads an exposition chunk by chunk: `push` each, then `end`. It keeps only the unfinished line and the series of the present family. */
export class ExpositionReader {
  readonly #handler: ExpositionHandler;
  readonly #dialect: Dialect;
  readonly #line: SampleLine;
  readonly #rules: FamilyRules;
  readonly #atMs: number | null;
  readonly #series = new SeriesSet();
  readonly #order = new BucketOrder();
  readonly #problems = new Problems();
  #rest = '';
  #lines = 0;
  #samples = 0;
  #family: Family | null = null;
  #ended = false;

  /** @param atMs when it was read, Unix ms, to compare the samples' own timestamps with; null: they are not checked. */
  constructor(dialect: Dialect, handler: ExpositionHandler, atMs: number | null = null) {
    this.#atMs = atMs;
    this.#dialect = dialect;
    this.#handler = handler;
    this.#line = new SampleLine(dialect);
    this.#rules = new FamilyRules(dialect);
  }

  push(chunk: string): void {
    const text = this.#rest === '' ? chunk : this.#rest + chunk;
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#readLine(text, start, end);
      start = end + 1;
    }
    this.#rest = text.slice(start);
  }

  end(): ExpositionSummary {
    if (this.#rest !== '') {
      const [text, end] = [this.#rest, this.#rest.length];
      this.#rest = '';
      this.#readLine(text, 0, end);
      if (this.#dialect === 'prometheus' && !/^[ \t]*$/.test(text))
        this.#report('malformed', { text, start: 0, end }, 'the last line does not end in a line feed');
    }
    if (this.#dialect === 'openmetrics' && !this.#ended)
      this.#report('malformed', { text: '', start: 0, end: 0 }, 'the exposition does not end in "# EOF"');
    return {
      lines: this.#lines,
      samples: this.#samples,
      families: this.#rules.families(),
      problems: this.#problems.first,
      problemCounts: { ...this.#problems.counts },
    };
  }

  #readLine(text: string, from: number, end: number): void {
    this.#lines += 1;
    let start = from;
    if (this.#dialect === 'prometheus') while (start < end && isBlank(text.charCodeAt(start))) start++;
    if (this.#ended) this.#report('malformed', { text, start: from, end }, 'nothing may follow "# EOF"');
    else if (start < end) {
      if (text.charCodeAt(start) === HASH) this.#readComment(text, start, end);
      else this.#readSample(text, start, end);
    } else if (this.#dialect === 'openmetrics') {
      this.#report('malformed', { text, start: from, end }, 'OpenMetrics has no empty lines');
    }
  }

  #readComment(text: string, start: number, end: number): void {
    const outcome = this.#rules.comment(text.slice(start, end));
    if (outcome === null) return;
    if (outcome.kind === 'end') this.#ended = true;
    else if (outcome.kind === 'problem') this.#report('malformed', { text, start, end }, outcome.problem);
    else if (this.#dialect === 'openmetrics') this.#enter(outcome.family, text, start, end);
  }

  #readSample(text: string, start: number, end: number): void {
    const line = this.#line;
    const problem = line.read(text, start, end);
    if (problem !== null) {
      this.#report('malformed', { text, start, end }, problem);
      return;
    }
    const family = this.#rules.familyOf(line.name);
    const misfit = this.#rules.misfit(family, line);
    if (misfit !== null) {
      this.#report('malformed', { text, start, end }, misfit);
      return;
    }
    if (family !== this.#family) this.#enter(family, text, start, end);
    this.#samples += 1;
    const again = !this.#series.add(line);
    // With timestamps, a series may have several points.
    if (again && line.timestampMs === null) {
      this.#report('duplicate', { text, start, end }, 'the same series was there before');
    }
    if (family.type === 'histogram' && this.#order.isBehind(line))
      this.#report('disordered', { text, start, end }, 'this bucket follows a higher one');
    this.#checkTimestamp(line.timestampMs, text, start, end);
    const misdated = this.#handler.sample(family, line, again);
    if (misdated !== undefined) this.#report('misdated', { text, start, end }, misdated);
  }

  #checkTimestamp(timestampMs: number | null, text: string, start: number, end: number): void {
    if (timestampMs === null || this.#atMs === null) return;
    const awayMs = Math.abs(timestampMs - this.#atMs);
    if (awayMs <= LOOKBACK_MS) return;
    const when = timestampMs < this.#atMs ? 'before' : 'after';
    this.#report(
      'misdated',
      { text, start, end },
      `its timestamp is ${Math.round(awayMs / 1000)} s ${when} the scrape`,
    );
  }

  #enter(family: Family, text: string, start: number, end: number): void {
    if (family === this.#family) return;
    if (this.#rules.wasClosed(family)) {
      this.#report('interleaved', { text, start, end }, `"${family.name}" was there before, and others in between`);
    }
    if (this.#family !== null) this.#rules.close(this.#family);
    this.#family = family;
    this.#series.clear();
  }

  #report(kind: ProblemKind, place: Place, problem: string): void {
    this.#problems.add(kind, this.#lines, place, problem);
  }
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
