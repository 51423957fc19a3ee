/** The causes of a verdict, at the head of the page: what is wrong, what shows it, what it explains, what to do. */
import type { RunFacts } from '../../../lib/core/run.ts';
import { adviceText, causeEvidence, explainsCount } from '../../cause-words.ts';
import { type Html, html } from '../html.ts';
import { findingLink } from './cause.ts';

/** null without one. */
export function causeBlock(facts: RunFacts): Html | null {
  const { causes, findings } = facts.verdict;
  if (causes.length === 0) return null;
  const items = causes.map((cause) => {
    const explained = findings.filter(({ id, status }) => cause.explains.includes(id) && status !== 'pass');
    return html`<li data-cause="${cause.id}"><p><strong>${cause.summary}</strong></p>
<ul class="shown-by">${causeEvidence(cause).map((line) => html`<li>${line}</li>`)}</ul>
<p class="advice">${adviceText(cause)}</p>
<details class="explains"><summary>${explainsCount(cause)}<span class="unseen">: ${cause.id}</span></summary><ul>${explained.map((finding) => html`<li>${findingLink(finding, facts)}</li>`)}</ul></details></li>`;
  });
  return html`<div class="causes"><h2>${causes.length === 1 ? 'Cause' : 'Causes'}</h2><ol>${items}</ol></div>`;
}
