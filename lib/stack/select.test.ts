import { expect, test } from 'vitest';
import type { Part } from './part.ts';
import { PARTS } from './parts/index.ts';
import { selected } from './select.ts';

const names = (parts: readonly Part[]): string[] => parts.map(({ name }) => name);

test('all parts, in their order, each after what it needs', () => {
  expect(selected(PARTS, {})).toEqual(PARTS);
  for (const [at, { needs }] of PARTS.entries())
    for (const need of needs) expect(names(PARTS).slice(0, at)).toContain(need);
});

test('only some, with what they need', () => {
  expect(names(selected(PARTS, { only: ['grafana', 'alertmanager'] }))).toEqual([
    'sinks',
    'alertmanager',
    'prometheus',
    'grafana',
  ]);
  expect(names(selected(PARTS, { only: [] }))).toEqual([]);
});

test('all but some', () => {
  expect(names(selected(PARTS, { without: ['jaeger', 'loki'] }))).not.toContain('loki');
  expect(() => selected(PARTS, { without: ['sinks'] })).toThrow('alertmanager needs sinks, which is left out');
  expect(() => selected(PARTS, { only: ['grafana'], without: ['prometheus'] })).toThrow('grafana needs prometheus');
});

test('a name that no part has is refused, with the nearest', () => {
  expect(() => selected(PARTS, { only: ['lokki'] })).toThrow(
    expect.objectContaining({
      message: 'no part of the stack is called "lokki"',
      hint: expect.stringContaining('loki'),
    }),
  );
});
