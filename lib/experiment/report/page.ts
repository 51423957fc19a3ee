/** The HTML page of an experiment: the answer, what differs and by how much, and every pair of blocks. One file, no script. */
import { differencesSection, type ShownDifference, VERDICT_STATUS } from '../../../reports/html/differences.ts';
import { type Html, html } from '../../../reports/html/html.ts';
import type { PageAssets } from '../../../reports/html/page.ts';
import { folded, outcomeClass, outcomeIcon, facts as pairs, table } from '../../../reports/html/parts.ts';
import { renderStaticPage } from '../../../reports/html/static-page.ts';
import type { DifferenceVerdict } from '../../core/difference.ts';
import { countText, durationText, instantText, msText, percentText, plural, signedText } from '../../core/numbers.ts';
import type { Outcome } from '../../core/verdict.ts';
import type { DifferenceRow, ExperimentFacts, ExperimentPair, SideTotals } from '../model/facts.ts';
import { cellsOf, VERDICT_WORD } from './text.ts';

const OUTCOME = {
  fail: 'breaches',
  inconclusive: 'inconclusive',
  pass: 'conforms',
} as const satisfies Record<(typeof VERDICT_STATUS)[DifferenceVerdict], Outcome>;

const TITLE: Readonly<Record<DifferenceVerdict, string>> = {
  slower: 'B is slower than A',
  faster: 'B is faster than A',
  same: 'B is as fast as A',
  'cannot-tell': "Can't tell",
};

/** One self-contained HTML file: it opens offline and loads nothing. Every value is escaped. */
export function renderExperimentPage(facts: ExperimentFacts, assets: PageAssets): string {
  const main = html`${hero(facts)}
${differencesSection(facts.rows.map(shown))}
<section aria-labelledby="pairs"><h2 id="pairs">Pairs</h2>
<p class="lead">A and B are loaded in turn, in an order that chance decides. What the machine does to one block it does to its neighbour too, so only differences within a pair count.</p>
${folded(plural(facts.pairs.length, 'pair'), pairTable(facts))}
</section>`;
  return renderStaticPage({ title: TITLE[facts.verdict], main, numbersIn: 'experiment.json' }, assets);
}

function hero(facts: ExperimentFacts): Html {
  const outcome = facts.end.kind === 'interrupted' ? 'interrupted' : OUTCOME[VERDICT_STATUS[facts.verdict]];
  const aside = facts.pairs.filter(({ setAside }) => setAside !== null).length;
  const failed = (side: SideTotals): string => `${countText(side.failed + side.dropped)} of ${countText(side.samples)}`;
  return html`<section class="hero ${outcomeClass(outcome)}" aria-labelledby="outcome">
<div class="verdict">${outcomeIcon(outcome)}<div><h1 id="outcome">${TITLE[facts.verdict]}</h1><p class="headline">${facts.headline}.</p></div></div>
${pairs(
  [
    ['A', html`<code>${facts.aUrl}</code>`],
    ['B', html`<code>${facts.bUrl}</code>`],
    ['Profile', `${facts.profile} in blocks of ${facts.blockSec} s`],
    ['Started', instantText(facts.startedAtMs)],
    ['Duration', durationText((facts.endedAtMs - facts.startedAtMs) / 1000)],
    ['Pairs', `${countText(facts.pairs.length)}${aside === 0 ? '' : `, ${countText(aside)} set aside`}`],
    ['Failed or dropped', `A ${failed(facts.totals.a)}, B ${failed(facts.totals.b)}`],
    ['What matters', `${percentText(facts.smallest.share)} or ${msText(facts.smallest.ms)}`],
    ['Seed', String(facts.seed)],
  ],
  'hero-facts',
)}
</section>`;
}

function shown(row: DifferenceRow): ShownDifference {
  const [name = '', a = '', b = '', difference = '', bounds = ''] = cellsOf(row);
  const { differenceMs, interval, smallestMs } = row;
  return {
    name,
    a: a.slice(2),
    b: b.slice(2),
    difference: difference === '' ? '–' : difference,
    bounds: bounds === '' ? 'no interval' : bounds,
    verdict: row.verdict,
    word: VERDICT_WORD[row.verdict],
    why: '',
    drawn:
      differenceMs === null || interval === null || smallestMs === null
        ? null
        : { ...interval, differenceMs, smallestMs },
  };
}

/** The difference of each pair, for each percentile that was compared. */
function pairTable({ pairs: all, rows }: ExperimentFacts): Html {
  const names = rows.map(({ endpoint, percentile }) => `${endpoint} p${percentile}`);
  const difference = ({ aMs, bMs }: ExperimentPair, name: string): string => {
    const [a = null, b = null] = [aMs[name], bMs[name]];
    return a === null || b === null ? '–' : signedText(b - a, msText(b - a));
  };
  return table(
    'The difference of B from A in each pair',
    [{ head: 'Pair' }, { head: 'Order' }, ...names.map((head) => ({ head, numeric: true })), { head: 'Set aside' }],
    all.map((pair, at) => [
      String(at + 1),
      pair.order === 'ab' ? 'A, B' : 'B, A',
      ...names.map((name) => difference(pair, name)),
      pair.setAside ?? '',
    ]),
  );
}
