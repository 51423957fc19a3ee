/** The comparison's reports, compared with golden files; `vitest run reports -u` rewrites them. */
import { describe, expect, it } from 'vitest';
import { type Behaviours, HEALTHY, makeFacts } from '../../../test/support/facts.ts';
import { COMPARED_PERCENTILES, DEFAULT_SMALLEST, type RunComparison } from '../../core/difference.ts';
import type { Finding } from '../../core/finding.ts';
import { sideOf } from '../folders.ts';
import { compareRuns, type Side } from '../model/compare.ts';
import { renderComparisonMarkdown } from './markdown.ts';
import { renderComparisonText } from './text.ts';

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

function compared(
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

const SAMPLES = {
  alike: () => compared(HEALTHY),
  slower: () => compared(SLOW),
  'gate-fails': () => compared(MUTE, 'gate'),
  'gate-elsewhere': () => compared(HEALTHY, 'gate', { environment: { cpu: 'theirs × 4' } }),
} as const;
const FORMATS = { txt: renderComparisonText, md: renderComparisonMarkdown } as const;

describe.each(Object.keys(SAMPLES) as (keyof typeof SAMPLES)[])('a comparison %s', (name) => {
  const comparison = SAMPLES[name]();
  it.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])('reads as agreed in .%s', async (format) => {
    await expect(FORMATS[format](comparison)).toMatchFileSnapshot(`golden/${name}.${format}`);
  });

  it('is the same text under the paint', () => {
    const painted = renderComparisonText(comparison, (tone, text) => `<${tone}>${text}</${tone}>`);
    expect(painted.replace(/<\/?(good|bad|doubt|strong|faint)>/g, '')).toBe(renderComparisonText(comparison));
  });
});

it('names the percentiles that were not looked at', () => {
  const few = compared(HEALTHY, 'compare', { percentiles: [50] });
  expect(renderComparisonText(few)).toMatch(/^not looked at: p95, p99$/m);
  expect(renderComparisonMarkdown(few)).toMatch(/ · not looked at: p95, p99$/m);
});

it('lets no label be anything but text', () => {
  const wicked = compared(HEALTHY, 'compare', { label: 'x\u001b[31m | <img src=x> @team\n# y' });
  expect(renderComparisonText(wicked)).not.toMatch(/\p{Cc}\[|\n# y/u);
  expect(renderComparisonMarkdown(wicked)).not.toMatch(/<img|\n# y|[^\\]@team| \| <|\p{Cc}\[/u);
});
