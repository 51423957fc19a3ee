/** What gauges of debates, sockets and memory may show: not more than can be open, and the two of running debates the same. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { MetricsInput } from '../../../../test/support/judge-metrics.ts';
import {
  red,
  sureFindingOf,
  type ValueChange,
  withFamilies,
  withValues,
} from '../../../../test/support/metrics-changes.ts';
import { sharedRun } from '../../../../test/support/metrics-run.ts';

let run: MetricsInput;
beforeAll(async () => {
  run = await sharedRun();
});

const changed = (change: ValueChange, input = run) => withValues(input, change);

describe('the two gauges of running debates', () => {
  const ACTIVE = 'aragora_active_debates';

  test('fail where one of them shows more', () => {
    expect(sureFindingOf(run, 'active_debates.agrees').status).toBe('pass');
    const plus = (by: number): ValueChange => ({ of: ACTIVE, to: (value) => (value > 0 ? value + by : value) });
    expect(red(changed(plus(4)))).toContain('active_debates.agrees');
    expect(sureFindingOf({ ...changed(plus(4)), exclusive: false }, 'active_debates.agrees').status).toBe(
      'inconclusive',
    );
  });

  test('decide nothing where they differ in one scrape, or one is wrong by itself', () => {
    const once = changed({ of: ACTIVE, to: (value, _, scrape) => (scrape === 5 ? value + 4 : value) });
    expect(sureFindingOf(once, 'active_debates.agrees').status).toBe('inconclusive');
    const wrong = changed({ of: ACTIVE, to: (value) => value * 1000 });
    expect(sureFindingOf(wrong, 'active_debates.agrees').status).toBe('inconclusive');
  });
});

describe('what is open', () => {
  test('a gauge without a sample counts as none', () => {
    const input = withFamilies(run, (family) =>
      family.name === 'aragora_websocket_connections' ? { ...family, seriesCount: 0, series: [] } : family,
    );
    expect(red(input)).toEqual(['websocket_connections.moves']);
    expect(sureFindingOf(input, 'websocket_connections.returns').status).toBe('no-data');
  });

  test('sockets are no more than can have been open', () => {
    const input = changed({ of: 'aragora_websocket_connections', to: (value) => value * 1000 });
    expect(red(input)).toEqual(['websocket_connections.moves']);
    expect(sureFindingOf(input, 'websocket_connections.moves').summary).toContain('can have been open');
    expect(sureFindingOf({ ...input, exclusive: false }, 'websocket_connections.moves').status).toBe('pass');
  });

  test('running debates are no more than can have run', () => {
    const input = changed({ of: 'aragora_active_debates', to: (value) => value * 1000 });
    expect(red(input)).toEqual(['active_debates.moves']);
  });
});

test('where clients were late, it is not known when debates ran, and a gauge of 0 is undecided', () => {
  const zero = changed({ of: 'aragora_active_debates', to: () => 0 });
  expect(sureFindingOf(zero, 'active_debates.moves').status).toBe('fail');
  const late = (maxSec: number): MetricsInput => {
    const startLatenessUs = { p50: 0, p99: 0, max: maxSec * 1e6 };
    const generators = zero.load.generators.map((generator) => ({ ...generator, startLatenessUs }));
    return { ...zero, load: { ...zero.load, generators } };
  };
  expect(sureFindingOf(late(0.9), 'active_debates.moves').status).toBe('fail');
  expect(sureFindingOf(late(60), 'active_debates.moves').status).toBe('inconclusive');
});

test.each<[number | string]>([[-1], ['NaN'], ['+Inf']])('a size of %s can not be', (size) => {
  const input = changed({ of: 'aragora_memory_tier_size', to: () => size });
  expect(red(input)).toEqual(['memory_tier_size.possible']);
});
