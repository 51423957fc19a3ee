/** What several reports derive from the telemetry's part of a verdict: findings by system, ticks, cells of the comparison. */
import type { CheckedItem, Tick } from '../lib/core/checklist.ts';
import type { ClientServerPercentile } from '../lib/core/comparison.ts';
import { type Finding, OF_LOAD, OF_OBJECTIVES } from '../lib/core/finding.ts';
import { countText, msText } from '../lib/core/numbers.ts';
import type { Observation } from '../lib/core/observation.ts';
import type { RunFacts } from '../lib/core/run.ts';
import { plain } from '../lib/core/text.ts';
import type { JudgedSystem } from '../lib/core/verdict.ts';
import { ordered } from './summary.ts';

export const TICK_WORD: Readonly<Record<Tick, string>> = {
  ticked: 'Ticked',
  crossed: 'Crossed',
  'not-connected': 'Not connected',
  'no-evidence': 'No evidence',
};

/** Id of the observed system that a finding is about; null for an objective and for the load itself. */
export function systemOf({ system }: Finding): string | null {
  return system === OF_OBJECTIVES || system === OF_LOAD ? null : system;
}

/** The word under which reports group a finding: its system, else the first word of its id, e.g. `latency`. */
export function groupOf(finding: Finding): string {
  return plain(systemOf(finding) ?? finding.id.split('.')[0] ?? finding.id);
}

/** Findings of objectives and of the load. Worst first. */
export function ownFindings(facts: RunFacts): readonly Finding[] {
  return ordered(facts.verdict.findings).filter((finding) => systemOf(finding) === null);
}

/** Whether it only says that nothing was connected or provoked: undecided and not gating, but not because the team accepted it. */
export function isIdle({ status, gating, acceptance }: Finding): boolean {
  return acceptance === undefined && !gating && status !== 'fail' && status !== 'pass';
}

export interface SystemFindings {
  readonly system: JudgedSystem;
  /** What fails, and what keeps the run from conforming. Worst first, as all of these. */
  readonly troubled: readonly Finding[];
  /** Without evidence, and not gating. */
  readonly idle: readonly Finding[];
  readonly passed: readonly Finding[];
}

/** Systems that have findings. */
export function findingsBySystem({ verdict }: RunFacts): readonly SystemFindings[] {
  const all = ordered(verdict.findings);
  return verdict.systems.flatMap((system) => {
    const own = all.filter((finding) => finding.system === system.id);
    const passed = own.filter(({ status }) => status === 'pass');
    const idle = own.filter(isIdle);
    const troubled = own.filter((finding) => finding.status !== 'pass' && !isIdle(finding));
    return own.length === 0 ? [] : [{ system, troubled, idle, passed }];
  });
}

/** Where a system's evidence was read, for example `http://127.0.0.1:8080/metrics`; [] when it was not. */
export function placesOf(observations: readonly Observation[], system: string): readonly string[] {
  return observations.flatMap((one) => {
    if (one.kind !== system || one.status !== 'collected') return [];
    const place = one.from ?? one.url ?? '';
    return one.source !== undefined && one.source !== 'direct' ? [`${place} (${one.source})`] : [place];
  });
}

/** The documents' checklists, each with its items in the order of its lines. */
export function checklistsByDocument(
  items: readonly CheckedItem[],
): readonly (readonly [string, readonly CheckedItem[]])[] {
  const documents = [...new Set(items.map(({ source }) => source.document))];
  return documents.map((document) => [document, items.filter(({ source }) => source.document === document)]);
}

/** `9 of 16 ticked, 1 crossed, 4 not connected, 2 without evidence`. */
export function ticksText(items: readonly CheckedItem[]): string {
  const count = (tick: Tick): number => items.filter((item) => item.tick === tick).length;
  return [
    `${count('ticked')} of ${items.length} ticked`,
    ...(count('crossed') > 0 ? [`${count('crossed')} crossed`] : []),
    ...(count('not-connected') > 0 ? [`${count('not-connected')} not connected`] : []),
    ...(count('no-evidence') > 0 ? [`${count('no-evidence')} without evidence`] : []),
  ].join(', ');
}

/** An item without the backquotes of its Markdown. */
export function itemText({ words }: CheckedItem): string {
  return plain(words.replaceAll('`', ''));
}

/** `above 10 ms, up to 50 ms`. */
export function bucketText({ serverFromMs, serverToMs }: ClientServerPercentile): string {
  if (serverToMs === null) return `above ${msText(serverFromMs)}`;
  return serverFromMs === 0 ? `up to ${msText(serverToMs)}` : `${msText(serverFromMs)} to ${msText(serverToMs)}`;
}

/** `0`, `+12`, `−12`: the server's count minus the clients'. */
export function differenceText(clients: number, server: number): string {
  return server > clients ? `+${countText(server - clients)}` : countText(server - clients);
}
