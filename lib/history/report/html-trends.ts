/** The page's sections on changes, and on objectives over time. */

import type { ChartData, TrendData } from '../../../reports/html/chart-data.ts';
import { type Html, html } from '../../../reports/html/html.ts';
import { figure, statusBadge, table } from '../../../reports/html/parts.ts';
import type { Section } from '../../../reports/html/section.ts';
import { STATUS_WORD } from '../../../reports/summary.ts';
import { instantText } from '../../core/numbers.ts';
import type { HistoryView, ObjectiveTrend } from '../model/view.ts';
import { changeText, isWorse, limitText, searchText, statusesText, valueText } from './words.ts';

/** Every change with the first run after it, changes for the worse first. */
export function changesSection({ objectives }: HistoryView): Section {
  const all = objectives.flatMap((trend) =>
    trend.changes.map((change) => ({ trend, change, worse: isWorse(trend, change) })),
  );
  const items = [...all.filter(({ worse }) => worse), ...all.filter(({ worse }) => !worse)].map(
    ({ trend, change, worse }) =>
      html`<li class="${worse ? 'is-fail' : 'is-pass'}" data-change="${trend.objective.id}" data-run="${change.runId}"><strong>${worse ? '▲ worse' : '▼ better'}</strong> <a href="#${anchorOf(trend)}">${trend.objective.subject}</a>: ${changeText(trend, change)}</li>`,
  );
  return {
    id: 'changes',
    title: 'Changes',
    body: html`<p class="lead">${capitalised(searchText(objectives))}</p>${items.length === 0 ? null : html`<ul class="changes">${items}</ul>`}`,
  };
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const anchorOf = ({ objective }: ObjectiveTrend): string => `trend-${objective.id}`;

export function trendsSection({ objectives }: HistoryView): Section {
  const charts: Record<string, ChartData> = {};
  const panels = objectives.map((trend) => {
    const data = trendData(trend);
    if (data !== null) charts[anchorOf(trend)] = data;
    return panel(trend, data);
  });
  return {
    id: 'objectives',
    title: 'Objectives over time',
    navTitle: 'Objectives',
    body: html`<p class="lead">Each run is one step: a circle passed, a cross failed, a diamond was not decided. The broad band is the median between two changes; a vertical line marks the first run after a change.</p><div class="pair wide trends">${panels}</div>`,
    charts,
  };
}

/** null where there is no value to draw. */
function trendData(trend: ObjectiveTrend): TrendData | null {
  const { unit, points, changes } = trend;
  if (unit === 'count' || points.every(({ actual }) => actual === null)) return null;
  const stretches =
    changes.length === 0
      ? []
      : [
          { from: 0, median: changes[0]?.before ?? 0 },
          ...changes.map(({ at, after }) => ({ from: at, median: after })),
        ];
  return {
    kind: 'trend',
    unit,
    labels: points.map(({ startedAtMs }) => instantText(startedAtMs).slice(0, 10)),
    values: points.map(({ actual }) => actual),
    limits: points.map(({ expected }) => expected),
    statuses: points.map(({ status }) => status),
    stretches,
  };
}

function panel(trend: ObjectiveTrend, data: TrendData | null): Html {
  const { objective, points } = trend;
  const newest = points.at(-1);
  const badge = newest === undefined ? null : statusBadge(newest.status);
  const value = valueText(trend, newest?.actual ?? null);
  const title = `${objective.subject}: ${value}, ${limitText(trend)}`;
  if (data === null) {
    return html`<section class="panel" id="${anchorOf(trend)}" data-objective="${objective.id}"><h3>${title} ${badge}</h3><p class="note">${statusesText(trend)}</p></section>`;
  }
  return html`<div class="trend" id="${anchorOf(trend)}" data-objective="${objective.id}">${figure({
    chart: anchorOf(trend),
    title,
    level: 3,
    alternative: `${objective.subject} over ${points.length} runs. The table below has the same data.`,
    legend: [
      { key: 'run', label: 'run' },
      { key: 'limit', label: 'limit' },
    ],
    note: statusesText(trend),
    data: dataTable(trend),
  })}</div>`;
}

function dataTable(trend: ObjectiveTrend): Html {
  const columns = [
    { head: 'Run, UTC' },
    { head: 'Value', numeric: true },
    { head: 'Limit', numeric: true },
    { head: 'Status' },
  ];
  const first = new Set(trend.changes.map(({ at }) => at));
  const rows = trend.points.map(({ runId, startedAtMs, actual, expected, status }, at) => [
    html`<span class="whole" title="${runId}">${instantText(startedAtMs).slice(0, 16)}</span>${first.has(at) ? ' ▲ first after a change' : null}`,
    valueText(trend, actual),
    valueText(trend, expected, trend.unit === 'ms' ? 6 : 4),
    STATUS_WORD[status],
  ]);
  return table(`${trend.objective.subject}, run by run`, columns, rows);
}
