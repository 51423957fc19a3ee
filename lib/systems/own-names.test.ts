/** Own names laid over a contract: what they replace, and what stays. */
import { expect, test } from 'vitest';
import { documentedLogs } from './logs/system.ts';
import { metricPromises } from './metrics/promises.ts';
import { withLogNames } from './own-names.ts';
import { tracePromises } from './traces/promises.ts';

const FILE = { file: 'own.yaml' };

test('own names of metrics replace those of the contract, and the others stay', () => {
  const own = { ...FILE, metrics: { aragora_requests_total: { name: 'http_requests_total' } } };
  const { locations } = metricPromises('aragora-2.11', own).contract;
  expect(locations['aragora_requests_total']).toEqual({ name: 'http_requests_total', isOwn: true });
  expect(locations['aragora_debates_active']).toEqual({ name: 'aragora_active_debates' });
  expect(metricPromises('aragora-2.11', FILE)).toEqual(metricPromises('aragora-2.11'));
});

test('own names of spans replace those of the contract, and a name is no pattern', () => {
  const own = { ...FILE, spans: { 'debate.run': { name: 'run (a+b)' } } };
  expect(tracePromises('aragora-2.11', own).mapping).toEqual({
    traceIdAttribute: 'aragora.trace_id',
    renames: [
      { signal: 'debate.run', name: 'run (a+b)', pattern: 'run \\(a\\+b\\)', attributes: {}, isOwn: true },
      ...(tracePromises('aragora-2.11').mapping?.renames.filter(({ signal }) => signal !== 'debate.run') ?? []),
    ],
  });
});

test('without a name of a span the mapping stays as it is', () => {
  expect(tracePromises('documented', FILE).mapping).toBeNull();
  expect(tracePromises('documented', { ...FILE, traceIdAttribute: 'id' }).mapping).toEqual({
    renames: [],
    traceIdAttribute: 'id',
  });
});

test('own names of log fields are part of what is promised', () => {
  const { signals } = withLogNames(documentedLogs, { ...FILE, logs: { level: 'severity' } });
  expect(signals).toEqual({ ...documentedLogs.signals, ownNames: { level: 'severity' } });
  expect(withLogNames(documentedLogs, FILE)).toBe(documentedLogs);
});
