/** The section on what the run says about a month: error budgets, and what the run was too short to see. */
import { digitsText, percentText } from '../../../lib/core/numbers.ts';
import { budgetSubject } from '../../summary.ts';
import { html } from '../html.ts';
import { table } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';

const COLUMNS = [
  { head: 'Objective' },
  { head: 'Target', numeric: true },
  { head: 'Minutes a month', numeric: true },
  { head: 'Burn rate', numeric: true },
  { head: 'Used by this run', numeric: true },
] as const;

export const budget: SectionBuilder = (facts) => {
  const { verdict } = facts;
  if (verdict.errorBudgets.length + verdict.blindSpots.length === 0) return null;
  const rows = verdict.errorBudgets.map((one) => [
    budgetSubject(facts, one),
    percentText(one.target, 4),
    digitsText(one.monthlyBudgetMin),
    one.burnRate === null ? 'no data' : digitsText(one.burnRate, 2),
    one.usedShare === null ? 'no data' : percentText(one.usedShare),
  ]);
  return {
    id: 'budget',
    title: 'Error budget and blind spots',
    navTitle: 'Budget',
    body: html`<div class="pair">${rows.length === 0 ? null : html`<div><p class="lead">A burn rate of 1 uses up the budget in exactly 30 days; above 1 the promise breaks before the month is over.</p>${table('Error budgets', COLUMNS, rows)}</div>`}
${verdict.blindSpots.length === 0 ? null : html`<div><h3>Too short to see</h3><ul class="prose">${verdict.blindSpots.map((sentence) => html`<li>${sentence}</li>`)}</ul></div>`}</div>`,
  };
};
