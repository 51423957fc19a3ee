/** How evidence is shown: lines and queries as code, trace ids with a link to where traces can be looked at. There are no other links. */
import type { Finding } from '../../../lib/core/finding.ts';
import { clipWords } from '../../text/layout.ts';
import { type Html, html, type Part } from '../html.ts';

const TRACE_ID = /\b([0-9a-f]{32})\b/;

export type EvidencePair = readonly [label: string, value: Part];

/** @param most Characters of each value. */
export function evidencePairs(
  { evidence }: Finding,
  traceUrl: string | undefined,
  most = Number.POSITIVE_INFINITY,
): readonly EvidencePair[] {
  return evidence.map(
    ({ label, value }) => [label, html`<code>${linked(clipWords(value, most), traceUrl)}</code>`] as const,
  );
}

function linked(value: string, traceUrl: string | undefined): Part {
  if (traceUrl === undefined) return value;
  return value
    .split(TRACE_ID)
    .map((piece): Html | string =>
      TRACE_ID.test(piece)
        ? html`<a href="${traceUrl.replace('{traceId}', piece)}" rel="noreferrer">${piece}</a>`
        : piece,
    );
}
