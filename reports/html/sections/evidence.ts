/** How evidence is shown: lines and queries as code, trace ids with a link to the Jaeger that the run asked. There are no other links. */
import type { Finding } from '../../../lib/core/finding.ts';
import type { Observation } from '../../../lib/core/observation.ts';
import { type Html, html, type Part } from '../html.ts';

const TRACE_ID = /\b([0-9a-f]{32})\b/;

/** The address of the Jaeger from which the traces were read; null when the server sent them directly. */
export function jaegerOf(observations: readonly Observation[]): string | null {
  for (const one of observations) {
    if (one.kind === 'traces' && one.status === 'collected' && one.source === 'jaeger')
      return one.url !== undefined && /^https?:\/\//.test(one.url) ? one.url.replace(/\/+$/, '') : null;
  }
  return null;
}

/** Why trace ids are not links; null where they are, or where there are no traces. */
export function unlinkedText(observations: readonly Observation[]): string | null {
  const isReceived = observations.some(
    (one) => one.kind === 'traces' && one.status === 'collected' && one.source === 'direct',
  );
  if (!isReceived) return null;
  return 'These traces were received straight from the server, so a trace id can be copied, but there is nowhere to link it to; look it up where you keep traces. With --jaeger URL alone they are read from there, and link to it.';
}

export type EvidencePair = readonly [label: string, value: Part];

export function evidencePairs({ evidence }: Finding, jaeger: string | null): readonly EvidencePair[] {
  return evidence.map(({ label, value }) => [label, html`<code>${linked(value, jaeger)}</code>`] as const);
}

function linked(value: string, jaeger: string | null): Part {
  if (jaeger === null) return value;
  return value
    .split(TRACE_ID)
    .map((piece): Html | string =>
      TRACE_ID.test(piece) ? html`<a href="${jaeger}/trace/${piece}" rel="noreferrer">${piece}</a>` : piece,
    );
}
