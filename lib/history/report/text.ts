/**
 * A history for a terminal: what was compared, each objective over time, its changes, budgets and burn rates. Readable without colour; the
 * caller passes a painter.
 */

import { OUTCOME_WORD, STATUS_WORD } from '../../../reports/summary.ts';
import { STATUS_TONE } from '../../../reports/text/findings.ts';
import { block, columns, fill, widthOf } from '../../../reports/text/layout.ts';
import type { Painter } from '../../../reports/text.ts';
import { instantText, plural } from '../../core/numbers.ts';
import { clip, plain } from '../../core/text.ts';
import type { HistoryView, ObjectiveTrend } from '../model/view.ts';
import { budgetLines } from './text-budgets.ts';
import {
  COMPARED_WITH,
  changeText,
  isWorse,
  leftOutText,
  limitText,
  searchText,
  serverText,
  statusesText,
  valueText,
} from './words.ts';

export interface HistoryTextOptions {
  /** Default: no colour. */
  readonly paint?: Painter;
  /** Columns of the terminal; absent: it is none. */
  readonly width?: number | undefined;
}

/** The whole history, ending in a line break. */
export function renderHistoryText(view: HistoryView, options: HistoryTextOptions = {}): string {
  const paint: Painter = options.paint ?? ((_tone, text) => text);
  const width = widthOf(options.width);
  const parts = [headLines(view, paint, width), trendLines(view, paint, width), budgetLines(view, paint, width)];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** What is printed where there is no run yet. That proves nothing. */
export function renderNoHistory(dir: string): string {
  return `NO RUNS YET  ${plain(dir)} has none: add one with \`aragora-slo run --history ${plain(dir)}\``;
}

function headLines(view: HistoryView, paint: Painter, width: number): string[] {
  const { newest, compared, machine, fingerprint, leftOut, warnings } = view;
  const { plan, server, outcome, startedAtMs } = newest;
  const about = [
    `${plural(compared.length, 'run')} of ${clip(plain(plan.profile), 40)} compared`,
    `contract ${clip(plain(plan.contract), 40)}`,
    plan.embedded ? 'the embedded target' : '',
    ...(compared.length < 2 ? [] : [`since ${instantText(compared[0]?.startedAtMs ?? 0).slice(0, 10)}`]),
  ];
  const machineWords =
    machine === null ? 'unknown: its latencies are not comparable with any other run' : machineText(machine);
  const newestWords = [
    OUTCOME_WORD[outcome],
    instantText(startedAtMs),
    serverText(server) ?? 'commit unknown',
    plain(newest.runId),
  ];
  const notes: (readonly [string, string])[] = [
    ['newest', newestWords.join('  ')],
    ['machine', `${machineWords}${fingerprint === null ? '' : `  [${fingerprint}]`}`],
    ...leftOut.map((one) => ['left out', leftOutText(one)] as const),
    ...(leftOut.length === 0 ? [] : [['', COMPARED_WITH] as const]),
    ...warnings.map((warning) => ['warning', plain(warning)] as const),
  ];
  const first = fill(
    about.filter((piece) => piece !== ''),
    width - 9,
    ' · ',
  );
  return [
    ...first.map((line, at) => (at === 0 ? `${paint('strong', 'HISTORY')}  ${line}` : `         ${line}`)),
    ...notes.flatMap(([label, text], at) => {
      const shown = (label === notes[at - 1]?.[0] ? '' : label).padEnd(9);
      return block(text, width, '', ' '.repeat(9)).map((line, row) =>
        row === 0 ? paint('faint', shown) + line : line,
      );
    }),
  ];
}

function machineText({ cpu, cores, memoryGiB, os, arch, engine }: NonNullable<HistoryView['machine']>): string {
  return `${plain(cpu)} × ${cores}, ${memoryGiB} GiB, ${plain(os)} ${plain(arch)}, engine ${plain(engine)}`;
}

const MOST_BARS = 24;
const BARS = '▁▂▃▄▅▆▇█';

/** One line for each objective, its changes below it. Objectives that nobody measured share one line. */
function trendLines({ objectives }: HistoryView, paint: Painter, width: number): string[] {
  const shown = objectives.filter(({ points }) => points.some(({ status }) => status !== 'no-data'));
  const silent = objectives.filter((trend) => !shown.includes(trend));
  const rows = columns(
    shown.map((trend) => [
      clip(plain(trend.objective.subject), 32),
      limitText(trend),
      valueText(trend, trend.points.at(-1)?.actual ?? null),
      // Painted later, when its position is known.
      sparkline(trend),
      statusesText(trend),
    ]),
  );
  const indent = ' '.repeat(STATUS_WORD.inconclusive.length + 1);
  const lines = shown.flatMap((trend, at) => {
    const status = trend.points.at(-1)?.status ?? 'no-data';
    const [first = '', ...rest] = fill(rows[at] ?? [], width - indent.length);
    const word = STATUS_WORD[status].toUpperCase();
    return [
      `${paint(STATUS_TONE[status], word)}${indent.slice(word.length)}${first}`,
      ...rest.map((line) => indent + line),
      ...changeLines(trend, paint, width, indent),
    ];
  });
  const searched = block(`Changes: ${searchText(objectives)}`, width, '', '').map((line) => paint('faint', line));
  if (silent.length === 0) return [...lines, ...searched];
  const names = `${silent.map(({ objective }) => clip(plain(objective.subject), 40)).join(', ')}: never measured in these runs`;
  const [first = '', ...rest] = block(names, width, indent, indent);
  return [...lines, `${paint('doubt', 'NO DATA')}${first.slice('NO DATA'.length)}`, ...rest, ...searched];
}

/** The last runs, drawn from zero to the highest value: a latency, or the share of bad samples. */
function sparkline({ points, unit, operator }: ObjectiveTrend): string {
  if (unit === 'count') return '';
  const values = points
    .slice(-MOST_BARS)
    .map(({ actual }) => (actual === null || operator !== '>=' ? actual : 1 - actual));
  const most = Math.max(0, ...values.flatMap((value) => value ?? []));
  return values
    .map((value) => {
      if (value === null) return '×';
      return BARS[most === 0 ? 0 : Math.min(BARS.length - 1, Math.floor((value / most) * BARS.length))] ?? '';
    })
    .join('');
}

function changeLines(trend: ObjectiveTrend, paint: Painter, width: number, indent: string): string[] {
  return trend.changes.flatMap((change) => {
    const [word, tone] = isWorse(trend, change) ? (['▲ worse', 'bad'] as const) : (['▼ better', 'good'] as const);
    const [head = '', ...tail] = block(`${word} ${changeText(trend, change)}`, width, indent, `${indent}  `);
    return [indent + paint(tone, word) + head.slice(indent.length + word.length), ...tail];
  });
}
