/** The Markdown of the calibration. */
import type { Load } from './processes.ts';
import type { Method, Rates, Row } from './simulate.ts';

export interface Section extends Load {
  readonly title: string;
  readonly repetitions: number;
  readonly rows: readonly Row[];
}

/** The aim (at most 5 % false passes and false fails) is for runs that have at least this. */
const AIM = { expectedEvents: 30, correlationTimes: 100 };
/** With a larger share of spotless runs, no verdict that passes spotless runs can stay within 5 %. */
const BLIND = 0.05;

export function renderTable(sections: readonly Section[]): string {
  return [summary(sections), ...sections.map(renderSection)].join('\n\n');
}

function withinAim(row: Row): boolean {
  // The integrated correlation of a simulated queue is not a round number; the rounded one decides.
  return (
    Math.round(row.expectedEvents) >= AIM.expectedEvents && Math.round(row.correlationTimes) >= AIM.correlationTimes
  );
}

function summary(sections: readonly Section[]): string {
  const rows = sections.flatMap((section) => section.rows);
  const blind = rows.filter((row) => withinAim(row) && row.spotless > BLIND);
  const inside = rows.filter((row) => withinAim(row) && row.spotless <= BLIND);
  const outside = rows.filter((row) => !withinAim(row));
  const line = (name: string, group: readonly Row[]): string =>
    `| ${name} | ${group.length} | ${(['plain', 'blockMeans', 'ours'] as const).map((key) => extremes(group, key)).join(' | ')} |`;
  return [
    '| rows | number | plain bounds: false pass, false fail | block means: false pass, false fail | this verdict: false pass, false fail |',
    '|---|---:|---|---|---|',
    line('30 expected events and 100 correlation times or more', inside),
    line('the same, but more than 5 % of the runs saw nothing over', blind),
    line('less than that', outside),
  ].join('\n');
}

function extremes(rows: readonly Row[], key: Method): string {
  if (rows.length === 0) return '';
  const of = (field: keyof Rates): string => {
    const values = rows.map((row) => row[key][field]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return `mean ${percent(mean, 1)}, worst ${percent(Math.max(...values))}`;
  };
  return `${of('falsePass')}; ${of('falseFail')}`;
}

function renderSection(section: Section): string {
  return [
    `### ${section.seconds.toLocaleString('en')} s at ${section.ratePerSec}/s (${section.title}; ${section.repetitions.toLocaleString('en')} runs per row)`,
    '',
    '| samples | objective | expected over | correlation times | aim | nothing over | false pass: plain | block means | **this** | false fail: **this** | power: block means | **this** |',
    '|---|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|',
    ...section.rows.map(renderRow),
  ].join('\n');
}

function renderRow(row: Row): string {
  const cells = [
    row.process,
    objective(row.allowedShare),
    row.expectedEvents.toLocaleString('en'),
    Math.round(row.correlationTimes).toLocaleString('en'),
    withinAim(row) ? 'yes' : '',
    percent(row.spotless),
    percent(row.plain.falsePass),
    percent(row.blockMeans.falsePass),
    `**${percent(row.ours.falsePass)}**`,
    `**${percent(row.ours.falseFail)}**`,
    percent(row.blockMeans.power),
    `**${percent(row.ours.power)}**`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function objective(allowedShare: number): string {
  const kept = 100 * (1 - allowedShare);
  return allowedShare < 0.01 ? `${kept.toFixed(1)} %` : `P${kept}`;
}

function percent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`;
}
