/**
 * The documented configuration as text, where the guides have it, and how a change of it is made. Pure but for `readDocuments`, which reads
 * the files beside it; they are the guides' own text, byte by byte.
 */
import { readFileSync } from 'node:fs';

export type Guide = 'observability-setup-guide.md' | 'monitoring-setup-guide.md';

/** A block of a guide that is a file. */
export interface DocumentInfo {
  /** Its file beside this one. */
  readonly name: DocumentName;
  /** What the guide calls it. */
  readonly title: string;
  readonly guide: Guide;
  readonly section: string;
  /** The line of the guide on which it begins; 1 is the first. */
  readonly line: number;
}

export interface DocumentedText extends DocumentInfo {
  readonly text: string;
}

export const DOCUMENTS = [
  {
    name: 'prometheus.yml',
    title: 'prometheus.yml',
    guide: 'observability-setup-guide.md',
    section: 'Prometheus Configuration',
    line: 63,
  },
  {
    name: 'alert-rules.yml',
    title: 'alert-rules.yml',
    guide: 'observability-setup-guide.md',
    section: 'Alert Rules',
    line: 421,
  },
  {
    name: 'alertmanager.yml',
    title: 'alertmanager.yml',
    guide: 'observability-setup-guide.md',
    section: 'Alert Manager Configuration',
    line: 382,
  },
  {
    name: 'monitoring-prometheus.yml',
    title: 'prometheus.yml',
    guide: 'monitoring-setup-guide.md',
    section: 'Prometheus Configuration',
    line: 78,
  },
  {
    name: 'monitoring-alert-rules.yml',
    title: 'Grafana alerting rule example',
    guide: 'monitoring-setup-guide.md',
    section: 'Creating Alerts',
    line: 136,
  },
] as const;

export type DocumentName = (typeof DOCUMENTS)[number]['name'];

/** Lines that the text has exactly once, one after another, and what comes in their place. `{name}` in `to` is a place (changes.ts). */
export interface Edit {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

const FILES = new URL('./files/', import.meta.url);

export function readDocuments(): readonly DocumentedText[] {
  return DOCUMENTS.map((info) => ({ ...info, text: readFileSync(new URL(info.name, FILES), 'utf8') }));
}

/** @throws Error for an edit whose lines are not there exactly once: the edit is then wrong, not the guide. */
export function edited(text: string, { from, to }: Edit): string {
  const [before, after, ...more] = `\n${text}`.split(`\n${from.join('\n')}\n`);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`the text does not have once: ${from.join('⏎')}`);
  }
  return `${before}\n${[...to, ''].join('\n')}${after}`.slice(1);
}

/** The line of the guide that has the first line of the edit which goes away or changes. */
export function guideLine({ text, line }: DocumentedText, { from, to }: Edit): number {
  const at = text.split('\n').findIndex((_, index, lines) => from.every((one, next) => lines[index + next] === one));
  const same = from.findIndex((one, index) => one !== to[index]);
  return line + at + (same === -1 ? from.length - 1 : same);
}
