/** The section on whether the load itself can be trusted, and on evidence that could not be had. The judge has findings for that. */
import type { LoadGenerator } from '../../../lib/core/generators.ts';
import { formatBytes, formatDuration, formatInstant, formatShare, formatUs } from '../../format.ts';
import { reasonText } from '../../summary.ts';
import { type Html, html } from '../html.ts';
import { facts as pairs } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';

export const load: SectionBuilder = ({ load: result, observations }) => {
  const missing = observations.filter((one) => one.status === 'unavailable');
  return {
    id: 'load',
    title: 'How the load went',
    navTitle: 'Load',
    body: html`<p class="lead">A generator that starves or starts late measures itself. Then the run is inconclusive, not slow.</p>${pairs(
      [
        ['Ended', reasonText(result.reason) ?? 'as planned'],
        [
          'Ran',
          `${formatInstant(result.startedAtMs)}, ${formatDuration((result.endedAtMs - result.startedAtMs) / 1000)}`,
        ],
        ...result.generators.flatMap((one) => generatorRows(one, result.generators.length > 1 ? ` ${one.id}` : '')),
      ],
    )}
${missing.length === 0 ? null : html`<h3>Evidence that could not be had</h3><ul class="prose">${missing.map((one) => html`<li><strong>${one.kind}</strong>: ${one.status === 'unavailable' ? `${one.reason}; ${one.hint}` : null}</li>`)}</ul>`}`,
  };
};

/** @param number after the name where there are several; '' where there is one. */
function generatorRows(generator: LoadGenerator, number: string): (readonly [label: string, value: string | Html])[] {
  const { cpuShare, peakRssBytes, startLatenessUs: late, engine } = generator;
  const of = number === '' ? '' : ` of generator${number}`;
  return [
    [`LoadGenerator${number} CPU`, cpuShare === null ? 'unknown' : `${formatShare(cpuShare)} of all cores`],
    [`LoadGenerator${number} memory`, peakRssBytes === null ? 'unknown' : `${formatBytes(peakRssBytes)} at most`],
    [
      `Start lateness${of}`,
      late === null ? 'unknown' : `p50 ${formatUs(late.p50)}, p99 ${formatUs(late.p99)}, max ${formatUs(late.max)}`,
    ],
    [`Engine${of}`, html`k6 ${engine.version}, samples by <code>${engine.source}</code>, <code>${engine.path}</code>`],
  ];
}
