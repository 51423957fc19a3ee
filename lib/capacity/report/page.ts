/** The HTML page of a capacity search: the answer, latency against rate for each endpoint, every step. One file, no script. */

import { type Html, html } from '../../../reports/html/html.ts';
import type { PageAssets } from '../../../reports/html/page.ts';
import { outcomeClass, outcomeIcon, facts as pairs, table } from '../../../reports/html/parts.ts';
import { renderStaticPage } from '../../../reports/html/static-page.ts';
import { digitsText, durationText, instantText, percentText } from '../../core/numbers.ts';
import type { CapacityAnswer, CapacityFacts, CapacityStep } from '../model/facts.ts';
import { latencyChart } from './chart.ts';
import { byRate, latencyText, RESULT_WORD } from './text.ts';

const OUTCOME = { found: 'conforms', 'at-least': 'conforms', below: 'breaches', 'not-known': 'inconclusive' } as const;

/** One self-contained HTML file: it opens offline and loads nothing. Every value is escaped. */
export function renderCapacityPage(facts: CapacityFacts, assets: PageAssets): string {
  const main = html`${hero(facts)}
${charts(facts)}
<section aria-labelledby="steps-title"><h2 id="steps-title">Steps</h2>
<p class="lead">By rate. Each is a separate run, in the named folder.</p>
${stepTable(facts)}
</section>`;
  return renderStaticPage({ title: `Capacity: ${answerText(facts.answer)}`, main, numbersIn: 'capacity.json' }, assets);
}

function answerText(answer: CapacityAnswer): string {
  switch (answer.kind) {
    case 'found':
      return `${digitsText(answer.holdsPerSec)}/s`;
    case 'at-least':
      return `at least ${digitsText(answer.holdsPerSec)}/s`;
    case 'below':
      return `below ${digitsText(answer.breaksPerSec)}/s`;
    case 'not-known':
      return 'not known';
  }
}

function hero(facts: CapacityFacts): Html {
  const outcome = OUTCOME[facts.answer.kind];
  const journeys = Object.entries(facts.shares).map(([journey, share]) => `${journey} ${percentText(share)}`);
  return html`<section class="hero ${outcomeClass(outcome)}" aria-labelledby="outcome">
<div class="verdict">${outcomeIcon(outcome)}<div><h1 id="outcome">Capacity: ${answerText(facts.answer)}</h1><p class="headline">${facts.headline}.</p></div></div>
${pairs(
  [
    ['Target', html`<code>${facts.target.httpUrl}</code>`],
    ['Load', facts.shape],
    ['Rate', 'HTTP arrivals a second, of all journeys together'],
    ['Of them', journeys.join(', ')],
    ['Started', instantText(facts.startedAtMs)],
    ['Duration', durationText((facts.endedAtMs - facts.startedAtMs) / 1000)],
    ['Steps', String(facts.steps.length)],
  ],
  'hero-facts',
)}
</section>`;
}

function charts(facts: CapacityFacts): Html | null {
  const endpoints = [...new Set(facts.steps.flatMap((step) => step.latencies.map(({ endpoint }) => endpoint)))];
  if (endpoints.length === 0) return null;
  return html`<section aria-labelledby="latency-title"><h2 id="latency-title">Latency against rate</h2>
<p class="lead">Both axes are logarithmic. Marks show the p95 of a step: ● holds, ✕ breaks, ◇ says nothing about the server. A failed or dropped request counts as slower than any answer; where a percentile falls among these, its curve ends.</p>
<div class="pair wide">${endpoints.map(
    (endpoint) =>
      html`<figure><figcaption><h3>${endpoint}</h3><ul class="legend" aria-hidden="true">${['p50', 'p95', 'p99'].map((key) => html`<li><span class="swatch key-${key}"></span>${key}</li>`)}</ul></figcaption>${latencyChart(facts, endpoint)}</figure>`,
  )}</div>
</section>`;
}

function stepTable(facts: CapacityFacts): Html {
  const heads = ['Rate', 'Result', 'Measured', 'Why', 'P95 by endpoint', 'Generator', 'Folder'];
  return table(
    'Steps by rate',
    heads.map((head) => ({ head, numeric: head === 'Rate' || head === 'Generator' })),
    byRate(facts).map((step) => [
      `${digitsText(step.ratePerSec)}/s`,
      RESULT_WORD[step.result],
      durationText(step.measuredSec),
      whyText(step),
      step.latencies.map(({ endpoint, p95Ms }) => `${endpoint} ${latencyText(p95Ms)}`).join(', '),
      step.generatorCpuShare === null ? '–' : percentText(step.generatorCpuShare),
      html`<code>${step.folder}</code>`,
    ]),
  );
}

function whyText(step: CapacityStep): string {
  return step.broke.length === 0 ? step.why : step.broke.map(({ subject }) => subject).join(', ');
}
