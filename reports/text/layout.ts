/** The geometry of monospaced text: columns, and wrapping with a hanging indent. Widths are in characters. */

/** Pads every cell to its column's width; a column that is empty everywhere is removed. */
export function columns(rows: readonly (readonly string[])[]): string[][] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => Math.max(0, ...rows.map((row) => length(row[at] ?? ''))));
  return rows.map((row) =>
    widths.flatMap((width, at) => (width === 0 ? [] : [(row[at] ?? '') + ' '.repeat(width - length(row[at] ?? ''))])),
  );
}

/** Joins pieces into lines of at most `width`; one piece that is longer stays whole. [] for none. */
export function fill(pieces: readonly string[], width: number, separator = '  '): string[] {
  const lines: string[] = [];
  let line: string | null = null;
  for (const piece of pieces) {
    if (line === null) line = piece;
    else if (length((line + separator + piece).trimEnd()) <= width) line += separator + piece;
    else {
      lines.push(line.trimEnd());
      line = piece;
    }
  }
  return line === null ? lines : [...lines, line.trimEnd()];
}

/** A sentence wrapped between words: the first line after `first`, the others after `rest`; [] for an empty one. */
export function block(text: string, width: number, first: string, rest: string): string[] {
  if (text === '') return [];
  const [head = '', ...tail] = fill(text.split(' '), width - length(rest), ' ');
  return [first + head, ...tail.map((line) => rest + line)];
}

const length = (text: string): number => [...text].length;
