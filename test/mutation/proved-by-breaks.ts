/**
 * Claims of the table of evidence that no operator can try: it would change several parts of the signal at once, in step, or something that is
 * 0 on the tape. A named break says so instead, and test/proofs shows that it fails the check.
 */
import type { Claim } from './claims.ts';

interface Proved extends Pick<Claim, 'check' | 'aspect' | 'side'> {
  readonly breakName: string;
}

export const PROVED_BY_BREAKS: readonly Proved[] = [
  {
    check: 'metrics.request_duration_seconds.percentiles',
    aspect: 'value',
    side: 'below',
    breakName: 'metrics.request_duration_seconds.lumped',
  },
  {
    check: 'metrics.request_duration_seconds.mean',
    aspect: 'value',
    side: 'above',
    breakName: 'metrics.request_duration_seconds.ms-as-seconds',
  },
  {
    check: 'metrics.agent_latency_seconds.mean',
    aspect: 'value',
    side: 'above',
    breakName: 'metrics.agent_latency_seconds.ms-as-seconds',
  },
  {
    check: 'metrics.agent_latency_seconds.mean',
    aspect: 'value',
    side: 'below',
    breakName: 'metrics.agent_latency_seconds.zero',
  },
  {
    check: 'metrics.debate_duration_seconds.mean',
    aspect: 'value',
    side: 'above',
    breakName: 'metrics.debate_duration_seconds.ms-as-seconds',
  },
  {
    check: 'metrics.debate_duration_seconds.mean',
    aspect: 'value',
    side: 'below',
    breakName: 'metrics.debate_duration_seconds.too-short',
  },
  {
    check: 'metrics.debate_duration_seconds.mean',
    aspect: 'value',
    side: 'above',
    breakName: 'metrics.debate_duration_seconds.ms-as-seconds',
  },
  {
    check: 'metrics.debate_duration_seconds.mean',
    aspect: 'value',
    side: 'below',
    breakName: 'metrics.debate_duration_seconds.too-short',
  },
  ...(['below', 'above'] as const).map((side) => ({
    check: 'metrics.debate_duration_seconds.percentiles',
    aspect: 'value' as const,
    side,
    breakName: 'metrics.debate_duration_seconds.lumped',
  })),
  {
    check: 'metrics.debate_timeouts_total.reconciles',
    aspect: 'value',
    side: 'above',
    breakName: 'metrics.debate_timeouts_total.unseen',
  },
  { check: 'logs.requests', aspect: 'count', side: 'above', breakName: 'logs.requests-invented' },
  { check: 'logs.levels.outcomes', aspect: 'content', side: 'above', breakName: 'logs.levels.always-error' },
];

export function isProvedByBreak({ check, aspect, side }: Claim): boolean {
  return PROVED_BY_BREAKS.some((one) => one.check === check && one.aspect === aspect && one.side === side);
}
