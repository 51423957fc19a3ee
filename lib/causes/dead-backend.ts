/** Where telemetry should be read, nothing answers, or it answers and has nothing of the load. */
import type { Evidence, Finding } from '../core/finding.ts';
import { countText } from '../core/numbers.ts';
import type { UnavailableObservation } from '../core/observation.ts';
import type { JudgeInput } from '../core/run.ts';
import { evidenceOf } from '../systems/evidence.ts';
import { whyUnavailable } from '../systems/finding.ts';
import type { LogsObservation } from '../systems/logs/observation.ts';
import type { MetricsObservation } from '../systems/metrics/observation.ts';
import type { TracesObservation } from '../systems/traces/observation.ts';
import type { KnownCause } from './known.ts';
import { requestsOf } from './samples.ts';

/** One place from which telemetry should come, and gives nothing. */
interface Dead {
  readonly words: string;
  readonly evidence: Evidence;
  readonly advice: string;
  readonly isOfIt: (finding: Finding) => boolean;
}

export const deadBackend: KnownCause = {
  id: 'dead-backend',
  look: ({ input, findings }) => {
    const dead = [...unread(input), ...empty(input)]
      .map((one) => ({ ...one, open: findings.filter((finding) => isOpen(finding) && one.isOfIt(finding)) }))
      .filter(({ open }) => open.some(({ gating }) => gating));
    const [first, ...rest] = dead.map(({ evidence }) => evidence);
    if (first === undefined) return undefined;
    return {
      summary: `no evidence where it should be: ${dead.map(({ words }) => words).join('; ')}`,
      evidence: [first, ...rest],
      explains: dead.flatMap(({ open }) => open.map(({ id }) => id)),
      advice: [...new Set(dead.map(({ advice }) => advice))].join('; '),
    };
  },
};

const SYSTEMS: Readonly<Record<string, string>> = { metrics: 'metrics', traces: 'traces', logs: 'the log' };

function isOpen({ status }: Finding): boolean {
  return status !== 'pass';
}

function unread({ observations }: JudgeInput): Dead[] {
  return observations.flatMap((one): Dead[] => {
    const what = SYSTEMS[one.kind];
    if (what === undefined || one.status !== 'unavailable') return [];
    const why = whyUnavailable(one);
    return [
      {
        words: `${what} could not be read${placeOf(one)}`,
        evidence: { label: one.kind, value: one.reason },
        advice: one.hint,
        isOfIt: ({ status, summary }) => status === 'unavailable' && summary === why,
      },
    ];
  });
}

function placeOf({ source }: UnavailableObservation): string {
  return source === undefined || source === 'direct' ? '' : ` from ${source}`;
}

/** It was read, and there is nothing in it although the server answered requests. What fails because of that is filed under these. */
function empty(input: JudgeInput): Dead[] {
  const answered = requestsOf(input).reduce((sum, { total }) => sum + total.count, 0);
  if (answered === 0) return [];
  return [...noMetric(input), ...noSpan(input), ...noLine(input)].map(({ system, words, advice }) => ({
    words,
    evidence: { label: system, value: `${words}, while ${countText(answered)} requests were answered` },
    advice,
    isOfIt: (finding) => finding.system === system && finding.because === undefined,
  }));
}

interface Empty {
  readonly system: string;
  readonly words: string;
  readonly advice: string;
}

function noMetric({ observations }: JudgeInput): Empty[] {
  const seen = evidenceOf<MetricsObservation>(observations, 'metrics');
  if (seen?.status !== 'collected' || seen.families.length > 0) return [];
  const advice = 'Aragora exposes nothing where its Python has no prometheus_client: install it there';
  return [{ system: 'metrics', words: `there is not one metric at ${seen.url}`, advice }];
}

function noSpan({ observations }: JudgeInput): Empty[] {
  const seen = evidenceOf<TracesObservation>(observations, 'traces');
  if (seen?.status !== 'collected' || seen.spanCount > 0) return [];
  const advice = 'switch tracing on in the server, and let it export to this address (docs/real-server.md)';
  return [{ system: 'traces', words: `not one span came to ${seen.url}`, advice }];
}

function noLine({ observations }: JudgeInput): Empty[] {
  const seen = evidenceOf<LogsObservation>(observations, 'logs');
  if (seen?.status !== 'collected' || seen.lines > 0) return [];
  const advice = 'is it the log of this server, and does what ships it still run?';
  return [{ system: 'logs', words: `there is not one line in ${seen.from}`, advice }];
}
