/** Sample comparisons of two runs, for tests of their reports. */
import { sideOf } from '../../lib/compare/folders.ts';
import { compareRuns, type Side } from '../../lib/compare/model/compare.ts';
import { COMPARED_PERCENTILES, DEFAULT_SMALLEST, type RunComparison } from '../../lib/core/difference.ts';
import type { Finding } from '../../lib/core/finding.ts';
import { type Behaviours, HEALTHY, makeFacts } from './facts.ts';

function side(
  label: string,
  behaviours: Behaviours,
  seed: number,
  environment: Readonly<Record<string, string>> = {},
): Side {
  const facts = makeFacts({ behaviours, seed });
  const [pattern] = facts.verdict.findings;
  if (pattern === undefined) throw new Error('the sample has no finding');
  const load = ['load.completed', 'load.generator'].map((id): Finding => ({ ...pattern, id, status: 'pass' }));
  const verdict = { ...facts.verdict, findings: [...facts.verdict.findings, ...load] };
  const versions = { cpu: 'ours × 2', memory: '8 GiB', engine: 'k6' };
  const plan = { ...facts.plan, runId: `${facts.plan.runId}-${seed}` };
  const run = { ...facts, plan, verdict, environment: { ...facts.environment, ...versions, ...environment } };
  return sideOf(label, run);
}

interface Compared extends Pick<RunComparison, 'percentiles'> {
  readonly environment: Readonly<Record<string, string>>;
  readonly label: string;
}

export function compared(
  b: Behaviours,
  purpose: RunComparison['purpose'] = 'compare',
  { environment = {}, label = 'runs/b', percentiles = COMPARED_PERCENTILES }: Partial<Compared> = {},
): RunComparison {
  return compareRuns(side('runs/a', HEALTHY, 7), side(label, b, 8, environment), {
    smallest: DEFAULT_SMALLEST,
    percentiles,
    purpose,
  });
}

const SLOW: Behaviours = {
  ...HEALTHY,
  'debates-list': { perSec: 30, medianMs: 31, sigma: 0.4 },
  'agent-response': { perSec: 12, medianMs: 250, sigma: 0.3 },
  consensus: { perSec: 20, medianMs: 8, sigma: 0.4, failing: { status_500: 0.08 } },
};
const MUTE: Behaviours = { ...HEALTHY, health: { perSec: 50, medianMs: 2, sigma: 0.3, failing: { timeout: 1 } } };

export const COMPARISONS = {
  alike: () => compared(HEALTHY),
  slower: () => compared(SLOW),
  'gate-fails': () => compared(MUTE, 'gate'),
  'gate-elsewhere': () => compared(HEALTHY, 'gate', { environment: { cpu: 'theirs × 4' } }),
} as const;
