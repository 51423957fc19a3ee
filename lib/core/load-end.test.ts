import { expect, test } from 'vitest';
import { health } from '../journeys/health.ts';
import { loadEndText } from './load-end.ts';
import type { LoadReason } from './recording.ts';
import { onePhase } from './timeline.ts';

const PLAN: Parameters<typeof loadEndText>[1] = {
  early: { looks: [{ atSec: 300, confidence: 0.999 }], finalConfidence: 0.952 },
  phases: onePhase([{ ...health, steps: [{ ratePerSec: 10, durationSec: 900 }], vus: 10, maxVus: 10 }]),
};

test.each<[LoadReason, string | null]>([
  [{ kind: 'finished' }, null],
  [
    { kind: 'decided-early', look: 0, decision: 'breaches' },
    'ended after 300 of 900 s, when it was sure that the server breaches (--full runs to the end)',
  ],
  [
    { kind: 'decided-early', look: 7, decision: 'conforms' },
    'ended after an unknown number of 900 s, when it was sure that the server conforms (--full runs to the end)',
  ],
  [{ kind: 'interrupted', signal: 'SIGINT' }, 'interrupted by SIGINT'],
  [
    { kind: 'engine-died', exitCode: 2, signal: null, detail: 'panic' },
    'cut short: the load engine died (exit code 2): panic',
  ],
  [
    { kind: 'engine-died', exitCode: null, signal: 'SIGKILL', detail: 'its log says nothing' },
    'cut short: the load engine died (signal SIGKILL): its log says nothing',
  ],
  [{ kind: 'engine-hung', silentSec: 30 }, 'cut short: the load engine said nothing for 30 s'],
  [{ kind: 'overtime', overSec: 45 }, 'cut off: the load engine was still busy 45 s after the end of the plan'],
  [{ kind: 'ended-early', detail: 'its stream ended' }, 'cut short: its stream ended'],
  [{ kind: 'script-error', detail: 'dial' }, 'cut short: the load script failed: dial'],
  [{ kind: 'storage', detail: 'ENOSPC' }, 'cut short: the recording could not be written: ENOSPC'],
])('%o', (reason, text) => {
  expect(loadEndText(reason, PLAN)).toBe(text);
});
