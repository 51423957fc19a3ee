/** Reads one sample line of an exposition: name, labels, value, timestamp, exemplar, by character codes and without copies. */

import { LabelledLine } from './labelled-line.ts';
import { is, isInt64, NAME_PART, nameEnd, numberOf } from './tokens.ts';

const [SPACE, HASH, OPEN] = [32, 35, 123];

export interface Exemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestampSec: number | null;
}

/** Reads sample lines one after the other into the same fields, which are valid until the next `read`. */
export class SampleLine extends LabelledLine {
  value = 0;
  /** Of the sample, in ms; null without one. */
  timestampMs: number | null = null;
  exemplar: Exemplar | null = null;

  /** Reads `text` from `start` to `end` (no line feed in it). Returns what is wrong, or null. */
  read(text: string, start: number, end: number): string | null {
    this.begin(text, start, end);
    this.timestampMs = null;
    this.exemplar = null;
    const problem = this.#readSeries();
    return problem ?? this.#readRest();
  }

  #readSeries(): string | null {
    const text = this.text;
    const from = this.at;
    if (text.charCodeAt(from) === OPEN) {
      this.name = '';
      const problem = this.readLabels(true);
      return problem ?? (this.name === '' ? 'a sample needs a metric name' : null);
    }
    // Lines of one metric follow one another, so the name is mostly the one before.
    const known = this.name.length;
    if (known > 0 && text.startsWith(this.name, from) && !is(text.charCodeAt(from + known), NAME_PART)) {
      this.at = from + known;
    } else {
      const end = nameEnd(text, from, this.end);
      if (end === from) return 'a metric name must begin with a letter, "_" or ":"';
      this.name = text.slice(from, end);
      this.at = end;
    }
    if (this.dialect === 'prometheus') this.skipBlanks();
    return text.charCodeAt(this.at) === OPEN && this.at < this.end ? this.readLabels(false) : null;
  }

  /** Value, timestamp, exemplar. */
  #readRest(): string | null {
    const prometheus = this.dialect === 'prometheus';
    if (prometheus) this.skipBlanks();
    else if (this.text.charCodeAt(this.at) !== SPACE) return `expected one space before the value, got ${this.here()}`;
    else this.at += 1;
    const valueText = this.token();
    const value = numberOf(valueText);
    if (value === null) return `expected a number as value, got ${JSON.stringify(valueText)}`;
    this.value = value;
    if (this.at >= this.end) return null;
    return prometheus ? this.#readTimestampMs() : this.#readOpenMetricsRest();
  }

  #readTimestampMs(): string | null {
    this.skipBlanks();
    const token = this.token();
    if (!isInt64(token)) return `expected whole milliseconds as timestamp, got ${JSON.stringify(token)}`;
    this.timestampMs = Number(token);
    return this.at < this.end ? `expected the end of the line after the timestamp, got ${this.here()}` : null;
  }

  #readOpenMetricsRest(): string | null {
    this.at += 1;
    if (this.text.charCodeAt(this.at) !== HASH) {
      const token = this.token();
      const seconds = numberOf(token);
      if (seconds === null || !Number.isFinite(seconds))
        return `expected seconds as timestamp, got ${JSON.stringify(token)}`;
      this.timestampMs = seconds * 1000;
      if (this.at >= this.end) return null;
      this.at += 1;
    }
    if (!this.text.startsWith('# {', this.at) || this.at + 3 > this.end)
      return `expected an exemplar or the end of the line, got ${this.here()}`;
    return this.#readExemplar();
  }

  #readExemplar(): string | null {
    const inner = new SampleLine('openmetrics');
    inner.name = 'exemplar';
    const problem = inner.#readExemplarLine(this.text, this.at + 2, this.end);
    if (problem !== null) return `in the exemplar: ${problem}`;
    const labels = inner.labels();
    const length = Object.entries(labels).reduce((sum, [name, value]) => sum + [...name].length + [...value].length, 0);
    if (length > 128) return `an exemplar's labels may have 128 characters, these have ${length}`;
    this.exemplar = {
      labels,
      value: inner.value,
      timestampSec: inner.timestampMs === null ? null : inner.timestampMs / 1000,
    };
    return null;
  }

  #readExemplarLine(text: string, start: number, end: number): string | null {
    this.begin(text, start, end);
    const problem = this.readLabels(false) ?? this.#readRest();
    return problem ?? (this.exemplar === null ? null : 'it has an exemplar of its own');
  }
}
