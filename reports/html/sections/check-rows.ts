/** The rows of checks, whose promise is not a number: what was seen, and the first evidence. */
import type { Finding } from '../../../lib/core/finding.ts';
import { countText } from '../../../lib/core/numbers.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import { acceptanceText, actualText, badText, limitText, sourceText, ungatedText } from '../../describe.ts';
import { isMistake } from '../../documents.ts';
import { type Html, html } from '../html.ts';
import { findingAnchor, facts as pairs, statusBadge } from '../parts.ts';
import { causeNote } from './cause.ts';
import { type EvidencePair, evidencePairs } from './evidence.ts';

/** At most this much evidence of one finding is in the open, each so long; all of it is among the details. */
const MOST_OPEN = 2;
/** Of so many rows of a table, the worst. */
const MOST_SHOWING = 1;
const MOST_CHARACTERS = 160;
const HEADS = ['Status', 'Check', 'Seen', 'Samples'] as const;

export interface Listing {
  readonly facts: RunFacts;
  readonly traceUrl: string | undefined;
  /** No evidence is in the open. */
  readonly isBrief?: boolean;
}

export function checkTable(caption: string, findings: readonly Finding[], listing: Listing): Html {
  return html`<table class="cards checks" role="table">
<caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${HEADS.map((head, at) => html`<th scope="col" role="columnheader"${at === 3 ? html` class="num"` : null}>${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${findings.map((finding, at) => row(finding, listing, listing.isBrief !== true && at < MOST_SHOWING))}</tbody>
</table>`;
}

function row(finding: Finding, { facts, traceUrl }: Listing, isShowing: boolean): Html {
  const evidence = evidencePairs(finding, traceUrl);
  const open =
    finding.status === 'pass' || !isShowing
      ? []
      : evidencePairs(finding, traceUrl, MOST_CHARACTERS).slice(0, MOST_OPEN);
  const isAllOpen =
    evidence.length === open.length && finding.evidence.every(({ value }) => value.length <= MOST_CHARACTERS);
  const [ungated, accepted] = [ungatedText(finding), acceptanceText(finding)];
  return html`<tr role="row" class="is-${isMistake(finding) ? 'no-data' : finding.status}" data-finding="${finding.id}" id="${findingAnchor(finding.id)}">
<td role="cell" data-label="${HEADS[0]}">${isMistake(finding) ? html`<strong>Mistake</strong>` : statusBadge(finding.status)}${ungated === null ? null : html`<small>${ungated}</small>`}</td>
<th role="rowheader" scope="row"><span class="subject">${finding.subject}</span>${causeNote(finding, facts)}${more(finding, isAllOpen ? [] : evidence)}</th>
<td role="cell" class="seen" data-label="${HEADS[2]}">${finding.summary}${accepted === null ? null : html`<small>${accepted}</small>`}${open.length === 0 ? null : pairs(open, 'evidence')}</td>
<td role="cell" class="num samples" data-label="${HEADS[3]}">${countText(finding.samples)}</td>
</tr>\n`;
}

/** Only a number needs words; otherwise the check's own name says it. */
function expectation(finding: Finding): string {
  return finding.unit === 'count' && finding.operator === '==' ? '' : `: ${limitText(finding)}`;
}

function more(finding: Finding, evidence: readonly EvidencePair[]): Html {
  return html`<details><summary>${sourceText(finding)}${expectation(finding)}<span class="unseen">: details of ${finding.subject}</span></summary>${pairs(
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
