/** The section on the server's own telemetry: findings by system; problems are open, passes are folded. */
import type { Finding } from '../../../lib/core/finding.ts';
import { countText } from '../../../lib/core/numbers.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import type { JudgedSystem } from '../../../lib/core/verdict.ts';
import { nested } from '../../causes.ts';
import { acceptanceText, actualText, badText, limitText, sourceText, ungatedText } from '../../describe.ts';
import { tally } from '../../summary.ts';
import { findingsBySystem, placesOf, type SystemFindings } from '../../telemetry.ts';
import { type Html, html } from '../html.ts';
import { findingAnchor, facts as pairs, statusBadge } from '../parts.ts';
import type { PageContext, SectionBuilder } from '../section.ts';
import { causeNote, isFollower } from './cause.ts';
import { coveragePanel } from './coverage.ts';
import { type EvidencePair, evidencePairs } from './evidence.ts';

/** At most this many are open; the others are among the details. */
const MOST_OPEN = 5;
const HEADS = ['Status', 'Check', 'Seen', 'Samples'] as const;

export const telemetry: SectionBuilder = (facts, context) => {
  const systems = findingsBySystem(facts);
  if (systems.length === 0) return null;
  return {
    id: 'telemetry',
    title: "The server's own telemetry",
    navTitle: 'Telemetry',
    body: html`<p class="lead">What the server's ${listed(systems.map((one) => one.system.id))} said about the same load, compared with what was documented and what clients saw. One violation fails a check.</p>
${systems.map((one) => systemPart(one, facts, context))}${facts.verdict.coverage === null ? null : coveragePanel(facts.verdict.coverage)}`,
  };
};

/** `metrics, traces and logs` */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** A page of this project is named by its version, because nobody knows where it will be read; a page elsewhere has its whole address. */
function pageOf({ page }: JudgedSystem, version: string): Html {
  if (page.startsWith('https://')) return html`<a href="${page}" rel="noreferrer">${page}</a>`;
  return html`<code>${page}</code> of aragora-slo ${version}`;
}

function systemPart(one: SystemFindings, facts: RunFacts, { version }: PageContext): Html {
  const { system, idle, passed } = one;
  const troubled = one.troubled.filter((finding) => !isFollower(finding, facts));
  const following = nested(one.troubled.filter((finding) => isFollower(finding, facts)));
  const { id, title, note, traceUrl } = system;
  const listing: Listing = { facts, traceUrl };
  const places = placesOf(facts.observations, id);
  const counts = tally([...one.troubled, ...idle, ...passed]).map(
    ({ status, count }) => html`<li>${countText(count)} ${statusBadge(status)}</li>`,
  );
  return html`<section class="panel family" aria-labelledby="telemetry-${id}">
<header><h3 id="telemetry-${id}">${title}</h3><ul class="badges">${counts}</ul></header>
<p class="note">${places.length === 0 ? 'Not read.' : html`From ${places.map((place, at) => html`${at > 0 ? ', ' : null}<code>${place}</code>`)}.`} Why each check matters and how to repair it: ${pageOf(system, version)}</p>${note === undefined ? null : html`\n<p class="note">${note}</p>`}
${troubled.length === 0 ? null : checks(`${title}: failing or undecided`, troubled, listing)}
${folded(`${countText(following.length)} that follow from other findings`, `${title}: following`, following, listing)}
${folded(`${countText(idle.length)} without evidence, which do not gate`, `${title}: without evidence`, idle, listing)}
${folded(`${countText(passed.length)} pass`, `${title}: passing`, passed, listing)}
</section>`;
}

function folded(summary: string, caption: string, findings: readonly Finding[], listing: Listing): Html | null {
  if (findings.length === 0) return null;
  return html`<details class="fold"><summary>${summary}</summary>${checks(caption, findings, listing)}</details>`;
}

interface Listing {
  readonly facts: RunFacts;
  readonly traceUrl: string | undefined;
}

function checks(caption: string, findings: readonly Finding[], listing: Listing): Html {
  return html`<table class="cards checks" role="table">
<caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${HEADS.map((head, at) => html`<th scope="col" role="columnheader"${at === 3 ? html` class="num"` : null}>${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${findings.map((finding) => row(finding, listing))}</tbody>
</table>`;
}

function row(finding: Finding, { facts, traceUrl }: Listing): Html {
  const evidence = evidencePairs(finding, traceUrl);
  const open = finding.status === 'pass' ? 0 : MOST_OPEN;
  const [ungated, accepted] = [ungatedText(finding), acceptanceText(finding)];
  return html`<tr role="row" class="is-${finding.status}" data-finding="${finding.id}" id="${findingAnchor(finding.id)}">
<td role="cell" data-label="${HEADS[0]}">${statusBadge(finding.status)}${ungated === null ? null : html`<small>${ungated}</small>`}</td>
<th role="rowheader" scope="row">${finding.subject}${causeNote(finding, facts)}${more(finding, evidence.slice(open))}</th>
<td role="cell" class="seen" data-label="${HEADS[2]}">${finding.summary}${accepted === null ? null : html`<small>${accepted}</small>`}${open === 0 || evidence.length === 0 ? null : pairs(evidence.slice(0, open), 'evidence')}</td>
<td role="cell" class="num samples" data-label="${HEADS[3]}">${countText(finding.samples)}</td>
</tr>\n`;
}

/** Only a number needs words; otherwise the check's own name says it. */
function expectation(finding: Finding): string {
  return finding.unit === 'count' && finding.operator === '==' ? '' : `: ${limitText(finding)}`;
}

function more(finding: Finding, evidence: readonly EvidencePair[]): Html {
  return html`<p>${sourceText(finding)}${expectation(finding)}</p><details><summary>Details<span class="unseen"> of ${finding.subject}</span></summary>${pairs(
    [
      ['Id', html`<code>${finding.id}</code>`],
      ['Source', `${finding.source.document}, ${sourceText(finding)}`],
      ['Expected', limitText(finding)],
      ['Measured', actualText(finding)],
      ['Bad samples', badText(finding)],
      ...evidence,
    ],
  )}</details>`;
}
