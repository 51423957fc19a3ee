/** The chart of latency against rate: one SVG for each endpoint, both axes logarithmic, no script. Colours come from the style sheet. */
import { type Html, html } from '../../../reports/html/html.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import { digitsText, msText } from '../../core/numbers.ts';
import type { CapacityFacts, CapacityStep, StepLatency } from '../model/facts.ts';
import { byRate, latencyOf, RESULT_WORD } from './text.ts';

const [WIDTH, HEIGHT] = [640, 320];
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 16, 16, 36];
const PERCENTILES = ['p50', 'p95', 'p99'] as const;

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** For an endpoint without any measured latency, the chart has no curves. */
export function latencyChart(facts: CapacityFacts, endpoint: Endpoint): Html {
  const steps = byRate(facts).filter((step) => latencyOf(step, endpoint) !== undefined);
  const limits = facts.limits.filter((limit) => limit.endpoint === endpoint);
  const values = steps.flatMap((step) => PERCENTILES.map((percentile) => percentileMs(step, endpoint, percentile)));
  const answered = values.filter((value) => value !== null);
  const x = scale(
    steps.map(({ ratePerSec }) => ratePerSec),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scale([...answered, ...limits.map(({ limitMs }) => limitMs)], HEIGHT - BOTTOM, TOP);
  const knee = facts.knees.find((one) => one.endpoint === endpoint);
  return html`<svg class="ladder" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Latency of ${endpoint} against rate; the table of steps has the same data.">
${x.ticks.map((rate) => html`<path class="grid" d="M${round(x.at(rate))} ${TOP}V${HEIGHT - BOTTOM}"/><text x="${round(x.at(rate))}" y="${HEIGHT - 14}" text-anchor="middle">${digitsText(rate)}/s</text>`)}
${y.ticks.map((ms) => html`<path class="grid" d="M${LEFT} ${round(y.at(ms))}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${round(y.at(ms) + 4)}" text-anchor="end">${msText(ms)}</text>`)}
${limits.map(({ percentile, limitMs }) => html`<path class="limit" d="M${LEFT} ${round(y.at(limitMs))}H${WIDTH - RIGHT}"/><text x="${WIDTH - RIGHT}" y="${round(y.at(limitMs) - 4)}" text-anchor="end">p${percentile} ≤ ${msText(limitMs)}</text>`)}
${knee === undefined ? null : html`<path class="at" d="M${round(x.at(knee.ratePerSec))} ${TOP}V${HEIGHT - BOTTOM}"/><text x="${round(x.at(knee.ratePerSec) + 4)}" y="${HEIGHT - BOTTOM - 8}">knee</text>`}
${PERCENTILES.map((percentile) => html`<path class="curve ${percentile}" d="${curve(steps, (step) => percentileMs(step, endpoint, percentile), x, y)}"/>`)}
${steps.map((step) => marker(step, percentileMs(step, endpoint, 'p95'), x, y))}
</svg>`;
}

function percentileMs(step: CapacityStep, endpoint: Endpoint, percentile: (typeof PERCENTILES)[number]): number | null {
  const latency: StepLatency | undefined = latencyOf(step, endpoint);
  return latency?.[`${percentile}Ms`] ?? null;
}

/** The curve ends where the percentile falls among failed requests. */
function curve(
  steps: readonly CapacityStep[],
  msOf: (step: CapacityStep) => number | null,
  x: Scale,
  y: Scale,
): string {
  const points = steps.flatMap((step) => {
    const value = msOf(step);
    return value === null ? [] : [`${round(x.at(step.ratePerSec))} ${round(y.at(value))}`];
  });
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

/** Each result has its own shape. A step whose p95 falls among failures is drawn at the top. */
function marker(step: CapacityStep, p95Ms: number | null, x: Scale, y: Scale): Html {
  const [cx, cy] = [round(x.at(step.ratePerSec)), p95Ms === null ? TOP : round(y.at(p95Ms))];
  const title = html`<title>${digitsText(step.ratePerSec)}/s ${RESULT_WORD[step.result]}</title>`;
  switch (step.result) {
    case 'holds':
      return html`<circle class="holds" cx="${cx}" cy="${cy}" r="4.5">${title}</circle>`;
    case 'breaks':
      return html`<path class="breaks" d="M${cx - 5} ${cy - 5}l10 10m0-10l-10 10">${title}</path>`;
    case 'undecided':
    case 'unfit':
      return html`<path class="${step.result}" d="M${cx} ${cy - 6}l6 6-6 6-6-6z">${title}</path>`;
  }
}

const PER_DECADE = [1, 2, 5];

/** Logarithmic, from `from` to `to`, with a little space at both ends; ticks at 1, 2 and 5. */
function scale(values: readonly number[], from: number, to: number): Scale {
  const positive = values.filter((value) => value > 0);
  const least = Math.min(Number.MAX_VALUE, ...positive) / 1.25;
  const most = Math.max(least, ...positive) * 1.25;
  const at = (value: number): number =>
    from + ((to - from) * Math.log(Math.max(value, least) / least)) / Math.log(most / least || 2);
  const decades = positive.length === 0 ? [] : [...Array(12).keys()].map((power) => 10 ** (power - 3));
  const ticks = decades
    .flatMap((decade) => PER_DECADE.map((digit) => digit * decade))
    .filter((value) => value >= least && value <= most);
  return { at, ticks: ticks.length > 8 ? ticks.filter((tick) => Number.isInteger(Math.log10(tick))) : ticks };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
