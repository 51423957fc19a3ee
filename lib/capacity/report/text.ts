/** The answer of a capacity search for a terminal: the sentence, the steps by rate with latency as bars, what broke first. */
import { block, columns, fill, hanging, widthOf } from '../../../reports/text/layout.ts';
import type { Painter, Tone } from '../../../reports/text.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import { leastOf, mostOf } from '../../core/extent.ts';
import { digitsText, durationText, msText, percentText } from '../../core/numbers.ts';
import { clip, plain } from '../../core/text.ts';
import {
  type CapacityAnswer,
  type CapacityFacts,
  type CapacityStep,
  LEAST_KNEE_RATES,
  type StepLatency,
  type StepResult,
} from '../model/facts.ts';

export interface CapacityTextOptions {
  /** Default: no colour. */
  readonly paint?: Painter;
  /** Columns of the terminal; absent: it is none. */
  readonly width?: number | undefined;
  /** Where the HTML page is; left out when absent. */
  readonly pagePath?: string;
}

const WORD: Readonly<Record<CapacityAnswer['kind'], readonly [word: string, tone: Tone]>> = {
  found: ['CAPACITY', 'good'],
  'at-least': ['AT LEAST', 'good'],
  below: ['BELOW', 'bad'],
  'not-known': ['NOT KNOWN', 'doubt'],
};

export const RESULT_WORD: Readonly<Record<StepResult, string>> = {
  holds: 'holds',
  breaks: 'breaks',
  undecided: 'undecided',
  unfit: 'generator unfit',
};
const RESULT_TONE: Readonly<Record<StepResult, Tone>> = {
  holds: 'good',
  breaks: 'bad',
  undecided: 'doubt',
  unfit: 'doubt',
};

/** Ends in a line break. */
export function renderCapacityText(facts: CapacityFacts, options: CapacityTextOptions = {}): string {
  const paint: Painter = options.paint ?? ((_tone, text) => text);
  const width = widthOf(options.width);
  const [word, tone] = WORD[facts.answer.kind];
  const [first = '', ...rest] = block(plain(facts.headline), width, `${word}  `, hanging(word.length + 2, width));
  const about = [
    `${plain(facts.shape)} against ${clip(plain(facts.target.httpUrl), 60)}`,
    durationText((facts.endedAtMs - facts.startedAtMs) / 1000),
    facts.steps.length === 1 ? '1 step' : `${facts.steps.length} steps`,
    'rates are HTTP arrivals a second in all',
  ];
  const parts = [
    [
      paint(tone, paint('strong', word)) + first.slice(word.length),
      ...rest,
      ...fill(about, width, ' · ').map((line) => paint('faint', line)),
    ],
    stepLines(facts, paint, width),
    noteLines(facts, options.pagePath, paint, width),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Ascending by rate, and by time where a rate was offered more than once. */
export function byRate({ steps }: CapacityFacts): CapacityStep[] {
  return [...steps].sort((a, b) => a.ratePerSec - b.ratePerSec);
}

/** The endpoint whose latency is drawn: that of the objective that broke first, else the one with the lowest knee, else the first. */
export function drawnEndpoint(facts: CapacityFacts): Endpoint | null {
  const measured = [...new Set(facts.steps.flatMap((step) => step.latencies.map(({ endpoint }) => endpoint)))];
  const broken = byRate(facts).find(({ result }) => result === 'breaks')?.broke ?? [];
  const blamed = broken.flatMap(({ id }) => measured.filter((endpoint) => id.startsWith(`latency.${endpoint}.`)));
  const knee = [...facts.knees].sort((a, b) => a.ratePerSec - b.ratePerSec)[0]?.endpoint;
  return blamed[0] ?? knee ?? measured[0] ?? null;
}

export function latencyOf(step: CapacityStep, endpoint: Endpoint): StepLatency | undefined {
  return step.latencies.find((latency) => latency.endpoint === endpoint);
}

const BAR_WIDTH = 16;

function stepLines(facts: CapacityFacts, paint: Painter, width: number): string[] {
  const endpoint = drawnEndpoint(facts);
  if (endpoint === null) return [];
  const steps = byRate(facts);
  const p95s = steps.map((step) => latencyOf(step, endpoint)?.p95Ms ?? null);
  const bar = logBar(p95s.filter((p95) => p95 !== null));
  const rows = columns(
    steps.map((step, at) => {
      const { p50Ms = null, p99Ms = null } = latencyOf(step, endpoint) ?? {};
      return [
        `${digitsText(step.ratePerSec)}/s`,
        RESULT_WORD[step.result],
        `p50 ${latencyText(p50Ms)}`,
        `p95 ${latencyText(p95s[at] ?? null)}`,
        `p99 ${latencyText(p99Ms)}`,
        step.generatorCpuShare === null ? '' : `generator ${percentText(step.generatorCpuShare)}`,
        bar(p95s[at] ?? null),
      ];
    }),
  );
  return [
    paint('faint', `latency of ${endpoint} against rate; bars: p95 on a logarithmic scale`),
    ...fitted(rows, width).map((cells, at) => {
      const result = steps[at]?.result ?? 'undecided';
      return cells
        .map((cell, column) => (column === 1 ? paint(RESULT_TONE[result], cell) : cell))
        .join('  ')
        .trimEnd();
    }),
  ];
}

/** Without the last columns that do not fit into the width. */
function fitted(rows: readonly (readonly string[])[], width: number): readonly (readonly string[])[] {
  const isWide = rows.some((cells) => [...cells.join('  ').trimEnd()].length > width);
  return isWide
    ? fitted(
        rows.map((cells) => cells.slice(0, -1)),
        width,
      )
    : rows;
}

/** A null value (the percentile falls among failed requests) gets the longest bar, with an arrow at its end. */
function logBar(values: readonly number[]): (value: number | null) => string {
  const [least, most] = [leastOf(values), mostOf(values)];
  return (value) => {
    if (value === null) return `${'█'.repeat(BAR_WIDTH)}▶`;
    const share = most > least ? Math.log(value / least) / Math.log(most / least) : 0;
    return '█'.repeat(1 + Math.round(share * (BAR_WIDTH - 1)));
  };
}

export function latencyText(ms: number | null): string {
  return ms === null ? 'failed' : msText(ms);
}

/** Steps with an unfit generator don't count for a knee. */
function whyNoKnee(steps: readonly CapacityStep[]): string {
  const rates = new Set(steps.flatMap(({ result, ratePerSec }) => (result === 'unfit' ? [] : [ratePerSec]))).size;
  return rates < LEAST_KNEE_RATES
    ? `not known: ${rates === 1 ? '1 rate was' : `${rates} rates were`} measured, ${LEAST_KNEE_RATES} are needed`
    : 'none: within the rates that were tried, p95 does not bend upwards and double';
}

function noteLines(facts: CapacityFacts, pagePath: string | undefined, paint: Painter, width: number): string[] {
  const broke = byRate(facts).find(({ result }) => result === 'breaks');
  const notes: (readonly [label: string, text: string])[] = [
    ...(broke?.broke ?? [])
      .slice(0, 5)
      .map(
        ({ subject, summary }, at) => [at === 0 ? 'broke first' : '', `${plain(subject)}: ${plain(summary)}`] as const,
      ),
    ...facts.knees.map(
      ({ endpoint, ratePerSec, p95Ms }, at) =>
        [
          at === 0 ? 'knee' : '',
          `${endpoint} p95 climbs from ${digitsText(ratePerSec)}/s on (${msText(p95Ms)} there)`,
        ] as const,
    ),
    ...(facts.knees.length === 0 && facts.steps.length > 0 ? [['knee', whyNoKnee(facts.steps)] as const] : []),
    ...(pagePath === undefined ? [] : [['page', plain(pagePath)] as const]),
  ];
  const labels = columns(notes.map(([label]) => [label])).flat();
  return notes.flatMap(([, text], index) => {
    const label = labels[index] ?? '';
    return block(text, width, '  ', ' '.repeat(label.length + 2)).map((line, at) =>
      at === 0 ? paint('faint', label) + line : line,
    );
  });
}
