/** Reads the labels of a sample: where each name and value is in the line, without copies. */

import { LineReader } from './line-reader.ts';
import { is, LABEL_PART, LABEL_START, unescaped } from './tokens.ts';

const [QUOTE, COMMA, EQUALS, CLOSE] = [34, 44, 61, 125];

export class LabelledLine extends LineReader {
  /** The name of the metric, which may stand among its labels. */
  name = '';
  #bodyStart = 0;
  #bodyEnd = 0;
  /** Where each label's name and value begin and end: four offsets for each label. */
  readonly #spans: number[] = [];

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

  protected begin(text: string, start: number, end: number): void {
    this.text = text;
    this.at = start;
    this.end = end;
    this.#bodyStart = this.#bodyEnd = start;
    this.#spans.length = 0;
    this.isPlain = true;
  }

  /** From `{` past `}`. `named`: the metric's name is a quoted string among them. */
  protected readLabels(named: boolean): string | null {
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
}
