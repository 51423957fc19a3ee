/** How far the evidence of a run reached, in words. */
import type { Coverage, OpenAspect } from '../lib/core/coverage.ts';
import { countText } from '../lib/core/numbers.ts';
import { plain } from '../lib/core/text.ts';

/** `187 of 196 aspects of documented signals bounded from both sides`. */
export function coverageText({ aspects, bounded }: Coverage): string {
  return `${countText(bounded)} of ${countText(aspects)} aspects of documented signals bounded from both sides`;
}

/** `aragora_memory_tier_size value, from below and above`. */
export function openAspectText({ signal, aspect, sides }: OpenAspect): string {
  return `${plain(signal)} ${aspect}, from ${sides.join(' and ')}`;
}

/** What is open, by the reason for it: those with most aspects first. */
export function openByReason({
  open,
}: Coverage): readonly (readonly [reason: string, aspects: readonly OpenAspect[]])[] {
  const reasons = new Map<string, OpenAspect[]>();
  for (const one of open) reasons.set(one.reason, [...(reasons.get(one.reason) ?? []), one]);
  return [...reasons].sort(([, a], [, b]) => b.length - a.length);
}
