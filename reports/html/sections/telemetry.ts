/** The section on the server's own telemetry: findings by system; problems are open, passes are folded. */
import type { Finding } from '../../../lib/core/finding.ts';
import { countText } from '../../../lib/core/numbers.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import type { JudgedSystem } from '../../../lib/core/verdict.ts';
import { nested } from '../../causes.ts';
import { tally } from '../../summary.ts';
import { findingsBySystem, placesOf, type SystemFindings } from '../../telemetry.ts';
import { type Html, html } from '../html.ts';
import { folded, folds, statusBadge } from '../parts.ts';
import type { PageContext, SectionBuilder } from '../section.ts';
import { isFollower } from './cause.ts';
import { checkTable, type Listing } from './check-rows.ts';
import { coveragePanel } from './coverage.ts';

/** At most this many of a system are in the open, so that what follows stays near; fewer where much is wrong, which its causes explain. */
const MOST_OPEN = 4;
const MOST_OPEN_OF_MANY = 2;
const MANY = 10;

export const telemetry: SectionBuilder = (facts, context) => {
  const systems = findingsBySystem(facts);
  if (systems.length === 0) return null;
  const quiet = systems.filter(({ troubled }) => troubled.length === 0);
  const troubled = systems.filter((one) => !quiet.includes(one));
  return {
    id: 'telemetry',
    title: "The server's own telemetry",
    navTitle: 'Telemetry',
    body: html`<p class="lead">What the server's ${listed(systems.map((one) => one.system.id))} said of the same load, beside what is documented and what clients saw. One violation fails a check.</p>
${troubled.map((one) => systemPart(one, facts, context))}<div class="quiet">${quiet.map((one) => systemPart(one, facts, context))}${facts.verdict.coverage === null ? null : coveragePanel(facts.verdict.coverage)}</div>`,
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

/** What stands by itself, of all systems. */
function howManyTroubled(facts: RunFacts): number {
  const all = findingsBySystem(facts).flatMap(({ troubled }) => troubled);
  return all.filter((finding) => !isFollower(finding, facts)).length;
}

function systemPart(one: SystemFindings, facts: RunFacts, { version }: PageContext): Html {
  const { system, idle, passed } = one;
  const troubled = one.troubled.filter((finding) => !isFollower(finding, facts));
  const following = nested(one.troubled.filter((finding) => isFollower(finding, facts)));
  const { id, title, note, traceUrl } = system;
  const isCrowded = howManyTroubled(facts) >= MANY;
  const most = isCrowded ? MOST_OPEN_OF_MANY : MOST_OPEN;
  const listing: Listing = { facts, traceUrl, isBrief: isCrowded };
  const places = placesOf(facts.observations, id);
  const counts = tally([...one.troubled, ...idle, ...passed]).map(
    ({ status, count }) => html`<li>${countText(count)} ${statusBadge(status)}</li>`,
  );
  const fold = (summary: string, caption: string, findings: readonly Finding[]): Html | null =>
    findings.length === 0
      ? null
      : folded(`${countText(findings.length)} ${summary}`, checkTable(`${title}: ${caption}`, findings, listing));
  return html`<section class="panel family" aria-labelledby="telemetry-${id}">
<header><h3 id="telemetry-${id}">${title}</h3><ul class="badges">${counts}</ul></header>
<p class="note">${places.length === 0 ? 'Not read.' : html`From ${places.map((place, at) => html`${at > 0 ? ', ' : null}<code>${place}</code>`)}.`} Why each check matters and how to repair it: ${pageOf(system, version)}</p>${note === undefined ? null : html`\n<p class="note">${note}</p>`}
${troubled.length === 0 ? null : checkTable(`${title}: failing or undecided`, troubled.slice(0, most), listing)}
${folds([
  fold('more that fail or are undecided', 'more failing or undecided', troubled.slice(most)),
  fold('that follow from other findings', 'following', following),
  fold('without evidence, which do not gate', 'without evidence', idle),
  fold('pass', 'passing', passed),
])}
</section>`;
}
