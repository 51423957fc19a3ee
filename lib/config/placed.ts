/** Reads YAML and JSON with the line of each value, for files of other programs: their own words are checked where they are used. */
import { readFileSync } from 'node:fs';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';
import type { Placed, PlacedEntry } from '../core/placed.ts';

/** @throws SloError `config-invalid` with file and line. Empty documents are left out. */
export function readPlaced(path: string): Placed[] {
  return placedDocuments(path, textOf(path));
}

/** @throws SloError `config-invalid`. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SloError('config-invalid', `cannot read ${path}: ${fileErrorText(cause)}`, { cause });
  }
}

export function placedDocuments(path: string, text: string): Placed[] {
  const lines = new LineCounter();
  const documents = [...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })] as Document.Parsed[];
  return documents.flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) {
      const { line } = lines.linePos(problem.pos[0]);
      const words = problem.message.split('\n')[0] ?? '';
      throw new SloError('config-invalid', `${path}:${line}: it is not valid YAML: ${words}`, { cause: problem });
    }
    const placed = new Placer(path, document, lines).place(document.contents);
    return placed.kind === 'scalar' && placed.value === null ? [] : [placed];
  });
}

/** More than any file of a person has; a list that contains itself has no end. */
const MOST_DEPTH = 200;
/** A few lines of aliases of aliases can stand for billions of values. */
const MOST_ALIASES = 1000;

class Placer {
  readonly #path: string;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  #aliases = 0;

  constructor(path: string, document: Document.Parsed, lines: LineCounter) {
    this.#path = path;
    this.#document = document;
    this.#lines = lines;
  }

  place(node: unknown, depth = 0): Placed {
    const line = this.#lineOf(node);
    if (depth > MOST_DEPTH) throw this.#refusal(line, 'it is nested too deeply');
    if (isAlias(node)) {
      this.#aliases += 1;
      if (this.#aliases > MOST_ALIASES) throw this.#refusal(line, `it has more than ${MOST_ALIASES} aliases`);
      const named = node.resolve(this.#document);
      if (named === undefined) throw this.#refusal(line, `it has no "&${node.source}" for "*${node.source}"`);
      return this.place(named, depth + 1);
    }
    if (isSeq(node)) return { kind: 'list', line, items: node.items.map((item) => this.place(item, depth + 1)) };
    if (isMap(node)) return { kind: 'map', line, entries: node.items.map((pair) => this.#entry(pair, depth + 1)) };
    const value: unknown = isScalar(node) ? node.value : null;
    const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
    const text = isScalar(node) ? (node.source ?? String(value)) : '';
    return { kind: 'scalar', line, value: scalar(value), text, textLine: isBlock ? line + 1 : line };
  }

  #entry({ key, value }: { readonly key: unknown; readonly value: unknown }, depth: number): PlacedEntry {
    const line = this.#lineOf(key);
    const placed = value === null ? nothing(line) : this.place(value, depth);
    return { key: isScalar(key) ? String(key.value) : String(key), line, value: placed };
  }

  #lineOf(node: unknown): number {
    const [start] = (node as Node | null)?.range ?? [0];
    return this.#lines.linePos(start).line;
  }

  #refusal(line: number, words: string): SloError {
    return new SloError('config-invalid', `${this.#path}:${line}: it is not valid YAML: ${words}`);
  }
}

function nothing(line: number): Placed {
  return { kind: 'scalar', line, value: null, text: '', textLine: line };
}

function scalar(value: unknown): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : String(value);
}
