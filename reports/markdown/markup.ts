/** Tables, lists and foreign strings in Markdown. This is the only way in which a value gets into it. */
import { clip, plain } from '../../lib/core/text.ts';

/** '' without rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** '' without sentences. */
export function list(title: string, sentences: readonly string[]): string {
  return sentences.length === 0
    ? ''
    : `**${title}**\n\n${sentences.map((sentence) => `- ${text(sentence)}`).join('\n')}`;
}

const ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A foreign string as Markdown text: entities for what HTML would read, a backslash before what Markdown would read. */
export function text(foreign: string): string {
  return clip(plain(foreign), 400).replace(/[&<>\\`*_{}[\]()#+!|~$@]/g, (sign) => ENTITY[sign] ?? `\\${sign}`);
}

/** A foreign string as a code span, outside of tables. */
export function code(foreign: string): string {
  const ticks = '`'.repeat(longestRun(foreign) + 1);
  return `${ticks} ${clip(plain(foreign), 200)} ${ticks}`;
}

/** A foreign string as a block of shell. */
export function fence(foreign: string): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(foreign) + 1));
  return `${ticks}sh\n${plain(foreign)}\n${ticks}`;
}

const longestRun = (foreign: string): number => Math.max(0, ...[...foreign.matchAll(/`+/g)].map(([run]) => run.length));
