/** A stack for a terminal: each part with where it is, since when, and its log; and how a run reads it. Pure. */
import type { Painter } from '../../../reports/text.ts';
import { quoted } from '../../options/command-line.ts';

export interface ShownPart {
  readonly name: string;
  readonly title: string;
  readonly standsInFor?: string | undefined;
  readonly url: string;
  readonly log?: string | undefined;
  readonly sinceMs: number;
  /** How it ended; null: it runs. */
  readonly ended: string | null;
  readonly places?: Readonly<Record<string, string>> | undefined;
}

export interface ShownStack {
  readonly pid: number;
  readonly isStarting: boolean;
  readonly sinceMs: number;
  readonly target: string;
  readonly parts: readonly ShownPart[];
  readonly run: readonly string[];
}

export function stackText({ pid, isStarting, sinceMs, target, parts, run }: ShownStack, paint: Painter): string {
  const head = `${isStarting ? 'STARTING' : 'UP'}  the stack around ${target}, since ${timeText(sinceMs)}, process ${pid}`;
  const width = Math.max(0, ...parts.map(({ name }) => name.length));
  const lines = parts.flatMap((part) => partLines(part, width, paint));
  const command = `npx aragora-slo run ${quoted(run)}`;
  return [paint('strong', head), ...lines, ...(isStarting ? [] : ['a run that reads it:', `  ${command}`])].join('\n');
}

function partLines(part: ShownPart, width: number, paint: Painter): string[] {
  const { name, title, standsInFor, url, log, sinceMs, ended, places = {} } = part;
  const word = ended === null ? paint('good', 'up   ') : paint('bad', 'ENDED');
  const what = standsInFor === undefined ? title : `stand-in for ${standsInFor}`;
  const how = ended === null ? '' : `: ${ended}`;
  return [
    `${word} ${name.padEnd(width)}  ${url}  ${what}, since ${timeText(sinceMs)}${how}`,
    ...Object.entries(places).map(([place, at]) => `${' '.repeat(width + 8)}${place}: ${at}`),
    ...(log === undefined ? [] : [paint('faint', `${' '.repeat(width + 8)}log: ${log}`)]),
  ];
}

/** In UTC: `2026-01-18 12:00:00Z`. */
function timeText(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
