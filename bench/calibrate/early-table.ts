/** The Markdown of the calibration of early answers. */
import type { EarlyRow } from './early.ts';
import type { Load } from './processes.ts';

export interface EarlySection extends Load {
  readonly title: string;
  readonly firstSec: number;
  readonly repetitions: number;
  readonly rows: readonly EarlyRow[];
}

export function renderEarly(sections: readonly EarlySection[]): string {
  return sections.map(renderSection).join('\n\n');
}

function renderSection({ title, seconds, ratePerSec, firstSec, repetitions, rows }: EarlySection): string {
  return [
    `### ${title}: ${seconds} s at ${ratePerSec}/s, first look at ${firstSec} s (${repetitions.toLocaleString('en')} runs per row)`,
    '',
    '| samples | objective | false pass: once | **early** | false fail: once | **early** | power: once | **early** | time saved at a fifth of the limit |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|',
    ...rows.map(renderRow),
  ].join('\n');
}

function renderRow({ process, allowedShare, once, early, saved }: EarlyRow): string {
  const pair = (field: 'falsePass' | 'falseFail' | 'power', digits: number): string =>
    `${percent(once[field], digits)} | **${percent(early[field], digits)}**`;
  const kept = 100 * (1 - allowedShare);
  const objective = allowedShare < 0.01 ? `${kept.toFixed(1)} %` : `P${kept}`;
  return `| ${process} | ${objective} | ${pair('falsePass', 1)} | ${pair('falseFail', 1)} | ${pair('power', 0)} | ${percent(saved, 0)} |`;
}

function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)} %`;
}
