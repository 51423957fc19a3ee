/**
 * Plays a mutant in a real run: the harness loads the target, and what the target says of itself is rewritten on its way out, one scrape
 * after the other. Spans and lines are held back until the request after the load, so that an operator has all of them.
 */
import { SENTINEL_PATH } from '../../lib/core/endpoint.ts';
import type { Finding } from '../../lib/core/finding.ts';
import type { Exposition } from '../../lib/target/metrics.ts';
import type { ReadableSpan, SpanExporter } from '../../lib/target/tracing.ts';
import { isLast } from '../proofs/replay.ts';
import { type Rewriting, recordTape, type Tape } from '../proofs/tape.ts';
import type { Rates } from '../proofs/telemetry.ts';
import type { Mutant } from './mutant.ts';

/** As many requests without a trace as the sampling ratio needs, in ten seconds. */
export const LIVE: Rates = { durationSec: 10, health: 90, others: 30, agents: 12 };

/** Scrapes of a run, at most; those after the load are all the last. */
const SCRAPES = 41;
/** From the first request until the load has ended. */
const ENDS_MS = (LIVE.durationSec + 1) * 1000;
/** The harness asks for less before the load. */
const OF_THE_LOAD = 20;

/** @param base a tape of the same target, for what a run does not know of itself yet. */
export async function playedLive(mutant: Mutant, base: Tape, dir: string): Promise<readonly Finding[]> {
  const rewriting = rewritingOf(mutant, base);
  const { facts } = await recordTape(dir, new AbortController().signal, { ...rewriting, rates: LIVE });
  return facts.verdict.findings;
}

function rewritingOf({ system, apply }: Mutant, base: Tape): Rewriting {
  switch (system) {
    case 'metrics':
      return { distortion: { exposition: scrapeByScrape(apply, base) } };
    case 'traces':
      return { exporter: (real) => heldExporter(real, apply, base) };
    case 'logs':
      return { distortion: { line: heldLines(apply, base) } };
  }
}

type Apply = Mutant['apply'];

/** The tape so far, with the load's time as it was planned. */
function tapeOf(base: Tape, startedAtMs: number, part: Partial<Tape>): Tape {
  const load = { ...base.measured.load, startedAtMs, endedAtMs: startedAtMs + ENDS_MS };
  return { ...base, ...part, measured: { ...base.measured, load } };
}

function scrapeByScrape(apply: Apply, base: Tape): (right: Exposition) => Exposition {
  const seen: (Exposition & { readonly atMs: number })[] = [];
  return (right) => {
    const now = { ...right, atMs: Date.now() };
    const startedAtMs = seen.find((one) => requestsIn(one) > OF_THE_LOAD)?.atMs ?? now.atMs;
    const isAfter = now.atMs > startedAtMs + ENDS_MS;
    // As long as they will be, so that what depends on the number of scrapes or on chance stays the same from scrape to scrape.
    const filler = isAfter ? (seen.at(-1) ?? now) : now;
    const at = isAfter ? SCRAPES - 1 : seen.length;
    seen.push(now);
    const before = seen.slice(0, Math.min(at, seen.length - 1));
    const expositions = [
      ...before,
      ...Array.from({ length: SCRAPES - before.length }, (_, index) =>
        before.length + index === at ? now : { ...filler, atMs: isAfter ? filler.atMs : startedAtMs + ENDS_MS },
      ),
    ];
    return apply(tapeOf(base, startedAtMs, { expositions })).expositions[at] ?? right;
  };
}

function requestsIn({ body }: Exposition): number {
  const counts = [...body.matchAll(/^aragora_requests_total\{.*\} (\d+)$/gm)].map(([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}

function heldExporter(real: SpanExporter, apply: Apply, base: Tape): SpanExporter {
  const held: (readonly ReadableSpan[])[] = [];
  const startedAtMs = Date.now();
  const release = (): ReadableSpan[] =>
    apply(tapeOf(base, startOf(held) ?? startedAtMs, { exports: held.splice(0) })).exports.flat();
  return {
    export: (spans, done) => {
      held.push(spans);
      if (spans.some(isLast)) real.export(release(), done);
      else done({ code: 0 });
    },
    shutdown: () => real.shutdown(),
  };
}

function startOf(exports: readonly (readonly ReadableSpan[])[]): number | undefined {
  const starts = exports.flat().map(({ startTime: [seconds, nanos] }) => seconds * 1000 + nanos / 1e6);
  return starts.length === 0 ? undefined : Math.min(...starts);
}

function heldLines(apply: Apply, base: Tape): (line: string) => readonly string[] {
  const held: string[] = [];
  const startedAtMs = Date.now();
  return (line) => {
    held.push(line);
    return line.includes(SENTINEL_PATH) ? apply(tapeOf(base, startedAtMs, { lines: held.splice(0) })).lines : [];
  };
}
