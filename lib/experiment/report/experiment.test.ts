/** The reports of an experiment, compared with golden files; `vitest run reports -u` rewrites them. */
import { describe, expect, test } from 'vitest';
import type { DifferenceVerdict } from '../../core/difference.ts';
import { SCHEMA_VERSION } from '../../core/schema-version.ts';
import type { DifferenceRow, ExperimentFacts } from '../model/facts.ts';
import { renderExperimentMarkdown } from './markdown.ts';
import { renderExperimentText } from './text.ts';

function row(percentile: number, differenceMs: number, verdict: DifferenceVerdict): DifferenceRow {
  const interval = { lowerMs: differenceMs - 1.5, upperMs: differenceMs + 1.5 };
  const aMs = percentile * 1.25;
  return {
    endpoint: 'debates-list',
    percentile,
    aMs,
    bMs: aMs + differenceMs,
    differenceMs,
    interval,
    smallestMs: 5,
    verdict,
  };
}

const FAILED: DifferenceRow = {
  endpoint: 'consensus',
  percentile: 99,
  aMs: null,
  bMs: null,
  differenceMs: null,
  interval: null,
  smallestMs: null,
  verdict: 'cannot-tell',
};

function facts(verdict: DifferenceVerdict, headline: string, rows: readonly DifferenceRow[]): ExperimentFacts {
  const pair = { order: 'ab', aMs: {}, bMs: {} } as const;
  return {
    schemaVersion: SCHEMA_VERSION,
    startedAtMs: Date.UTC(2026, 8, 21, 14, 13, 20),
    endedAtMs: Date.UTC(2026, 8, 21, 14, 19, 2),
    aUrl: 'http://127.0.0.1:8080',
    bUrl: 'http://127.0.0.1:8081',
    profile: 'smoke',
    blockSec: 8,
    seed: 7,
    looks: [6, 9],
    smallest: { share: 0.05, ms: 2 },
    end: { kind: 'sure' },
    verdict,
    headline,
    rows,
    totals: { a: { samples: 4812, failed: 0, dropped: 0 }, b: { samples: 4810, failed: 3, dropped: 1 } },
    pairs: [
      { ...pair, setAside: null },
      { ...pair, setAside: 'it stood still itself' },
    ],
  };
}

const CASES: Readonly<Record<string, ExperimentFacts>> = {
  slower: facts('slower', 'B is slower than A in debates-list p50, after 1 pair', [
    row(50, 8.2, 'slower'),
    row(95, -0.4, 'same'),
    row(99, -12, 'faster'),
    FAILED,
  ]),
  'not-known': facts('cannot-tell', 'no endpoint was answered by both sides, after 1 pair', []),
};

describe.each(Object.keys(CASES))('an experiment that is %s', (name) => {
  const known = CASES[name] ?? facts('cannot-tell', '', []);

  test('reads as agreed', async () => {
    await expect(renderExperimentText(known)).toMatchFileSnapshot(`golden/${name}.txt`);
    await expect(renderExperimentMarkdown(known)).toMatchFileSnapshot(`golden/${name}.md`);
  });

  test('fits 100 columns of text', () => {
    for (const line of renderExperimentText(known).split('\n')) expect([...line].length, line).toBeLessThanOrEqual(100);
  });
});

test('foreign strings are harmless in Markdown and text', () => {
  const wicked = facts('cannot-tell', '<img src=x> | \u001b[2J', []);
  expect(renderExperimentMarkdown(wicked)).not.toContain('<img');
  expect(renderExperimentText(wicked)).not.toContain('\u001b');
});
