/** Reads one sample line of an exposition: name, labels, value, timestamp, exemplar, by character codes and without copies. */

import { LineReader } from './line-reader.ts';
import { is, isInt64, LABEL_PART, LABEL_START, NAME_PART, nameEnd, numberOf, unescaped } from './tokens.ts';

const [SPACE, QUOTE, HASH, COMMA, EQUALS, OPEN, CLOSE] = [32, 34, 35, 44, 61, 123, 125];

export interface Exemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestampSec: number | null;
}

/** Reads sample lines one after the other into the same fields, which are valid until the next `read`. */
export class SampleLine extends LineReader {
  name = '';
  value = 0;
  /** Of the sample, in ms; null without one. */
  timestampMs: number | null = null;
  exemplar: Exemplar | null = null;
  #bodyStart = 0;
  #bodyEnd = 0;
  /** Where each label's name and value begin and end: four offsets for each label. */
  readonly #spans: number[] = [];

  /** Reads `text` from `start` to `end` (no line feed in it). Returns what is wrong, or null. */
  read(text: string, start: number, end: number): string | null {
    this.text = text;
    this.end = end;
    this.at = start;
    this.#spans.length = 0;
    this.isPlain = true;
    this.timestampMs = null;
    this.exemplar = null;
    const problem = this.#readSeries();
    return problem ?? this.#readRest();
  }

  /** How many labels. */
  get labelCount(): number {
    return this.#spans.length / 4;
  }

  labelName(index: number): string {
    return unescaped(this.text.slice(this.#spans[index * 4], this.#spans[index * 4 + 1]));
  }

  labelValue(index: number): string {
    return unescaped(this.text.slice(this.#spans[index * 4 + 2], this.#spans[index * 4 + 3]));
  }

  /** The value of a label; undefined without it. */
  label(name: string): string | undefined {
    for (let index = 0; index < this.labelCount; index++)
      if (this.labelName(index) === name) return this.labelValue(index);
    return undefined;
  }

  labels(): Record<string, string> {
    const labels: Record<string, string> = {};
    for (let index = 0; index < this.labelCount; index++) labels[this.labelName(index)] = this.labelValue(index);
    return labels;
  }

  /** Whether these, in this order, are the names of all labels. */
  isLabelled(names: readonly string[]): boolean {
    const [text, spans] = [this.text, this.#spans];
    if (spans.length !== names.length * 4) return false;
    for (let index = 0; index < names.length; index++) {
      const [name = '', from = 0, to = 0] = [names[index], spans[index * 4], spans[index * 4 + 1]];
      if (to - from !== name.length || !text.startsWith(name, from)) return false;
    }
    return true;
  }

  /** The text between the braces, as written; '' without labels. */
  labelsText(): string {
    return this.text.slice(this.#bodyStart, this.#bodyEnd);
  }

  /** Whether `labelsText` is written without blanks, quoted names or a comma at its end, so that equal labels in one order are equal text. */
  get plain(): boolean {
    return this.isPlain;
  }

  #readSeries(): string | null {
    const text = this.text;
    const from = this.at;
    this.#bodyStart = this.#bodyEnd = from;
    if (text.charCodeAt(from) === OPEN) {
      this.name = '';
      const problem = this.#readLabels(true);
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
    return text.charCodeAt(this.at) === OPEN && this.at < this.end ? this.#readLabels(false) : null;
  }

  /** From `{` past `}`. `named`: the metric's name is a quoted string among them. */
  #readLabels(named: boolean): string | null {
    const text = this.text;
    this.at += 1;
    this.#bodyStart = this.at;
    for (;;) {
      this.skipInnerBlanks();
      if (this.at >= this.end) return 'the labels are not closed by "}"';
      if (text.charCodeAt(this.at) === CLOSE) {
        if (this.#spans.length > 0 && text.charCodeAt(this.at - 1) === COMMA) {
          this.isPlain = false;
          if (this.dialect === 'openmetrics') return 'a comma must be followed by a label';
        }
        break;
      }
      const problem = this.#readLabel(named);
      if (problem !== null) return problem;
      this.skipInnerBlanks();
      const code = text.charCodeAt(this.at);
      if (this.at < this.end && code === COMMA) this.at += 1;
      else if (this.at < this.end && code !== CLOSE) return `expected "," or "}" after a label, got ${this.here()}`;
    }
    this.#bodyEnd = this.at;
    this.at += 1;
    return null;
  }

  #readLabel(named: boolean): string | null {
    const text = this.text;
    const from = this.at;
    let quoted: [number, number] | null = null;
    if (text.charCodeAt(from) === QUOTE) {
      this.isPlain = false;
      const problem = this.readQuoted();
      if (problem !== null) return problem;
      quoted = [from + 1, this.at - 1];
    } else {
      if (!is(text.charCodeAt(from), LABEL_START))
        return `a label name must begin with a letter or "_", got ${this.here()}`;
      let at = from + 1;
      while (at < this.end && is(text.charCodeAt(at), LABEL_PART)) at++;
      this.at = at;
    }
    const end = this.at;
    this.skipInnerBlanks();
    if (this.at >= this.end || text.charCodeAt(this.at) !== EQUALS) {
      if (named && this.name === '' && quoted !== null) {
        this.name = unescaped(text.slice(...quoted));
        return null;
      }
      return `expected "=" after a label name, got ${this.here()}`;
    }
    this.at += 1;
    this.skipInnerBlanks();
    if (this.at >= this.end || text.charCodeAt(this.at) !== QUOTE)
      return `a label value must be quoted, got ${this.here()}`;
    const valueFrom = this.at + 1;
    const problem = this.readQuoted();
    if (problem !== null) return problem;
    const [nameFrom, nameTo] = quoted ?? [from, end];
    return this.#addLabel(nameFrom, nameTo, valueFrom, this.at - 1);
  }

  #addLabel(nameFrom: number, nameTo: number, valueFrom: number, valueTo: number): string | null {
    const text = this.text;
    const spans = this.#spans;
    for (let at = 0; at < spans.length; at += 4) {
      const [otherFrom = 0, otherTo = 0] = [spans[at], spans[at + 1]];
      if (otherTo - otherFrom !== nameTo - nameFrom) continue;
      const name = text.slice(nameFrom, nameTo);
      if (text.startsWith(name, otherFrom)) return `label "${name}" is there twice`;
    }
    if (nameTo - nameFrom === 8 && text.startsWith('__name__', nameFrom)) return 'label "__name__" is reserved';
    spans.push(nameFrom, nameTo, valueFrom, valueTo);
    return null;
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
    this.text = text;
    this.at = start;
    this.end = end;
    const problem = this.#readLabels(false) ?? this.#readRest();
    return problem ?? (this.exemplar === null ? null : 'it has an exemplar of its own');
  }
}
