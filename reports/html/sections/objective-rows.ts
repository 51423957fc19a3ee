/** The rows of objectives: measured value, interval, samples and evidence of each. */
import type { Finding } from '../../../lib/core/finding.ts';
import { countText, percentText } from '../../../lib/core/numbers.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import {
  acceptanceText,
  actualText,
  badText,
  badWord,
  boundsText,
  deviationText,
  limitText,
  sourceText,
  ungatedText,
  whyText,
} from '../../describe.ts';
import { boundsConfidence } from '../../summary.ts';
import { type Html, html } from '../html.ts';
import { findingAnchor, facts as pairs, statusBadge } from '../parts.ts';
import { causeNote, isFollower } from './cause.ts';

type Heads = readonly [string, string, string, string, string, string];

function heads(facts: RunFacts): Heads {
  return ['Status', 'Objective', 'Limit', 'Measured', `Bad share, ${boundsConfidence(facts)} bounds`, 'Samples'];
}

export function objectiveTable(caption: string, findings: readonly Finding[], facts: RunFacts): Html {
  return html`<table class="cards" role="table">
<caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads(facts).map((head, at) => html`<th scope="col" role="columnheader"${at === 5 ? html` class="num"` : null}>${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${findings.map((finding) => row(finding, facts))}</tbody>
</table>`;
}

/** The anchor of a finding's row; in a run of several phases one objective has several rows. */
export function rowAnchor({ id, phase }: Finding, { plan }: RunFacts): string {
  return findingAnchor(plan.phases.length > 1 && phase !== undefined ? `${id}-${phase}` : id);
}

function row(finding: Finding, facts: RunFacts): Html {
  const names = heads(facts);
  const deviation = deviationText(finding);
  const ungated = ungatedText(finding);
  return html`<tr role="row" class="is-${finding.status}${isFollower(finding, facts) ? ' follows' : ''}" data-finding="${finding.id}" id="${rowAnchor(finding, facts)}">
<td role="cell" data-label="${names[0]}">${statusBadge(finding.status)}${ungated === null ? null : html`<small>${ungated}</small>`}</td>
<th role="rowheader" scope="row"><span class="subject">${finding.subject}</span>${why(finding)}${causeNote(finding, facts)}${more(finding)}</th>
<td role="cell" class="limit" data-label="${names[2]}">${limitText(finding)}</td>
<td role="cell" class="measured" data-label="${names[3]}"><strong>${actualText(finding)}</strong>${deviation === null ? null : html`<small>${deviation}</small>`}</td>
<td role="cell" class="share" data-label="${names[4]}">${share(finding)}</td>
<td role="cell" class="num samples" data-label="${names[5]}">${countText(finding.samples)}</td>
</tr>\n`;
}

/** Explanations of problems are shown open; those of passes are folded. */
function why(finding: Finding): Html | null {
  const words = finding.status === 'pass' ? (acceptanceText(finding) ?? '') : whyText(finding);
  return words === '' ? null : html`<p>${words}</p>`;
}

function more(finding: Finding): Html {
  return html`<details><summary>Evidence<span class="unseen"> for ${finding.subject}</span></summary>${pairs([
    ['Id', html`<code>${finding.id}</code>`],
    ['Source', `${finding.source.document}, ${sourceText(finding)}`],
    ['Summary', finding.summary],
    ['Bad samples', badText(finding)],
    ['Allowed', finding.allowedShare === null ? null : percentText(finding.allowedShare, 4)],
    ['Worth', finding.effectiveSamples === null ? null : `${countText(finding.effectiveSamples)} independent samples`],
    ...finding.evidence.map(({ label, value }) => [label, value] as const),
  ])}</details>`;
}

function share(finding: Finding): Html {
  const interval = boundsText(finding);
  if (interval === null)
    return html`<span class="none">${finding.samples === 0 ? 'no samples' : `${badText(finding)} bad`}</span>`;
  return html`${intervalGlyph(finding)}<small>${interval} ${badWord(finding)}${finding.allowedShare === null ? null : `, ${percentText(finding.allowedShare, 4)} allowed`}</small>`;
}

const GLYPH = { width: 168, height: 18 } as const;

/** The interval on a scale from zero to twice the allowed share, or as far as the interval reaches. */
function intervalGlyph(finding: Finding): Html | null {
  const { interval, allowedShare } = finding;
  if (interval === null || allowedShare === null) return null;
  const seen = finding.samples === 0 ? 0 : finding.bad / finding.samples;
  const scale = Math.max(allowedShare * 2, interval.upper * 1.08, Number.MIN_VALUE);
  const x = (value: number): string => (Math.min(1, value / scale) * (GLYPH.width - 8) + 4).toFixed(1);
  const span = Math.max(2, Number(x(interval.upper)) - Number(x(interval.lower)));
  return html`<svg class="interval" aria-hidden="true" width="${GLYPH.width}" height="${GLYPH.height}" viewBox="0 0 ${GLYPH.width} ${GLYPH.height}">
<path class="track" d="M4 9h${GLYPH.width - 8}"/><rect class="span" x="${x(interval.lower)}" y="5.5" width="${span.toFixed(1)}" height="7" rx="3.5"/>
<path class="allowed" d="M${x(allowedShare)} 1v16"/><circle class="seen" cx="${x(seen)}" cy="9" r="3.5"/></svg>`;
}
