/** The error budgets of a history for a terminal: what is left of each, and how fast it burns. */
import { block, columns, fill } from '../../../reports/text/layout.ts';
import type { Painter, Tone } from '../../../reports/text.ts';
import { countText, plural } from '../../core/numbers.ts';
import { clip, plain } from '../../core/text.ts';
import type { BudgetView, HistoryView, ObjectiveTrend } from '../model/view.ts';
import { budgetBasis, burnText, leftText, windowText } from './words.ts';

/** One line for each source of each budget that has data or was asked for, and one line for those without a run. */
export function budgetLines(view: HistoryView, paint: Painter, width: number): string[] {
  const rows = view.objectives.flatMap((trend) => budgetRows(trend));
  const known = rows.filter(({ source, budget }) => source === 'prometheus' || isMissing(budget) || isCounted(budget));
  const silent = rows.length - known.length;
  if (rows.length === 0) return [];
  const pairs = rows.flatMap(({ budget }) => ('burn' in budget ? [budget.burn] : []))[0] ?? [];
  const legend = [
    `Error budget of ${new Date(view.nowMs).toISOString().slice(0, 7)}`,
    ...pairs.map((pair, at) => `${at === 0 ? 'burn rates ' : ''}${windowText(pair)}`),
  ];
  const cells = columns(
    known.map(({ name, budget }) =>
      isMissing(budget) || !isCounted(budget)
        ? [name]
        : [name, `n=${countText(budget.samples)}`, leftText(budget), ...budget.burn.map(burnText)],
    ),
  );
  const lines = known.flatMap(({ budget }, at) => {
    const [first = '', ...rest] = fill(cells[at] ?? [], width - 8);
    if (isMissing(budget)) {
      const text = `${(cells[at] ?? [])[0]?.trimEnd()}: ${plain(budget.unavailable)}; ${plain(budget.hint)}`;
      return block(text, width, 'MISSING ', ' '.repeat(8)).map((line, at) =>
        at === 0 ? line.replace('MISSING', (word) => paint('doubt', word)) : line,
      );
    }
    if (!isCounted(budget)) {
      const text = `${(cells[at] ?? [])[0]?.trimEnd()}: it has no request of this month or of the last 3 days`;
      return block(text, width, 'NO DATA ', ' '.repeat(8)).map((line, at) =>
        at === 0 ? line.replace('NO DATA', (word) => paint('doubt', word)) : line,
      );
    }
    return [
      paint(toneOf(budget), stateWord(budget)) + ' '.repeat(8 - stateWord(budget).length) + first,
      ...rest.map((line) => ' '.repeat(8) + line),
    ];
  });
  const none =
    silent === 0 ? [] : [`${paint('doubt', 'NO DATA')} ${plural(silent, 'budget')} without a run in this month`];
  return [
    ...fill(legend, width, ' · ').map((line) => paint('strong', line)),
    ...lines,
    ...none,
    ...block(budgetBasis(view), width, '', '').map((line) => paint('faint', line)),
  ];
}

interface BudgetRow {
  readonly name: string;
  readonly source: 'runs' | 'prometheus';
  readonly budget: BudgetView | NonNullable<ObjectiveTrend['prometheus']>;
}

function budgetRows({ objective, budget, prometheus }: ObjectiveTrend): BudgetRow[] {
  const name = clip(plain(objective.subject), 32);
  return [
    ...(budget === null ? [] : [{ name, source: 'runs' as const, budget }]),
    ...(prometheus === null
      ? []
      : [{ name: `${name}, Prometheus`, source: 'prometheus' as const, budget: prometheus }]),
  ];
}

/** On the first of a month, its windows may have samples when the month has none. */
function isCounted({ samples, burn }: BudgetView): boolean {
  return samples > 0 || burn.some(({ long, short }) => long !== null || short !== null);
}

function isMissing(budget: BudgetRow['budget']): budget is Extract<BudgetRow['budget'], { unavailable: string }> {
  return 'unavailable' in budget;
}

function stateWord({ leftShare, burn, samples }: BudgetView): string {
  if (burn.some(({ state }) => state === 'burning')) return 'BURNING';
  if (samples === 0 || leftShare === null) return 'NO DATA';
  return leftShare < 0 ? 'SPENT' : 'LEFT';
}

function toneOf(budget: BudgetView): Tone {
  const word = stateWord(budget);
  return word === 'LEFT' ? 'good' : word === 'NO DATA' ? 'doubt' : 'bad';
}
