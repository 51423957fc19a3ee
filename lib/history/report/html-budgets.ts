/** The page's section on error budgets and burn rates. */

import { type Html, html, type Part } from '../../../reports/html/html.ts';
import type { Section } from '../../../reports/html/section.ts';
import { countText, percentText } from '../../core/numbers.ts';
import type { BurnWindow } from '../../stats/burn-rate.ts';
import type { BudgetView, HistoryView, ObjectiveTrend } from '../model/view.ts';
import { budgetBasis, burnText, leftText, windowText } from './words.ts';

export function budgetsSection(view: HistoryView): Section {
  const pairs = view.objectives.flatMap(({ budget }) => budget?.burn ?? []).slice(0, 3);
  const heads = [
    'Objective',
    'Allowed',
    'Samples',
    'Left this month',
    ...pairs.map((pair) => `Burn rate, ${windowText(pair)}`),
  ];
  const rows = view.objectives.flatMap((trend) => rowsOf(trend, heads));
  const month = new Date(view.nowMs).toISOString().slice(0, 7);
  const body =
    rows.length === 0
      ? html`<p class="lead">No objective has an error budget.</p>`
      : html`<p class="lead">Error budgets of ${month} (UTC). A burn rate of 1 uses up a budget in exactly its period; somebody must act when both windows of a pair are above its factor. ${budgetBasis(view)}</p>
<table class="cards budgets" role="table"><caption class="unseen">Error budgets and burn rates</caption>
<thead role="rowgroup"><tr role="row">${heads.map((head, at) => html`<th scope="col" role="columnheader"${at === 1 || at === 2 ? html` class="num"` : null}>${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows}</tbody></table>`;
  return { id: 'budgets', title: 'Error budgets and burn rates', navTitle: 'Budgets', body };
}

function rowsOf({ objective, allowedShare, budget, prometheus }: ObjectiveTrend, heads: readonly string[]): Html[] {
  const allowed = allowedShare === null ? '–' : percentText(allowedShare);
  const own = budget === null ? [] : [budgetRow(objective.subject, allowed, budget, heads)];
  if (prometheus === null) return own;
  const name = `${objective.subject}, by Prometheus`;
  if (!('unavailable' in prometheus)) return [...own, budgetRow(name, allowed, prometheus, heads)];
  return [
    ...own,
    html`<tr role="row" data-budget="${name}"><th role="rowheader" scope="row">${name}</th><td role="cell" class="none missing" colspan="${heads.length - 1}">Unavailable: ${prometheus.unavailable}; ${prometheus.hint}</td></tr>\n`,
  ];
}

function budgetRow(name: string, allowed: string, budget: BudgetView, heads: readonly string[]): Html {
  const cell = (part: Part, at: number, tone: string | null): Html =>
    html`<td role="cell" data-label="${heads[at] ?? ''}"${tone === null ? null : html` class="${tone}"`}>${part}</td>`;
  const left = budget.leftShare === null ? 'none' : budget.leftShare < 0 ? 'differs' : null;
  return html`<tr role="row" data-budget="${name}"><th role="rowheader" scope="row">${name}</th>
${cell(allowed, 1, 'num')}${cell(countText(budget.samples), 2, 'num')}${cell(leftText(budget), 3, left)}${budget.burn.map((pair, at) => cell(html`${stateWord(pair)}${burnText(pair)}`, at + 4, toneOf(pair)))}</tr>\n`;
}

const stateWord = ({ state }: BurnWindow): Html | null =>
  state === 'burning' ? html`<strong>burning</strong> ` : null;

function toneOf({ state }: BurnWindow): string | null {
  return state === 'burning' ? 'differs' : state === 'no-data' ? 'none' : null;
}
