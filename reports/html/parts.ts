/** Small parts of a page: status badges with their shapes, tables, figures with their text alternative. */

import type { Status } from '../../lib/core/finding.ts';
import type { Outcome } from '../../lib/core/verdict.ts';
import { STATUS_WORD } from '../summary.ts';
import { type Html, html, type Part } from './html.ts';

/** Every status has its own shape, so nobody needs the colour to tell them apart. */
const SHAPE: Readonly<Record<Status | 'interrupted', Html>> = {
  pass: html`<circle cx="10" cy="10" r="9"/><path class="ink" d="m5.8 10.4 2.9 2.9 5.6-6.4"/>`,
  fail: html`<path d="M6.2.9h7.6l5.3 5.3v7.6l-5.3 5.3H6.2L.9 13.8V6.2z"/><path class="ink" d="m6.7 6.7 6.6 6.6m0-6.6-6.6 6.6"/>`,
  inconclusive: html`<path d="M10 .6 19.4 10 10 19.4.6 10z"/><path class="ink" d="M7.7 7.9c.2-3 4.7-2.8 4.6.1 0 1.7-2.2 1.8-2.3 3.6m0 2.5v.3"/>`,
  unavailable: html`<rect x="1.2" y="1.2" width="17.6" height="17.6" rx="3"/><path class="ink" d="M5.6 14.4 14.4 5.6"/>`,
  'no-data': html`<circle class="hollow" cx="10" cy="10" r="8" stroke-dasharray="3.2 2.6"/>`,
  interrupted: html`<rect x="1.2" y="1.2" width="17.6" height="17.6" rx="3"/><path class="ink" d="M7.5 6v8m5-8v8"/>`,
};

const OUTCOME_SHAPE = {
  conforms: 'pass',
  breaches: 'fail',
  inconclusive: 'inconclusive',
  interrupted: 'interrupted',
} as const satisfies Record<Outcome, string>;

/** The shapes, once in each page; `icon` refers to them. */
export function shapeSprite(): Html {
  const symbols = Object.entries(SHAPE).map(
    ([name, shape]) => html`<symbol id="i-${name}" viewBox="0 0 20 20">${shape}</symbol>`,
  );
  return html`<svg class="sprite" aria-hidden="true" width="0" height="0">${symbols}</svg>`;
}

/** The anchor of a finding's row. */
export function findingAnchor(id: string): string {
  return `finding-${id}`;
}

function icon(name: string): Html {
  return html`<svg class="icon" aria-hidden="true" width="20" height="20"><use href="#i-${name}"/></svg>`;
}

/** A status's shape without its word. */
export function statusIcon(status: Status): Html {
  return icon(status);
}

export function statusBadge(status: Status): Html {
  return html`<span class="status is-${status}">${icon(status)}<span>${STATUS_WORD[status]}</span></span>`;
}

export function outcomeIcon(outcome: Outcome): Html {
  return icon(OUTCOME_SHAPE[outcome]);
}

/** The class that gives an outcome the colour of the status with the same shape. */
export function outcomeClass(outcome: Outcome): string {
  return `is-${OUTCOME_SHAPE[outcome]}`;
}

export interface Column {
  readonly head: string;
  readonly numeric?: boolean;
}

/** A table with a caption, whose first column heads its rows. It scrolls by itself when it is too wide. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Part[])[]): Html {
  const numeric = (at: number): Part => (columns[at]?.numeric ? html` class="num"` : null);
  const cell = (part: Part, at: number): Html =>
    at === 0 ? html`<th scope="row"${numeric(at)}>${part}</th>` : html`<td${numeric(at)}>${part}</td>`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption class="unseen">${caption}</caption>
<thead><tr>${columns.map((column, at) => html`<th scope="col"${numeric(at)}>${column.head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table></div>`;
}

/** What is shown only when somebody opens it. */
export function folded(summary: Part, body: Part): Html {
  return html`<details class="fold"><summary>${summary}</summary>${body}</details>`;
}

/** Folds side by side; one that is open takes the whole width. */
export function folds(all: readonly (Html | null)[]): Html | null {
  return all.every((one) => one === null) ? null : html`<div class="folds">${all}</div>`;
}

/** Terms and their values; a term with the value null is left out. */
export function facts(pairs: readonly (readonly [term: string, value: Part])[], className = 'facts'): Html {
  const shown = pairs.filter(([, value]) => value !== null);
  return html`<dl class="${className}">${shown.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export interface LegendKey {
  /** Names the colour and line: `p50`, `limit`, … */
  readonly key: string;
  readonly label: string;
}

/** A chart's place: its caption and legend, the canvas for the script to fill, and the same data as a table. */
export function figure(options: {
  readonly chart: string;
  readonly title: string;
  /** Default: it is. */
  readonly isTitleSeen?: boolean;
  /** Level of the title's heading; default 4. */
  readonly level?: 3 | 4;
  readonly alternative: string;
  readonly legend: readonly LegendKey[];
  readonly note?: string | undefined;
  readonly data: Html;
}): Html {
  const keys = options.legend.map(
    ({ key, label }) =>
      html`<li><span class="swatch key-${key}"></span>${label} <output data-key="${key}"></output></li>`,
  );
  const unseen = options.isTitleSeen === false ? html` class="unseen"` : null;
  return html`<figure class="chart">
<figcaption>${options.level === 3 ? html`<h3${unseen}>${options.title}</h3>` : html`<h4${unseen}>${options.title}</h4>`}<ul class="legend" aria-hidden="true">${keys}<li class="at"><output data-key="at"></output></li></ul></figcaption>
<div class="plot" data-chart="${options.chart}" role="img" aria-label="${options.alternative}"></div>
${options.note === undefined ? null : html`<p class="note">${options.note}</p>`}
<details><summary>Data<span class="unseen"> of: ${options.title}</span></summary>${options.data}</details>
</figure>`;
}
