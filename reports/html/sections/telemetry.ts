/** The section on the server's own telemetry: findings by family; problems are open, passes are folded. */
import type { Finding } from '../../../lib/core/finding.ts';
import { countText } from '../../../lib/core/numbers.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import { acceptanceText, actualText, badText, limitText, sourceText, ungatedText } from '../../describe.ts';
import { tally } from '../../summary.ts';
import { FAMILY_TITLE, type FamilyFindings, findingsByFamily, placesOf } from '../../telemetry.ts';
import { type Html, html } from '../html.ts';
import { findingAnchor, facts as pairs, statusBadge } from '../parts.ts';
import type { PageContext, SectionBuilder } from '../section.ts';
import { type EvidencePair, evidencePairs, jaegerOf, unlinkedText } from './evidence.ts';

/** At most this many are open; the others are among the details. */
const MOST_OPEN = 5;
const HEADS = ['Status', 'Check', 'Seen', 'Samples'] as const;

export const telemetry: SectionBuilder = (facts, context) => {
  const families = findingsByFamily(facts);
  if (families.length === 0) return null;
  return {
    id: 'telemetry',
    title: "The server's own telemetry",
    navTitle: 'Telemetry',
    body: html`<p class="lead">What the server's metrics, traces and logs said of the same load, held against what was documented and what clients saw. One violation fails a check.</p>
${families.map((one) => family(one, facts, context))}`,
  };
};

function family(one: FamilyFindings, facts: RunFacts, { docsUrl }: PageContext): Html {
  const { family: name, troubled, idle, passed } = one;
  const title = FAMILY_TITLE[name];
  const page = `docs/checks/${name}.md`;
  const places = placesOf(facts.observations, name);
  const jaeger = jaegerOf(facts.observations);
  const unlinked = name === 'traces' ? unlinkedText(facts.observations) : null;
  const counts = tally([...troubled, ...idle, ...passed]).map(
    ({ status, count }) => html`<li>${countText(count)} ${statusBadge(status)}</li>`,
  );
  return html`<section class="panel family" aria-labelledby="telemetry-${name}">
<header><h3 id="telemetry-${name}">${title}</h3><ul class="badges">${counts}</ul></header>
<p class="note">${places.length === 0 ? 'Not had.' : html`From ${places.map((place, at) => html`${at > 0 ? ', ' : null}<code>${place}</code>`)}.`} Why each check matters and how to mend it: <a href="${docsUrl}${name}.md" rel="noreferrer">${page}</a></p>${unlinked === null ? null : html`\n<p class="note">${unlinked}</p>`}
${troubled.length === 0 ? null : checks(`${title}: failing or undecided`, troubled, jaeger)}
${folded(`${countText(idle.length)} without evidence, which do not gate`, `${title}: without evidence`, idle, jaeger)}
${folded(`${countText(passed.length)} pass`, `${title}: passing`, passed, jaeger)}
</section>`;
}

function folded(summary: string, caption: string, findings: readonly Finding[], jaeger: string | null): Html | null {
  if (findings.length === 0) return null;
  return html`<details class="fold"><summary>${summary}</summary>${checks(caption, findings, jaeger)}</details>`;
}

function checks(caption: string, findings: readonly Finding[], jaeger: string | null): Html {
  return html`<table class="cards checks" role="table">
<caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${HEADS.map((head, at) => html`<th scope="col" role="columnheader"${at === 3 ? html` class="num"` : null}>${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${findings.map((finding) => row(finding, jaeger))}</tbody>
</table>`;
}

function row(finding: Finding, jaeger: string | null): Html {
  const evidence = evidencePairs(finding, jaeger);
  const open = finding.status === 'pass' ? 0 : MOST_OPEN;
  const [ungated, accepted] = [ungatedText(finding), acceptanceText(finding)];
  return html`<tr role="row" class="is-${finding.status}" data-finding="${finding.id}" id="${findingAnchor(finding.id)}">
<td role="cell" data-label="${HEADS[0]}">${statusBadge(finding.status)}${ungated === null ? null : html`<small>${ungated}</small>`}</td>
<th role="rowheader" scope="row">${finding.subject}${more(finding, evidence.slice(open))}</th>
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
