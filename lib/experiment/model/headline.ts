/** The one sentence that an experiment ends with. */

import type { DifferenceVerdict } from '../../core/difference.ts';
import { unreachable } from '../../core/error.ts';
import { failingSide } from './decide.ts';
import type { DifferenceRow, ExperimentEnd, Side, SideTotals } from './facts.ts';

export interface Said {
  readonly rows: readonly DifferenceRow[];
  readonly totals: Readonly<Record<Side, SideTotals>>;
  readonly verdict: DifferenceVerdict;
  readonly end: ExperimentEnd;
  /** Pairs that count. */
  readonly counted: number;
  /** Why the last pair that does not count was set aside; null: all count. */
  readonly setAside: string | null;
}

export function headlineOf(said: Said): string {
  const { rows, verdict, counted } = said;
  const named = (wanted: DifferenceVerdict): string =>
    rows
      .filter((row) => row.verdict === wanted)
      .map((row) => `${row.endpoint} p${row.percentile}`)
      .join(', ');
  const after = `after ${counted} ${counted === 1 ? 'pair' : 'pairs'}`;
  switch (verdict) {
    case 'slower':
      return `B is slower than A in ${named('slower')}, ${after}`;
    case 'faster':
      return `B is faster than A in ${named('faster')}, and slower in none, ${after}`;
    case 'same':
      return `p50 and p95 of every endpoint are the same on both sides, ${after}`;
    case 'cannot-tell':
      return `${whyNot(said, named('cannot-tell'))}, ${after}`;
    default:
      return unreachable(verdict);
  }
}

function whyNot({ rows, totals, end, counted, setAside }: Said, open: string): string {
  if (end.kind === 'gone') return `${end.side.toUpperCase()} no longer answers: ${end.detail}`;
  if (end.kind === 'interrupted') return 'the experiment was interrupted';
  if (counted === 0 && setAside !== null) return `no pair counts, because the generator was not fit: ${setAside}`;
  if (rows.length === 0) return 'no endpoint was answered by both sides';
  const failing = failingSide(totals);
  if (failing !== null) {
    const { failed, dropped, samples } = totals[failing];
    return `too many requests to ${failing.toUpperCase()} failed to compare latencies: ${failed + dropped} of ${samples}`;
  }
  return `not decided: ${open}`;
}
