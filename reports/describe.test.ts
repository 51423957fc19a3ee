import { describe, expect, it } from 'vitest';
import { type Finding, NOTHING_MEASURED } from '../lib/core/finding.ts';
import { furtherText } from './describe.ts';

const OPEN: Finding = {
  ...NOTHING_MEASURED,
  id: 'latency.health.p99',
  subject: 'health p99',
  system: 'objectives',
  gating: true,
  status: 'inconclusive',
  operator: '<=',
  unit: 'ms',
  expected: 50,
  source: { document: 'guide.md', section: 'Latency SLO' },
  allowedShare: 0.01,
  summary: '',
  evidence: [],
};

describe('what more samples would do', () => {
  it.each([
    ['nothing where none are called for', {}, null],
    [
      'decide it, as many as they are',
      { samples: 401, bad: 1, furtherSamples: 1023 },
      'about 1,023 more samples like these would decide it',
    ],
    [
      'decide it, even one',
      { samples: 298, bad: 0, furtherSamples: 1 },
      'about 1 more sample like these would decide it',
    ],
    [
      'decide it, where only the run was too short',
      { samples: 5, bad: 0, furtherSamples: 2990 },
      'about 2,990 more samples like these would decide it',
    ],
    [
      'decide it, if there were too many to count',
      { samples: 5_000, bad: 0, furtherSamples: 160_403_223 },
      'it would take over 10,000,000 more samples like these to decide it',
    ],
    [
      'hardly decide it, where the share is almost what is allowed',
      { samples: 401, bad: 4, furtherSamples: 204_617_778 },
      'the measured share is so close to the allowed share that even a longer run will hardly decide it',
    ],
  ])('%s', (_sentence, measured, expected) => {
    expect(furtherText({ ...OPEN, ...measured })).toBe(expected);
  });
});
