/** Moves through one line of an exposition by character codes, without copies: blanks, tokens, quoted strings. */

export type Dialect = 'prometheus' | 'openmetrics';

const [TAB, SPACE, QUOTE, BACKSLASH] = [9, 32, 34, 92];

/** Stands at `at` in the line that ends at `end` of `text`. */
export class LineReader {
  protected text = '';
  protected at = 0;
  protected end = 0;
  /** No blank was skipped between the braces so far. */
  protected isPlain = true;
  protected readonly dialect: Dialect;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  /** From an opening quote past the closing one. */
  protected readQuoted(): string | null {
    const text = this.text;
    let at = this.at + 1;
    for (; at < this.end; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return null;
      }
      if (code !== BACKSLASH) continue;
      at += 1;
      const escaped = text[at];
      if (at >= this.end || (escaped !== '\\' && escaped !== '"' && escaped !== 'n'))
        return `"\\${at < this.end ? escaped : ''}" is no escape`;
    }
    return 'a quoted string does not end on its line';
  }

  /** Up to the next blank or the end. */
  protected token(): string {
    const from = this.at;
    let at = from;
    while (at < this.end) {
      const code = this.text.charCodeAt(at);
      if (code === SPACE || (code === TAB && this.dialect === 'prometheus')) break;
      at++;
    }
    this.at = at;
    return this.text.slice(from, at);
  }

  protected skipBlanks(): void {
    while (this.at < this.end) {
      const code = this.text.charCodeAt(this.at);
      if (code !== SPACE && code !== TAB) return;
      this.at += 1;
    }
  }

  /** Blanks between the braces: Prometheus accepts them, OpenMetrics has none. */
  protected skipInnerBlanks(): void {
    if (this.dialect === 'openmetrics') return;
    const from = this.at;
    this.skipBlanks();
    if (this.at !== from) this.isPlain = false;
  }

  protected here(): string {
    return this.at < this.end ? JSON.stringify(this.text[this.at]) : 'the end of the line';
  }
}
