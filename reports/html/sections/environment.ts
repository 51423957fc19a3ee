/** The section on how to run it again: command, plan, versions. The plan has no secrets. */

import { countText, digitsText, durationText } from '../../../lib/core/numbers.ts';
import { contractText } from '../../../lib/core/own-names.ts';
import { type Journey, journeyDurationSec } from '../../../lib/core/plan.ts';
import { inPhase } from '../../../lib/core/timeline.ts';
import { html } from '../html.ts';
import { folded, facts as pairs, table } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';

export const environment: SectionBuilder = ({ plan, environment: versions }) => ({
  id: 'environment',
  title: 'Run it again',
  body: html`<div class="command"><pre tabindex="0" role="region" aria-label="Command to run it again"><code id="command">${plan.command}</code></pre><button type="button" data-copy="command" hidden>Copy</button></div>
${folded(
  'Plan, versions and journeys',
  html`<div class="pair"><div><h3>Plan</h3>${pairs([
    ['Run', html`<code>${plan.runId}</code>`],
    ['Target', html`<code>${plan.target.httpUrl}</code>${plan.target.embedded ? ' (embedded reference)' : null}`],
    ['WebSocket', html`<code>${plan.target.wsUrl}</code>`],
    ['Profile', plan.profile],
    ['Contract', contractText(plan)],
    ['Seed', String(plan.seed)],
  ])}</div>
<div><h3>Versions</h3>${pairs(Object.entries(versions).map(([name, version]) => [name, version] as const))}</div></div>
<h3>Journeys</h3>${table(
    'Journeys of the plan',
    [{ head: 'Journey' }, { head: 'Rate' }, { head: 'Duration', numeric: true }],
    plan.phases.flatMap(({ name, journeys }) =>
      journeys.map((journey) => [
        journey.name + inPhase(plan, name),
        rateText(journey),
        durationText(journeyDurationSec(journey)),
      ]),
    ),
  )}`,
)}`,
});

function rateText(journey: Journey): string {
  if (journey.kind === 'sockets')
    return `${countText(journey.sockets)} sockets, a ping every ${digitsText(journey.pingEverySec)} s`;
  const rates = journey.steps.map((step) => digitsText(step.ratePerSec));
  return `${rates.join(', ')} per second`;
}
