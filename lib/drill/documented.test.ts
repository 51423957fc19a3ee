import { expect, test } from 'vitest';
import { DOCUMENTED_CHANNELS } from '../stack/sinks/workspace.ts';
import { USUAL_RATE } from '../systems/alerts/model/plan.ts';
import { DOCUMENTED_ALERTS } from '../systems/alerts/promises.ts';
import { documented } from './documented.ts';
import { FASTEST_OF_COUNTS, FAULTS, loadRates } from './embedded/faults.ts';

test('the alerts are as documented, each once, with its fault', () => {
  const { rules } = documented();
  const shown = rules.map(({ name, forSec, windowSec, route, source }) => [
    name,
    forSec,
    windowSec,
    route === null ? null : route.to === 'slack' ? route.channel : route.severity,
    source.section,
  ]);
  expect(shown).toEqual([
    ['AragoraDown', 60, 0, 'critical', 'Alert Rules'],
    ['HighErrorRate', 300, 300, 'critical', 'Alert Rules'],
    ['HighLatency', 300, 300, '#aragora-warnings', 'Alert Rules'],
    ['DebateTimeouts', 300, 300, '#aragora-warnings', 'Alert Rules'],
    ['LowConsensusRate', 1800, 3600, '#aragora-warnings', 'Alert Rules'],
    ['AgentTimeout', 300, 300, '#aragora-warnings', 'Creating Alerts'],
  ]);
  expect(Object.keys(FAULTS).sort()).toEqual(rules.map(({ name }) => name).sort());
});

test('a run that drills them has the same ones', () => {
  expect(DOCUMENTED_ALERTS).toEqual(documented().rules);
});

test('so are the intervals and the channels', () => {
  const { intervals, channels } = documented();
  expect(intervals).toEqual({
    scrapeSec: 15,
    scrapeTimeoutSec: 10,
    evaluationSec: 15,
    groupWaitSec: 30,
    groupIntervalSec: 300,
    repeatSec: 14_400,
  });
  expect(channels).toEqual([...DOCUMENTED_CHANNELS]);
});

test('the load has twice the documented count of debates, as fast as the clock may run', () => {
  for (const rate of [1, 30, USUAL_RATE, FASTEST_OF_COUNTS]) {
    expect(loadRates(rate).debatesPerSec / rate).toBeGreaterThanOrEqual(0.2 - 1e-9);
  }
});
