/** The HTML page of a history: what was compared, then changes, objectives over time, budgets with burn rates, and the runs. */

import { type PageAssets, renderPage } from '../../../reports/html/frame.ts';
import { type Html, html } from '../../../reports/html/html.ts';
import { outcomeClass, outcomeIcon, facts as pairs, table } from '../../../reports/html/parts.ts';
import type { Section } from '../../../reports/html/section.ts';
import { OUTCOME_WORD, STATUS_WORD, tally } from '../../../reports/summary.ts';
import { countText, durationText, instantText, plural } from '../../core/numbers.ts';
import type { HistoryEntry } from '../model/record.ts';
import type { HistoryView } from '../model/view.ts';
import { budgetsSection } from './html-budgets.ts';
import { changesSection, trendsSection } from './html-trends.ts';
import { COMPARED_WITH, leftOutText, serverText } from './words.ts';

/** One self-contained HTML file: it opens offline and loads nothing. Every value is escaped. */
export function renderHistoryHtml(view: HistoryView, assets: PageAssets): string {
  const { newest, dir, nowMs } = view;
  const title = `${OUTCOME_WORD[newest.outcome]}: history of ${newest.plan.profile}`;
  const sections = [changesSection(view), trendsSection(view), budgetsSection(view), runsSection(view)];
  const footer = html`<p>aragora-slo · history <code>${dir}</code> · as of ${instantText(nowMs)}</p>`;
  return renderPage({ title, skipTo: 'the newest run', hero: hero(view), sections, footer }, assets);
}

function hero(view: HistoryView): Html {
  const { newest, compared, machine, fingerprint, leftOut, warnings } = view;
  const { plan, outcome, server, startedAtMs } = newest;
  return html`<section class="hero ${outcomeClass(outcome)}" aria-labelledby="outcome">
<div class="verdict">${outcomeIcon(outcome)}<div><h1 id="outcome">${OUTCOME_WORD[outcome]}</h1><p class="headline">The newest run of ${plan.profile}, beside ${plural(Math.max(0, compared.length - 1), 'comparable run')} before it.</p></div></div>
${pairs(
  [
    ['Newest', html`<time datetime="${new Date(startedAtMs).toISOString()}">${instantText(startedAtMs)}</time>`],
    ['Server', serverText(server) ?? 'commit unknown'],
    ['Profile', plan.profile],
    ['Contract', plan.contract],
    ['Target', plan.embedded ? 'the embedded reference Aragora' : 'a named server'],
    [
      'Machine',
      machine === null
        ? 'unknown: not comparable with any other run'
        : `${machine.cpu} × ${countText(machine.cores)}, ${countText(machine.memoryGiB)} GiB, ${machine.os} ${machine.arch}, engine ${machine.engine}`,
    ],
    ['Fingerprint', fingerprint === null ? null : html`<code>${fingerprint}</code>`],
  ],
  'hero-facts',
)}
${leftOut.length === 0 ? null : html`<p class="note">${COMPARED_WITH} Left out: ${leftOut.map(leftOutText).join('; ')}.</p>`}
${warnings.map((warning) => html`<p class="note">Warning: ${warning}.</p>`)}
<noscript><p class="note">Charts need JavaScript; the tables below them have the same data.</p></noscript>
</section>`;
}

const RUN_COLUMNS = [
  { head: 'Run' },
  { head: 'Outcome' },
  { head: 'Server' },
  { head: 'Started' },
  { head: 'Lasted', numeric: true },
  { head: 'Findings' },
] as const;

function runsSection({ compared }: HistoryView): Section {
  const rows = compared
    .toReversed()
    .map((entry) => [
      html`<code class="whole">${entry.runId}</code>`,
      html`<span class="status ${outcomeClass(entry.outcome)}">${outcomeIcon(entry.outcome)}<span>${OUTCOME_WORD[entry.outcome]}</span></span>`,
      serverText(entry.server) ?? 'unknown',
      instantText(entry.startedAtMs),
      durationText(Math.max(0, entry.endedAtMs - entry.startedAtMs) / 1000),
      findingsText(entry),
    ]);
  return {
    id: 'runs',
    title: 'Runs',
    body: html`<p class="lead">The runs compared, newest first.</p>${table('Runs compared', RUN_COLUMNS, rows)}`,
  };
}

/** `2 fail, 134 pass`, counting gating findings. */
function findingsText({ findings }: HistoryEntry): string {
  const gating = findings.filter((finding) => finding.gating);
  const words = tally(gating).map(({ status, count }) => `${countText(count)} ${STATUS_WORD[status].toLowerCase()}`);
  return words.length === 0 ? 'none gates' : words.join(', ');
}
