/** The section on whether the load itself can be trusted, and on evidence that could not be read. */

import { loadEndText } from '../../../lib/core/load-end.ts';
import { bytesText, durationText, instantText, percentText, usText } from '../../../lib/core/numbers.ts';
import { html } from '../html.ts';
import { facts as pairs } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';

export const load: SectionBuilder = ({ load: result, plan, observations }) => {
  const late = result.startLatenessUs;
  const missing = observations.filter((one) => one.status === 'unavailable');
  return {
    id: 'load',
    title: 'How the load went',
    navTitle: 'Load',
    body: html`<p class="lead">A generator that starves or starts late measures itself. Then the run is inconclusive, not slow.</p>${pairs(
      [
        ['Ended', loadEndText(result.reason, plan) ?? 'as planned'],
        ['Ran', `${instantText(result.startedAtMs)}, ${durationText((result.endedAtMs - result.startedAtMs) / 1000)}`],
        [
          'Generator CPU',
          result.generatorCpuShare === null ? 'unknown' : `${percentText(result.generatorCpuShare)} of all cores`,
        ],
        [
          'Generator memory',
          result.generatorPeakRssBytes === null ? 'unknown' : `${bytesText(result.generatorPeakRssBytes)} at most`,
        ],
        [
          'Start lateness',
          late === null ? 'unknown' : `p50 ${usText(late.p50)}, p99 ${usText(late.p99)}, max ${usText(late.max)}`,
        ],
        [
          'Engine',
          html`k6 ${result.engine.version}, samples by <code>${result.engine.source}</code>, <code>${result.engine.path}</code>`,
        ],
      ],
    )}
${missing.length === 0 ? null : html`<h3>Evidence that could not be had</h3><ul class="prose">${missing.map((one) => html`<li><strong>${one.kind}</strong>: ${one.status === 'unavailable' ? `${one.reason}; ${one.hint}` : null}</li>`)}</ul>`}`,
  };
};
