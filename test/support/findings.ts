/** A simple judgement of the sample runs, enough for reports to show: it counts, and takes Wilson bounds. */

import { type Finding, OF_OBJECTIVES, type Status } from '../../lib/core/finding.ts';
import type { Objective } from '../../lib/core/plan.ts';
import { type EndpointRecording, failedCount, type Recording } from '../../lib/core/recording.ts';
import { ONLY_PHASE } from '../../lib/core/timeline.ts';
import type { ErrorBudget, Outcome } from '../../lib/core/verdict.ts';

interface Tally {
  readonly samples: number;
  readonly bad: number;
  readonly allowedShare: number;
}

export function judge(objective: Objective, recording: Recording): Finding {
  const endpoints =
    objective.kind === 'external' ? [] : objective.kind === 'availability' ? objective.endpoints : [objective.endpoint];
  const recordings = endpoints.flatMap((endpoint) => recording.endpoints.get(endpoint) ?? []);
  const seconds = recordings.flatMap((one) => one.seconds);
  const failed = seconds.reduce((sum, second) => sum + second.dropped + failedCount(second.failed), 0);
  const samples = seconds.reduce((sum, second) => sum + second.count + second.dropped, 0);
  const over =
    objective.kind === 'latency'
      ? recordings.reduce((sum, one) => sum + one.total.countOverUs(objective.limitMs * 1000), 0)
      : 0;
  const allowedShare =
    objective.kind === 'latency'
      ? 1 - objective.percentile / 100
      : objective.kind === 'protocol'
        ? 0
        : 1 - objective.target;
  const tally: Tally = { samples, bad: failed + over, allowedShare };
  const actual = actualOf(objective, tally, recordings, failed);
  const expected =
    objective.kind === 'latency' ? objective.limitMs : objective.kind === 'protocol' ? 0 : objective.target;
  const status = statusOf(objective, tally);
  const interval = samples === 0 ? null : wilson(tally.bad, samples);
  return {
    id: objective.id,
    phase: ONLY_PHASE,
    subject: objective.subject,
    system: OF_OBJECTIVES,
    status,
    gating: objective.gating,
    operator: objective.kind === 'latency' ? '<=' : objective.kind === 'protocol' ? '==' : '>=',
    expected,
    actual,
    margin: actual === null || objective.kind === 'protocol' ? null : marginOf(objective, expected, actual),
    unit: objective.kind === 'latency' ? 'ms' : objective.kind === 'protocol' ? 'count' : 'ratio',
    samples,
    effectiveSamples: samples === 0 ? null : Math.round(samples * 0.8),
    bad: tally.bad,
    interval,
    allowedShare: objective.kind === 'protocol' ? null : allowedShare,
    furtherSamples: status === 'inconclusive' ? Math.max(1, Math.ceil(3 / allowedShare) - samples) : null,
    source: objective.source,
    summary: summaryOf(objective, status, tally),
    evidence: samples === 0 ? [] : [{ label: 'longest run of bad seconds', value: tally.bad === 0 ? 'none' : '5 s' }],
  };
}

function actualOf(
  objective: Objective,
  { samples, bad }: Tally,
  recordings: readonly EndpointRecording[],
  failed: number,
): number | null {
  if (samples === 0) return null;
  if (objective.kind === 'protocol') return bad;
  if (objective.kind !== 'latency') return 1 - bad / samples;
  const rank = (objective.percentile * samples) / (samples - failed);
  const valueUs = rank > 100 ? null : (recordings[0]?.total.percentileUs(rank) ?? null);
  return valueUs === null ? null : valueUs / 1000;
}

function statusOf(objective: Objective, { samples, bad, allowedShare }: Tally): Status {
  if (samples === 0) return 'no-data';
  if (objective.kind === 'protocol') return bad > 0 ? 'fail' : 'pass';
  const { lower, upper } = wilson(bad, samples);
  if (lower > allowedShare) return 'fail';
  return upper <= allowedShare ? 'pass' : 'inconclusive';
}

const marginOf = (objective: Objective, expected: number, actual: number): number =>
  objective.kind === 'latency' ? (expected - actual) / expected : (actual - expected) / (1 - expected);

function wilson(bad: number, samples: number): { lower: number; upper: number } {
  const z = 1.645;
  const share = bad / samples;
  const centre = share + (z * z) / (2 * samples);
  const spread = z * Math.sqrt((share * (1 - share)) / samples + (z * z) / (4 * samples * samples));
  const scale = 1 + (z * z) / samples;
  return { lower: Math.max(0, (centre - spread) / scale), upper: (centre + spread) / scale };
}

function summaryOf(objective: Objective, status: Status, { samples, bad }: Tally): string {
  switch (status) {
    case 'no-data':
      return objective.kind === 'external'
        ? 'No external monitor is connected, so nobody pinged the status page.'
        : 'Not one sample was recorded.';
    case 'inconclusive':
      return `${samples} samples are too few to tell: ${bad} of them were bad.`;
    default:
      return `${bad} of ${samples} samples were bad.`;
  }
}

export function headlineOf(outcome: Outcome, findings: readonly Finding[]): string {
  const named = (status: Status): string =>
    findings
      .filter((finding) => finding.gating && finding.status === status)
      .map((finding) => finding.subject)
      .join(', ');
  switch (outcome) {
    case 'conforms':
      return 'All gating objectives hold with 95 % confidence.';
    case 'breaches':
      return `Breached: ${named('fail')}.`;
    case 'inconclusive':
      return `Undecided: ${named('inconclusive') || named('no-data')}.`;
    case 'interrupted':
      return 'SIGINT ended the load after 12 of 60 s; what was recorded is judged below and decides nothing.';
  }
}

export function budgetOf(finding: Finding, durationSec: number): ErrorBudget {
  const monthlyBudgetMin = (1 - finding.expected) * 43_200;
  const burnRate = finding.samples === 0 ? null : finding.bad / finding.samples / (1 - finding.expected);
  return {
    objectiveId: finding.id,
    target: finding.expected,
    monthlyBudgetMin,
    burnRate,
    usedShare: burnRate === null ? null : (burnRate * durationSec) / (43_200 * 60),
  };
}
