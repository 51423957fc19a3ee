/** The section with the documents' verification checklists. Each item shows why it is ticked or not, with links to its findings. */
import type { CheckedItem, Tick } from '../../../lib/core/checklist.ts';
import type { Status } from '../../../lib/core/finding.ts';
import { countText } from '../../../lib/core/numbers.ts';
import { checklistsByDocument, TICK_WORD, ticksText } from '../../telemetry.ts';
import { type Html, html, type Part } from '../html.ts';
import { findingAnchor, folded, folds, statusBadge, statusIcon } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';

const TICK_SHAPE = {
  ticked: 'pass',
  crossed: 'fail',
  'not-connected': 'unavailable',
  'no-evidence': 'no-data',
} as const satisfies Record<Tick, Status>;

export const checklist: SectionBuilder = ({ verdict }) => {
  if (verdict.checklist.length === 0) return null;
  return {
    id: 'checklist',
    title: 'Verification checklists',
    navTitle: 'Checklist',
    body: html`<p class="lead">What the guides ask to be verified. An item is ticked only when every finding it rests on passes.</p>
<div class="quiet">${checklistsByDocument(verdict.checklist).map(documentPart)}</div>`,
  };
};

function documentPart([document, items]: readonly [string, readonly CheckedItem[]]): Html {
  const of = (tick: Tick): readonly CheckedItem[] => items.filter((item) => item.tick === tick);
  const fold = (tick: Tick): Html | null =>
    of(tick).length === 0 ? null : folded(`${countText(of(tick).length)} ${FOLD_WORD[tick]}`, itemList(of(tick)));
  return html`<section class="panel" aria-label="${document}">
<header><h3>${document}</h3><p class="note">${ticksText(items)}</p></header>
${folds([fold('crossed'), fold('no-evidence'), fold('not-connected'), fold('ticked')])}</section>`;
}

const FOLD_WORD: Readonly<Record<Tick, string>> = {
  ticked: 'ticked',
  crossed: 'crossed',
  'not-connected': 'not connected',
  'no-evidence': 'without evidence',
};

function itemList(items: readonly CheckedItem[]): Html {
  const sections = [...new Set(items.map(({ source }) => source.section))];
  return html`<div class="checklist">${sections.map(
    (section) => html`<div><h4>${section.replace(/^Verification Checklist, /, '')}</h4>
<ul>${items.filter(({ source }) => source.section === section).map(itemPart)}</ul></div>`,
  )}</div>`;
}

function itemPart({ id, words, source, tick, reason, findings }: CheckedItem): Html {
  return html`<li class="is-${TICK_SHAPE[tick]}" data-item="${id}" data-tick="${tick}">${statusIcon(TICK_SHAPE[tick])}<div><strong>${withCode(words)}</strong> <small>line ${source.line}</small>
<p>${TICK_WORD[tick]}: ${reason}</p>${links(findings)}</div></li>\n`;
}

function links(findings: CheckedItem['findings']): Html | null {
  if (findings.length === 0) return null;
  const rows = findings.map(
    ({ id, status }) => html`<li>${statusBadge(status)} <a href="#${findingAnchor(id)}">${id}</a></li>`,
  );
  return html`<details><summary>${countText(findings.length)} ${findings.length === 1 ? 'finding' : 'findings'}</summary><ul>${rows}</ul></details>`;
}

/** Text between backquotes is shown as code. */
const withCode = (words: string): Part[] =>
  words.split('`').map((piece, at) => (at % 2 === 1 ? html`<code>${piece}</code>` : piece));
