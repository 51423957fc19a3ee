/** The geometry of monospaced text: columns, and wrapping with a hanging indent. Widths are in characters. */

/** Where nobody says how wide it is: a log, a file. */
const USUAL_WIDTH = 100;
/** Narrower than this nothing can be read. */
const LEAST_WIDTH = 20;
/** Below this there is no room for columns, or for text that hangs below its label. */
const ROOMY = 72;
const NARROW_INDENT = '  ';

/** The width to write for, from the width of a terminal; undefined: it is none. */
export function widthOf(columnsOfTerminal: number | undefined): number {
  return Math.max(LEAST_WIDTH, columnsOfTerminal ?? USUAL_WIDTH);
}

export function isRoomy(width: number): boolean {
  return width >= ROOMY;
}

/** The indent of a line's continuation: below its label where there is room, else two spaces. */
export function hanging(label: number, width: number): string {
  return isRoomy(width) ? ' '.repeat(label) : NARROW_INDENT;
}

/** Pads every cell to its column's width; a column that is empty everywhere is removed. */
export function columns(rows: readonly (readonly string[])[]): string[][] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => Math.max(0, ...rows.map((row) => length(row[at] ?? ''))));
  return rows.map((row) =>
    widths.flatMap((width, at) => (width === 0 ? [] : [(row[at] ?? '') + ' '.repeat(width - length(row[at] ?? ''))])),
  );
}

/** `columns` where there is room for them; else only the cells that say something. */
export function cellsFor(rows: readonly (readonly string[])[], width: number): string[][] {
  return isRoomy(width) ? columns(rows) : rows.map((row) => row.filter((cell) => cell !== ''));
}

/** Joins pieces into lines of at most `width`. A piece that is longer is wrapped between its words. [] for none. */
export function fill(pieces: readonly string[], width: number, separator = '  '): string[] {
  const lines: string[] = [];
  let line: string | null = null;
  for (const piece of pieces) {
    if (line !== null && length((line + separator + piece).trimEnd()) <= width) {
      line += separator + piece;
      continue;
    }
    if (line !== null) lines.push(line.trimEnd());
    const own: string[] = length(piece.trimEnd()) <= width ? [piece] : wrapped(piece.trimEnd(), width);
    lines.push(...own.slice(0, -1));
    line = own.at(-1) ?? '';
  }
  return line === null ? lines : [...lines, line.trimEnd()];
}

/** A sentence wrapped between words: the first line after `first`, the others after `rest`; [] for an empty one. */
export function block(text: string, width: number, first: string, rest: string): string[] {
  if (text === '') return [];
  const spare = Math.max(0, length(first) - length(rest));
  const [head = '', ...tail] = wrapped(text, width - length(rest), spare);
  return [first + head, ...tail.map((line) => rest + line)];
}

/** A value and its unit stay together: `500 ms`, `99.9 %`. */
const BETWEEN_WORDS = / (?!(?:%|ms|s|min)(?![\p{L}\p{N}]))/u;

/** @param spare by how much the first line is shorter. */
function wrapped(text: string, width: number, spare = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(BETWEEN_WORDS)) {
    const room = width - (lines.length === 0 ? spare : 0);
    if (line === '') line = word;
    else if (length(`${line} ${word}`.trimEnd()) <= room) line += ` ${word}`;
    else {
      lines.push(line.trimEnd());
      line = word;
    }
    while (length(line) > width - (lines.length === 0 ? spare : 0)) {
      const cut = breakAt(line, width - (lines.length === 0 ? spare : 0));
      lines.push([...line].slice(0, cut).join(''));
      line = [...line].slice(cut).join('');
    }
  }
  return [...lines, line.trimEnd()];
}

/** Where a word that is too long for a line may end: after a sign, for example `/` or `_`, so that only what has none is cut. */
function breakAt(word: string, width: number): number {
  const characters = [...word];
  for (let at = width; at > 0; at--) if (!isOfWord(characters[at - 1]) || !isOfWord(characters[at])) return at;
  return width;
}

function isOfWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** `text` cut between words to at most `length` characters, with `…` for the rest. */
export function clipWords(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  return `${characters
    .slice(0, breakAt(text, most - 1))
    .join('')
    .trimEnd()}…`;
}

/** What a painter adds takes no room. */
const PAINT = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** Painted lines of a table that is wider than the terminal, wrapped between words; what follows hangs two further in. */
export function refit(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (length(line.replace(PAINT, '')) <= width ? [line] : refilled(line, width)))
    .join('\n');
}

function refilled(line: string, width: number): string[] {
  const indent = ' '.repeat(Math.min(line.length - line.trimStart().length, Math.floor(width / 4)));
  const lines: string[] = [];
  let filled = '';
  for (const word of line
    .trim()
    .split(/ +/)
    .flatMap((one) => wrapped(one, width - indent.length - 2))) {
    const before = lines.length === 0 ? indent : `${indent}  `;
    if (filled === '') filled = before + word;
    else if (length(`${filled} ${word}`.replace(PAINT, '')) <= width) filled += ` ${word}`;
    else {
      lines.push(filled);
      filled = `${indent}  ${word}`;
    }
  }
  return [...lines, filled];
}

const length = (text: string): number => [...text].length;
