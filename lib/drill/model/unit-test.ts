/**
 * The samples that Prometheus had in a drill, as a file for `promtool test rules`, with what Prometheus made of them: a second witness that
 * needs no clock. Pure.
 */
import { leastOf } from '../../core/extent.ts';
import { partsOf, type Selector } from '../../promql/expression.ts';
import { parsePromql } from '../../promql/parse.ts';

export interface TestedRule {
  readonly name: string;
  readonly query: string;
  readonly forSec: number;
  readonly keepFiringSec: number;
}

export interface SampledSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** [seconds, value as Prometheus writes it], ascending. */
  readonly samples: readonly (readonly [number, string])[];
}

/** What a test is made of. Seconds are those of Prometheus' clock. */
export interface Recording {
  readonly series: readonly SampledSeries[];
  /** At each of these the rule was evaluated, and fired. Ascending. */
  readonly firingAtSec: readonly number[];
  readonly untilSec: number;
  readonly scrapeSec: number;
  readonly evaluationSec: number;
  /** What scrapes that are laid on a grid can change. */
  readonly toleranceSec: number;
}

/** What is asked of promtool, in the words of a person, and what Prometheus' answer was. */
export interface Asked {
  readonly atSec: number;
  readonly fired: boolean;
  /** Between then and `atSec`; absent: at that moment. */
  readonly sinceSec?: number;
}

/** The series that a query reads. [] for one that can't be read. */
export function selectorsOf(query: string): string[] {
  const parsed = parsePromql(query);
  if (!parsed.ok) return [];
  const selectors = partsOf(parsed.expression).filter((part): part is Selector => part.kind === 'selector');
  return [...new Set(selectors.map(selectorText))];
}

function selectorText({ metric, matchers }: Selector): string {
  const named = metric === null ? [] : [`__name__=${JSON.stringify(metric)}`];
  const all = matchers.map(({ label, operator, value }) => `${quotedLabel(label)}${operator}${JSON.stringify(value)}`);
  return `{${[...named, ...all].join(',')}}`;
}

function quotedLabel(label: string): string {
  return /^[a-zA-Z_]\w*$/.test(label) ? label : JSON.stringify(label);
}

/** null where there is nothing to ask: no samples. Seconds of `asked` begin with the first sample. */
export function unitTest(
  { name, query, forSec, keepFiringSec }: TestedRule,
  recording: Recording,
): { readonly rules: object; readonly test: object; readonly asked: readonly Asked[] } | null {
  const { series, scrapeSec, evaluationSec } = recording;
  const startSec = leastOf(series.flatMap(({ samples }) => samples[0]?.[0] ?? []));
  if (!Number.isFinite(startSec)) return null;
  const asked = questions(recording, startSec);
  const kept = keepFiringSec === 0 ? {} : { keep_firing_for: duration(keepFiringSec) };
  const rule = { alert: name, expr: query, for: duration(forSec), ...kept };
  return {
    rules: { groups: [{ name: 'drilled', rules: [rule] }] },
    test: {
      evaluation_interval: duration(evaluationSec),
      tests: [
        {
          interval: duration(scrapeSec),
          input_series: series.map((one) => ({ series: seriesText(one), values: gridText(one, startSec, scrapeSec) })),
          promql_expr_test: asked.map((question) => ({
            expr: questionText(name, question),
            eval_time: duration(question.atSec),
            exp_samples: [{ labels: '{}', value: question.fired ? 1 : 0 }],
          })),
        },
      ],
    },
    asked,
  };
}

function duration(sec: number): string {
  return `${Math.max(0, Math.round(1000 * sec))}ms`;
}

function questionText(name: string, { atSec, sinceSec }: Asked): string {
  const series = `ALERTS{alertname=${JSON.stringify(name)},alertstate="firing"}`;
  const range = sinceSec === undefined ? series : `count_over_time(${series}[${duration(atSec - sinceSec)}])`;
  return `count(${range}) > bool 0 or vector(0)`;
}

/** Not before it fired, at some time then, not after it: each with what a grid may shift. */
function questions({ firingAtSec, untilSec, evaluationSec, toleranceSec }: Recording, startSec: number): Asked[] {
  const endSec = untilSec - startSec;
  const spells = spellsOf(firingAtSec, evaluationSec);
  if (spells.length === 0) return [{ atSec: endSec, sinceSec: 0, fired: false }];
  return spells.flatMap(([fromSec, toSec], index) => {
    const [from, to] = [fromSec - startSec, toSec - startSec];
    const before = (spells[index - 1]?.[1] ?? Number.NEGATIVE_INFINITY) - startSec;
    const after = (spells[index + 1]?.[0] ?? Number.POSITIVE_INFINITY) - startSec;
    const [early, late] = [from - toleranceSec, to + toleranceSec];
    const isKnownBefore = early > 0 && early > before + toleranceSec;
    const isKnownAfter = late < endSec && late < after - toleranceSec;
    return [
      ...(isKnownBefore ? [{ atSec: early, fired: false }] : []),
      { atSec: late, sinceSec: Math.max(0, early), fired: true },
      ...(isKnownAfter ? [{ atSec: late, fired: false }] : []),
    ];
  });
}

/** Stretches without a missing evaluation. */
function spellsOf(times: readonly number[], evaluationSec: number): (readonly [number, number])[] {
  const spells: [number, number][] = [];
  for (const sec of times) {
    const last = spells.at(-1);
    if (last !== undefined && sec - last[1] <= 2.5 * evaluationSec) last[1] = sec;
    else spells.push([sec, sec]);
  }
  return spells;
}

function seriesText({ name, labels }: SampledSeries): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${quotedLabel(label)}=${JSON.stringify(value)}`);
  if (/^[a-zA-Z_:][\w:]*$/.test(name)) return `${name}{${pairs.join(',')}}`;
  return `{${[JSON.stringify(name), ...pairs].join(',')}}`;
}

/** One value for each scrape. Where two or more are missing, the series had ended, and Prometheus did not use its last value any longer. */
function gridText({ samples }: SampledSeries, startSec: number, stepSec: number): string {
  const [firstSec = startSec] = samples[0] ?? [];
  const offset = Math.round((firstSec - startSec) / stepSec);
  const values: string[] = Array.from({ length: offset }, () => '_');
  for (const [sec, value] of samples) {
    const slot = offset + Math.round((sec - firstSec) / stepSec);
    if (slot > values.length + 1) values.push('stale');
    while (values.length < slot) values.push('_');
    values[slot] = valueText(value);
  }
  return [...values, 'stale'].join(' ');
}

function valueText(value: string): string {
  return value === '+Inf' ? 'Inf' : value;
}
