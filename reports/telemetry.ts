/** What several reports derive from the telemetry's part of a verdict: findings by family, pages on checks, ticks, comparison cells. */
import type { CheckedItem, Tick } from '../lib/core/checklist.ts';
import type { ComparedPercentile } from '../lib/core/comparison.ts';
import type { Finding } from '../lib/core/finding.ts';
import { countText, msText } from '../lib/core/numbers.ts';
import type { Observation } from '../lib/core/observation.ts';
import type { RunFacts } from '../lib/core/run.ts';
import { plain } from '../lib/core/text.ts';
import { objectiveOf, ordered } from './summary.ts';

export const FAMILIES = ['metrics', 'traces', 'logs'] as const;
export type Family = (typeof FAMILIES)[number];

export const FAMILY_TITLE: Readonly<Record<Family, string>> = { metrics: 'Metrics', traces: 'Traces', logs: 'Logs' };

export const TICK_WORD: Readonly<Record<Tick, string>> = {
  ticked: 'Ticked',
  crossed: 'Crossed',
  'no-evidence': 'No evidence',
};

/** The family of a finding on the server's telemetry; null for any other. */
export function familyOf(facts: RunFacts, finding: Finding): Family | null {
  if (objectiveOf(facts, finding) !== undefined) return null;
  return FAMILIES.find((family) => finding.id.startsWith(`${family}.`)) ?? null;
}

/** Findings on objectives and on the load, not on telemetry. Worst first. */
export function ownFindings(facts: RunFacts): readonly Finding[] {
  return ordered(facts.verdict.findings).filter((finding) => familyOf(facts, finding) === null);
}

/** Whether it only says that nothing was connected or provoked: undecided and not gating, but not because the team accepted it. */
export function isIdle({ status, gating, acceptance }: Finding): boolean {
  return acceptance === undefined && !gating && status !== 'fail' && status !== 'pass';
}

export interface FamilyFindings {
  readonly family: Family;
  /** What fails, and what keeps the run from conforming. Worst first, like all of these lists. */
  readonly troubled: readonly Finding[];
  /** Without evidence, and not gating. */
  readonly idle: readonly Finding[];
  readonly passed: readonly Finding[];
}

/** Families that have findings. */
export function findingsByFamily(facts: RunFacts): readonly FamilyFindings[] {
  return FAMILIES.flatMap((family) => {
    const own = ordered(facts.verdict.findings).filter((finding) => familyOf(facts, finding) === family);
    const passed = own.filter(({ status }) => status === 'pass');
    const idle = own.filter(isIdle);
    const troubled = own.filter((finding) => finding.status !== 'pass' && !isIdle(finding));
    return own.length === 0 ? [] : [{ family, troubled, idle, passed }];
  });
}

/** Where a family's evidence was read, for example `http://127.0.0.1:8080/metrics`; [] when it was not. */
export function placesOf(observations: readonly Observation[], family: Family): readonly string[] {
  return observations.flatMap((one) => {
    if (one.kind !== family || one.status !== 'collected') return [];
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

/** `9 of 16 ticked, 1 crossed, 6 without evidence`. */
export function ticksText(items: readonly CheckedItem[]): string {
  const count = (tick: Tick): number => items.filter((item) => item.tick === tick).length;
  return [
    `${count('ticked')} of ${items.length} ticked`,
    ...(count('crossed') > 0 ? [`${count('crossed')} crossed`] : []),
    ...(count('no-evidence') > 0 ? [`${count('no-evidence')} without evidence`] : []),
  ].join(', ');
}

/** An item without the backquotes of its Markdown. */
export function itemText({ words }: CheckedItem): string {
  return plain(words.replaceAll('`', ''));
}

/** `above 10 ms, up to 50 ms`. */
export function bucketText({ serverFromMs, serverToMs }: ComparedPercentile): string {
  if (serverToMs === null) return `above ${msText(serverFromMs)}`;
  return serverFromMs === 0 ? `up to ${msText(serverToMs)}` : `${msText(serverFromMs)} to ${msText(serverToMs)}`;
}

/** `0`, `+12`, `−12`: the server's count minus the clients'. */
export function differenceText(clients: number, server: number): string {
  return server > clients ? `+${countText(server - clients)}` : countText(server - clients);
}
