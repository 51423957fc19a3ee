/**
 * The section on objectives: every latency beside its limit at a glance, then what is not met or not decided with its interval, samples and
 * evidence. What passed or has no data is folded.
 */
import type { Finding } from '../../../lib/core/finding.ts';
import { plural } from '../../../lib/core/numbers.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import { nested } from '../../causes.ts';
import { boundsConfidence } from '../../summary.ts';
import { isIdle, ownFindings } from '../../telemetry.ts';
import { type Html, html } from '../html.ts';
import { folded, folds } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';
import { isFollower } from './cause.ts';
import { objectiveTable } from './objective-rows.ts';
import { overview } from './overview.ts';

/** At most this many are in the open, so that the charts stay near. */
const MOST_OPEN = 3;

export const objectives: SectionBuilder = (facts) => {
  const own = ownFindings(facts);
  const passed = own.filter(({ status }) => status === 'pass');
  const idle = own.filter(isIdle);
  const troubled = nested(own.filter((finding) => !passed.includes(finding) && !idle.includes(finding)));
  const open = troubled.slice(0, MOST_OPEN);
  const fold = (title: string, findings: readonly Finding[]): Html | null =>
    findings.length === 0 ? null : folded(title, objectiveTable(`Objectives: ${title}`, findings, facts));
  return {
    id: 'objectives',
    title: 'Objectives',
    body: html`${overview(own, facts)}
${open.length === 0 ? null : html`${lead(facts)}${objectiveTable('Objectives that are not met or not decided, worst margin first', open, facts)}`}
${folds([
  fold(`${plural(troubled.length - open.length, 'more objective')} not met or not decided`, troubled.slice(MOST_OPEN)),
  fold(`${plural(idle.length, 'objective')} without data`, idle),
  fold(`${plural(passed.length, 'objective')} met`, passed),
])}`,
  };
};

function lead(facts: RunFacts): Html {
  const follows = ownFindings(facts).some((finding) => isFollower(finding, facts));
  return html`<h3>Not met or not decided</h3><p class="lead">Worst margin first${follows ? '; what follows from a finding is below it' : null}. The bar spans what the share of bad samples may be, with ${boundsConfidence(facts)} confidence on either side; the line is what is allowed.</p>`;
}
