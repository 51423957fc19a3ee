/** The section on whether the load itself can be trusted, and on evidence that could not be read. */
import type { LoadGenerator } from '../../../lib/core/generators.ts';
import { loadEndText } from '../../../lib/core/load-end.ts';
import { bytesText, durationText, instantText, percentText, usText } from '../../../lib/core/numbers.ts';
import { type Html, html } from '../html.ts';
import { folded, facts as pairs } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';

export const load: SectionBuilder = ({ load: result, plan, observations }) => {
  const missing = observations.filter((one) => one.status === 'unavailable');
  const { notes = [] } = plan;
  return {
    id: 'load',
    title: 'How the load went',
    isMinor: true,
    body: html`<p class="lead">A generator that is overloaded or starts arrivals late measures itself. The run is then inconclusive, not slow.</p>${pairs(
      [
        ['Ended', loadEndText(result.reason, plan) ?? 'as planned'],
        ['Ran', `${instantText(result.startedAtMs)}, ${durationText((result.endedAtMs - result.startedAtMs) / 1000)}`],
        ...result.generators.flatMap((one) => generatorRows(one, result.generators.length > 1 ? ` ${one.id}` : '')),
      ],
    )}
${notes.length === 0 ? null : html`<h3>Before the load</h3><ul class="prose">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}${missing.length === 0 ? null : folded('Evidence that could not be read', html`<ul class="prose">${missing.map((one) => html`<li><strong>${one.kind}</strong>: ${one.status === 'unavailable' ? `${one.reason}; ${one.hint}` : null}</li>`)}</ul>`)}`,
  };
};

/** @param number after the name where there are several; '' where there is one. */
function generatorRows(generator: LoadGenerator, number: string): (readonly [label: string, value: string | Html])[] {
  const { cpuShare, peakRssBytes, startLatenessUs: late, engine } = generator;
  const of = number === '' ? '' : ` of generator${number}`;
  return [
    [`Generator${number} CPU`, cpuShare === null ? 'unknown' : `${percentText(cpuShare)} of all cores`],
    [`Generator${number} memory`, peakRssBytes === null ? 'unknown' : `${bytesText(peakRssBytes)} at most`],
    [
      `Start lateness${of}`,
      late === null ? 'unknown' : `p50 ${usText(late.p50)}, p99 ${usText(late.p99)}, max ${usText(late.max)}`,
    ],
    [`Engine${of}`, html`k6 ${engine.version}, samples by <code>${engine.source}</code>, <code>${engine.path}</code>`],
  ];
}
