/** Evidence that several checks show. */
import { type Evidence, FAILURES } from '../core/finding.ts';
import { countText, digitsText, plural } from '../core/numbers.ts';
import type { EndpointRecording } from '../core/recording.ts';
import type { ShareVerdict } from '../stats/share.ts';
import type { Slot } from './series.ts';

/** More kinds than this would hide the one that matters. */
const SHOWN_KINDS = 3;

/** The most frequent kinds of failure with their counts, and their endpoints where there are several; [] when none failed. */
export function failureEvidence(recordings: readonly EndpointRecording[]): Evidence[] {
  const byKind = new Map<string, number>();
  for (const { endpoint, seconds } of recordings) {
    const where = recordings.length > 1 ? `${endpoint} ` : '';
    for (const { failed } of seconds) {
      for (const [kind, count] of Object.entries(failed))
        byKind.set(where + kind, (byKind.get(where + kind) ?? 0) + count);
    }
  }
  const kinds = [...byKind].filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (kinds.length === 0) return [];
  const shown = kinds.slice(0, SHOWN_KINDS).map(([kind, count]) => `${kind} ×${countText(count)}`);
  const more = kinds.length > SHOWN_KINDS ? [plural(kinds.length - SHOWN_KINDS, 'more kind')] : [];
  return [{ label: FAILURES, value: [...shown, ...more].join(', ') }];
}

/** [] when every arrival was answered. */
export function undeliveredEvidence(slots: readonly Slot[]): Evidence[] {
  const dropped = slots.reduce((sum, slot) => sum + slot.dropped, 0);
  const unanswered = slots.reduce((sum, slot) => sum + slot.unanswered, 0);
  const parts = [
    ...(dropped > 0 ? [`${countText(dropped)} dropped (no virtual user was free)`] : []),
    ...(unanswered > 0 ? [`${countText(unanswered)} unanswered (neither sample nor drop)`] : []),
  ];
  return parts.length === 0 ? [] : [{ label: 'undelivered', value: parts.join(', ') }];
}

/** The second with the most bad samples; [] when there is none. */
export function worstSecondEvidence(slots: readonly Slot[], badOf: (slot: Slot) => number, word: string): Evidence[] {
  const ranked = slots.map((slot, index) => ({
    index,
    bad: badOf(slot),
    of: slot.count + slot.dropped + slot.unanswered,
  }));
  const worst = ranked.reduce<(typeof ranked)[number] | null>(
    (most, at) => (at.bad > (most?.bad ?? 0) ? at : most),
    null,
  );
  if (worst === null) return [];
  return [
    {
      label: 'worst second',
      value: `second ${worst.index + 1} of ${slots.length}: ${digitsText(worst.bad)} of ${countText(worst.of)} ${word}`,
    },
  ];
}

/** [] when every sample counts fully. */
export function clusteringEvidence(verdict: ShareVerdict): Evidence[] {
  if (verdict.effectiveSamples === null || verdict.designEffect === 1) return [];
  const worth = plural(Math.max(1, Math.round(verdict.effectiveSamples)), 'independent one');
  return [{ label: 'clustering', value: `${plural(verdict.samples, 'sample')} come in bursts and are worth ${worth}` }];
}
