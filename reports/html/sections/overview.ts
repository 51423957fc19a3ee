/** Every objective at a glance: a row of percentiles for each endpoint, then shares and whatever else is asked of the run. */
import type { Finding } from '../../../lib/core/finding.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import { inPhase } from '../../../lib/core/timeline.ts';
import { actualText, limitText } from '../../describe.ts';
import { objectiveOf, STATUS_WORD } from '../../summary.ts';
import { type Html, html, type Part } from '../html.ts';
import { statusIcon, table } from '../parts.ts';
import { rowAnchor } from './objective-rows.ts';

export function overview(findings: readonly Finding[], facts: RunFacts): Html {
  const cells = new Map<string, Map<number, Finding>>();
  const others: Finding[] = [];
  for (const finding of findings) {
    const objective = objectiveOf(facts, finding);
    if (objective?.kind !== 'latency') {
      others.push(finding);
      continue;
    }
    const name = objective.endpoint + inPhase(facts.plan, finding.phase);
    cells.set(name, (cells.get(name) ?? new Map<number, Finding>()).set(objective.percentile, finding));
  }
  const ranks = [...new Set([...cells.values()].flatMap((row) => [...row.keys()]))].sort((a, b) => a - b);
  return html`${cells.size === 0 ? null : latencies(cells, ranks, facts)}
<ul class="others" aria-label="Other objectives">${others.map((finding) => html`<li>${glance(finding, facts, finding.subject)}</li>`)}</ul>`;
}

function latencies(
  cells: ReadonlyMap<string, ReadonlyMap<number, Finding>>,
  ranks: readonly number[],
  facts: RunFacts,
): Html {
  return html`<div class="glance">${table(
    'Latencies and their limits',
    [{ head: 'Latency' }, ...ranks.map((rank) => ({ head: `p${rank}` }))],
    [...cells].map(([endpoint, row]): Part[] => [
      endpoint,
      ...ranks.map((rank): Part => {
        const finding = row.get(rank);
        return finding === undefined ? '–' : glance(finding, facts, null);
      }),
    ]),
  )}</div>`;
}

/** The shape of its status, its value and its limit; it leads to the row with all of it. */
function glance(finding: Finding, facts: RunFacts, name: string | null): Html {
  const isYesOrNo = finding.operator === '==';
  return html`<a class="is-${finding.status}" href="#${rowAnchor(finding, facts)}">${statusIcon(finding.status)}<span class="unseen">${STATUS_WORD[finding.status]}: </span>${name === null ? null : html`<span>${name}</span>`}${isYesOrNo ? null : html`<strong>${actualText(finding)}</strong> <small>${limitText(finding)}</small>`}</a>`;
}
