import { expect, test } from 'vitest';
import { type ShownPart, stackText } from './text.ts';

const sinceMs = Date.UTC(2026, 0, 18, 12);
const plain = (_: unknown, text: string): string => text;
const jaeger: ShownPart = {
  ...{ name: 'jaeger', title: 'Jaeger', url: 'http://127.0.0.1:2', log: 'runs/stack/jaeger.log', sinceMs, ended: null },
  places: { 'takes traces (OTLP)': 'http://127.0.0.1:3/v1/traces' },
};
const sinks: ShownPart = {
  ...{ name: 'sinks', title: 'Sinks', url: 'http://127.0.0.1:4', sinceMs, ended: null, standsInFor: 'PagerDuty' },
};
const shown = { pid: 7, isStarting: false, sinceMs, target: 'http://127.0.0.1:1', parts: [jaeger, sinks] };

test('each part, where it is, since when, and its log', () => {
  expect(stackText({ ...shown, run: ['--jaeger', 'http://127.0.0.1:2'] }, plain)).toBe(
    `UP  the stack around http://127.0.0.1:1, since 2026-01-18 12:00:00Z, process 7
up    jaeger  http://127.0.0.1:2  Jaeger, since 2026-01-18 12:00:00Z
              takes traces (OTLP): http://127.0.0.1:3/v1/traces
              log: runs/stack/jaeger.log
up    sinks   http://127.0.0.1:4  stand-in for PagerDuty, since 2026-01-18 12:00:00Z
a run that reads it:
  npx aragora-slo run --jaeger http://127.0.0.1:2`,
  );
});

test('one that ended says how, and one that starts offers no run yet', () => {
  const parts = [{ ...jaeger, places: {}, ended: 'it exited with 1' }];
  expect(stackText({ ...shown, isStarting: true, parts, run: [] }, plain)).toBe(
    `STARTING  the stack around http://127.0.0.1:1, since 2026-01-18 12:00:00Z, process 7
ENDED jaeger  http://127.0.0.1:2  Jaeger, since 2026-01-18 12:00:00Z: it exited with 1
              log: runs/stack/jaeger.log`,
  );
});
