/** Requests that a rule of the server's refused (a rate limit, a missing right): they say nothing of how fast it is. */
import { plural } from '../core/numbers.ts';
import { type EndpointRecording, failedCount } from '../core/recording.ts';
import { REFUSED_BY, sampleOutcome } from '../core/sample-outcome.ts';

/** How many of these samples were refused, by kind of outcome. */
function refusedKinds(recordings: readonly EndpointRecording[]): ReadonlyMap<string, number> {
  const kinds = new Map<string, number>();
  for (const { failed } of recordings.flatMap(({ seconds }) => seconds)) {
    for (const [kind, count] of Object.entries(failed)) {
      if (count > 0 && sampleOutcome(kind).refusedBy !== null) kinds.set(kind, (kinds.get(kind) ?? 0) + count);
    }
  }
  return kinds;
}

/** `by a rate limit (429)`, the most frequent first. */
function kindsText(kinds: ReadonlyMap<string, number>): string {
  const ordered = [...kinds.keys()].sort((a, b) => (kinds.get(b) ?? 0) - (kinds.get(a) ?? 0) || (a < b ? -1 : 1));
  const words = ordered.flatMap((kind) => {
    const { refusedBy, status } = sampleOutcome(kind);
    return refusedBy === null ? [] : [`${REFUSED_BY[refusedBy]} (${status ?? kind.replace(/^\D+/, '')})`];
  });
  return words.join(', ');
}

/** Where a percentile falls that is no latency. */
export function withoutLatency(recording: EndpointRecording): string {
  const kinds = refusedKinds([recording]);
  const failed = sum(recording.seconds.map((second) => failedCount(second.failed) + second.dropped));
  if (2 * sum([...kinds.values()]) < failed || kinds.size === 0)
    return 'the samples without a latency (failed, dropped or unanswered)';
  return `the requests that were refused ${kindsText(kinds)}`;
}

/** Why an endpoint has no latency to judge: every one of its answers was a refusal; undefined where one was not. */
export function onlyRefused(recording: EndpointRecording): string | undefined {
  const kinds = refusedKinds([recording]);
  const refused = sum([...kinds.values()]);
  const all = sum(recording.seconds.map(({ count, dropped }) => count + dropped));
  if (refused === 0 || refused < all) return undefined;
  return `no answer to judge: all of ${plural(all, 'request')} were refused ${kindsText(kinds)}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
