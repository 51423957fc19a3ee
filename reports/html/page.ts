/** The page of one run: the outcome at the top, and the sections that follow. */

import { loadEndText } from '../../lib/core/load-end.ts';
import { countText, durationText, instantText } from '../../lib/core/numbers.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { headlineBesideCauses } from '../cause-words.ts';
import { documentMistakes, withoutMistakes } from '../documents.ts';
import { loadTotals, namingPhases, OUTCOME_WORD, tally, tallyNote, totalSamples } from '../summary.ts';
import { type PageAssets, renderPage } from './frame.ts';
import { type Html, html } from './html.ts';
import { outcomeClass, outcomeIcon, facts as pairs, statusBadge } from './parts.ts';
import { causeBlock } from './sections/causes.ts';
import { SECTIONS } from './sections/index.ts';

export type { PageAssets } from './frame.ts';

/** One self-contained HTML file: it opens offline and asks nothing of anyone. Every value is escaped. */
export function renderHtml(run: RunFacts, assets: PageAssets): string {
  const named = namingPhases(run);
  const facts = withoutMistakes(named);
  const mistakes = documentMistakes(named);
  const title = `${OUTCOME_WORD[facts.verdict.outcome]}: ${facts.plan.profile}, ${facts.plan.runId}`;
  const sections = SECTIONS.flatMap((build) => build(facts, { ...assets, mistakes }) ?? []);
  const footer = html`<p>aragora-slo · run <code>${facts.plan.runId}</code> · the numbers are those of findings.json</p>`;
  return renderPage({ title, skipTo: 'the outcome', hero: hero(facts), sections, footer }, assets);
}

function hero(facts: RunFacts): Html {
  const { plan, verdict, load } = facts;
  const arrivals = loadTotals(load);
  const reason = loadEndText(load.reason, plan);
  const counts = tally(verdict.findings).map(({ status, count }) => {
    const note = tallyNote(status, verdict.findings);
    return html`<li data-tally="${status}"><strong>${countText(count)}</strong>${statusBadge(status)}${note === '' ? null : html`<span class="note">${note}</span>`}</li>`;
  });
  return html`<section class="hero ${outcomeClass(verdict.outcome)}" aria-labelledby="outcome">
<div class="verdict">${outcomeIcon(verdict.outcome)}<div><h1 id="outcome">${OUTCOME_WORD[verdict.outcome]}</h1><p class="headline">${headlineBesideCauses(verdict)}</p>${reason === null ? null : html`<p class="note">The load was ${reason}.</p>`}</div></div>
${causeBlock(facts)}
<div class="tally"><ul aria-label="Findings by status">${counts}</ul>${findBar()}</div>
${pairs(
  [
    ['Target', html`<code>${plan.target.httpUrl}</code>`],
    ['Profile', plan.profile],
    [
      'Started',
      html`<time datetime="${new Date(load.startedAtMs).toISOString()}">${instantText(load.startedAtMs)}</time>`,
    ],
    ['Duration', durationText((load.endedAtMs - load.startedAtMs) / 1000)],
    [
      'Samples',
      html`<span data-samples="${totalSamples(facts)}">${countText(totalSamples(facts))}</span> <a href="#rate">why</a>`,
    ],
    ['Arrivals', `${countText(arrivals.delivered)} of ${countText(arrivals.offered)} delivered`],
    ['Exit code', String(verdict.exitCode)],
  ],
  'hero-facts',
)}
<noscript><p class="note">Charts need JavaScript; the tables below them have the same data.</p></noscript>
</section>`;
}

/** Needs the script: it shows only the findings that have a word or a status, wherever they are on the page. */
function findBar(): Html {
  return html`<div class="find" role="search" hidden><label for="find">Search findings</label><input type="search" id="find" autocomplete="off" spellcheck="false" placeholder="name, id or words"><button type="button" hidden>Show the whole report</button><p class="note" role="status"></p></div>`;
}
