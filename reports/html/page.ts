/**
 * Owns the page: its frame, the outcome on top, the sections, the data of the charts, and the policy that nothing else loads.
 * Refuses to know what a section says and how the script and style are made.
 */
import type { RunFacts } from '../../lib/core/run.ts';
import { formatCount, formatDuration, formatInstant } from '../format.ts';
import { loadTotals, OUTCOME_WORD, reasonText, tally, totalSamples } from '../summary.ts';
import { Html, html, jsonScript } from './html.ts';
import { outcomeClass, outcomeIcon, facts as pairs, shapeSprite, statusBadge } from './parts.ts';
import type { PageContext, Section } from './section.ts';
import { SECTIONS } from './sections/index.ts';

/** The page's script and style, bundled, with the hashes by which the policy lets them in (`sha256-…` in base64), and where the documents are. */
export interface PageAssets extends PageContext {
  readonly script: string;
  readonly style: string;
  readonly scriptHash: string;
  readonly styleHash: string;
}

/** One self-contained HTML file: it opens offline and asks nothing of anyone. Every value is escaped. */
export function renderHtml(facts: RunFacts, assets: PageAssets): string {
  const sections = SECTIONS.flatMap((build) => build(facts, assets) ?? []);
  const charts = Object.assign({}, ...sections.map((section) => section.charts ?? {})) as Record<string, unknown>;
  const policy = `default-src 'none'; script-src '${assets.scriptHash}'; style-src '${assets.styleHash}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${OUTCOME_WORD[facts.verdict.outcome]}: ${facts.plan.profile}, ${facts.plan.runId}</title>
<style>${inline(assets.style, 'style')}</style>
</head>
<body>
${shapeSprite()}
<a class="skip" href="#main">Skip to the outcome</a>
${bar(sections)}
<main id="main">
${hero(facts)}
${sections.map(sectionMarkup)}
</main>
<footer><p>aragora-slo · run <code>${facts.plan.runId}</code> · the numbers are those of findings.json</p></footer>
${jsonScript('charts', charts)}
<script>${inline(assets.script, 'script')}</script>
</body>
</html>
`;
  return page.markup;
}

/** Our own bundle as it is: its hash is in the policy, so it must not be changed, and must not end its element. */
function inline(code: string, element: 'script' | 'style'): Html {
  if (code.toLowerCase().includes(`</${element}`))
    throw new Error(`the ${element} of the report would end its own element`);
  return new Html(code);
}

function bar(sections: readonly Section[]): Html {
  const links = sections.map(
    (section) => html`<li><a href="#${section.id}">${section.navTitle ?? section.title}</a></li>`,
  );
  const themes = [
    ['auto', 'Auto'],
    ['light', 'Light'],
    ['dark', 'Dark'],
  ].map(
    ([value, label]) =>
      html`<label><input type="radio" name="theme" value="${value}" id="theme-${value}"${value === 'auto' ? html` checked` : null}><span>${label}</span></label>`,
  );
  return html`<header class="top"><a class="mark" href="#main">aragora-slo</a>
<nav aria-label="Sections"><ul>${links}</ul></nav>
<fieldset class="theme"><legend class="unseen">Colours</legend>${themes}</fieldset></header>`;
}

function hero(facts: RunFacts): Html {
  const { plan, verdict, load } = facts;
  const arrivals = loadTotals(load);
  const reason = reasonText(load.reason);
  const counts = tally(verdict.findings).map(
    ({ status, count }) =>
      html`<li data-tally="${status}"><strong>${formatCount(count)}</strong>${statusBadge(status)}</li>`,
  );
  return html`<section class="hero ${outcomeClass(verdict.outcome)}" aria-labelledby="outcome">
<div class="verdict">${outcomeIcon(verdict.outcome)}<div><h1 id="outcome">${OUTCOME_WORD[verdict.outcome]}</h1><p class="headline">${verdict.headline}</p>${reason === null ? null : html`<p class="note">The load did not finish: ${reason}.</p>`}</div></div>
<ul class="tally" aria-label="Objectives by status">${counts}</ul>
${pairs(
  [
    ['Target', html`<code>${plan.target.httpUrl}</code>`],
    ['Profile', plan.profile],
    [
      'Started',
      html`<time datetime="${new Date(load.startedAtMs).toISOString()}">${formatInstant(load.startedAtMs)}</time>`,
    ],
    ['Duration', formatDuration((load.endedAtMs - load.startedAtMs) / 1000)],
    ['Samples', html`<span data-samples="${totalSamples(facts)}">${formatCount(totalSamples(facts))}</span>`],
    ['Arrivals', `${formatCount(arrivals.delivered)} of ${formatCount(arrivals.offered)} delivered`],
    ['Exit code', String(verdict.exitCode)],
  ],
  'hero-facts',
)}
<noscript><p class="note">Charts need JavaScript; the tables beneath them hold the same data.</p></noscript>
</section>`;
}

function sectionMarkup(section: Section): Html {
  return html`<section id="${section.id}" aria-labelledby="${section.id}-title"><h2 id="${section.id}-title">${section.title}</h2>
${section.body}
</section>\n`;
}
