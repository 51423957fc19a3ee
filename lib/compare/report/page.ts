/** The HTML page of a comparison or a gate: the answer, both sides, what differs and by how much, failures. One file, no script. */
import { differencesSection, type ShownDifference } from '../../../reports/html/differences.ts';
import { type Html, html } from '../../../reports/html/html.ts';
import type { PageAssets } from '../../../reports/html/page.ts';
import { outcomeClass, outcomeIcon, facts as pairs } from '../../../reports/html/parts.ts';
import { renderStaticPage } from '../../../reports/html/static-page.ts';
import { comparisonExitCode, type EndpointDifference, type RunComparison } from '../../core/difference.ts';
import { EXIT_CODE } from '../../core/error.ts';
import { instantText } from '../../core/numbers.ts';
import type { Outcome } from '../../core/verdict.ts';
import {
  boundsText,
  differenceText,
  failuresText,
  headlineText,
  leftOutText,
  openText,
  outcomeText,
  percentileText,
  smallestText,
  VERDICT_WORD,
} from './words.ts';

/** One self-contained HTML file: it opens offline and loads nothing. Every value is escaped. */
export function renderComparisonPage(comparison: RunComparison, assets: PageAssets): string {
  const { warnings, endpoints } = comparison;
  const failures = endpoints.map(failuresText).filter((line) => line !== null);
  const main = html`${hero(comparison)}
${warnings.length === 0 ? null : html`<section aria-labelledby="mind"><h2 id="mind">Mind</h2>${list(warnings)}</section>`}
${differencesSection(endpoints.flatMap(shown))}
<section aria-labelledby="failures"><h2 id="failures">Failures</h2>${failures.length === 0 ? html`<p class="lead">No request failed on either side.</p>` : list(failures)}</section>`;
  return renderStaticPage(
    {
      title: outcomeText(comparison),
      main,
      numbersIn: comparison.purpose === 'gate' ? 'comparison.json' : 'the two runs',
    },
    assets,
  );
}

function outcomeOf(comparison: RunComparison): Outcome {
  switch (comparisonExitCode(comparison)) {
    case EXIT_CODE.conforms:
      return 'conforms';
    case EXIT_CODE.breaches:
      return 'breaches';
    case EXIT_CODE.interrupted:
      return 'interrupted';
    default:
      return 'inconclusive';
  }
}

function hero(comparison: RunComparison): Html {
  const { a, b, profile, purpose } = comparison;
  const outcome = outcomeOf(comparison);
  const side = ({ label, httpUrl }: RunComparison['a']): Html =>
    html`<code>${label}</code>${httpUrl === null ? null : html` <small>${httpUrl}</small>`}`;
  return html`<section class="hero ${outcomeClass(outcome)}" aria-labelledby="outcome">
<div class="verdict">${outcomeIcon(outcome)}<div><h1 id="outcome">${outcomeText(comparison)}</h1><p class="headline">${headlineText(comparison)}</p></div></div>
${pairs(
  [
    ['A', side(a)],
    ['B', side(b)],
    ['Started', html`A ${instantText(a.startedAtMs)}, B ${instantText(b.startedAtMs)}`],
    ['Profile', profile],
    ['What matters', smallestText(comparison).replace(/^what matters: /, '')],
    ['Not looked at', leftOutText(comparison)?.replace(/^not looked at: /, '') ?? null],
    ['By its own objectives', purpose === 'gate' ? html`B ${b.verdict}: <a href="report.html">its report</a>` : null],
  ],
  'hero-facts',
)}
</section>`;
}

function list(sentences: readonly string[]): Html {
  return html`<ul class="prose">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}

function shown({ endpoint, aSamples, bSamples, percentiles }: EndpointDifference): ShownDifference[] {
  return percentiles.map((row) => {
    const { lowerMs = null, upperMs = null } = row.interval ?? {};
    const isDrawn = lowerMs !== null && upperMs !== null && row.differenceMs !== null;
    return {
      name: `${endpoint} p${row.percentile}`,
      a: percentileText(row.aMs, aSamples),
      b: percentileText(row.bMs, bSamples),
      difference: differenceText(row),
      bounds: boundsText(row),
      verdict: row.verdict,
      word: VERDICT_WORD[row.verdict],
      why: openText(row),
      drawn: isDrawn ? { lowerMs, upperMs, differenceMs: row.differenceMs ?? 0, smallestMs: row.smallestMs } : null,
    };
  });
}
