/** The catalogues of breaks, and how they are proven: no break is forgotten, and a surprise names its culprit. */
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import { TELEMETRY_BREAKS } from '../../lib/systems/breaks.ts';
import type { NamedBreak } from '../../lib/target/break.ts';
import { BREAKS } from '../../lib/target/breaks.ts';
import { type Batch, batchesOf, proveBatch } from './batches.ts';
import { ALONE, clientBreaks, END_TO_END, LEVELS, telemetryBreaks } from './levels.ts';

describe('the levels', () => {
  test('have each break of both catalogues once', () => {
    const proven = LEVELS.flatMap((level) => [...clientBreaks(level), ...telemetryBreaks(level)]);
    const names = (breaks: readonly NamedBreak[]) => breaks.map(({ name }) => name).sort();
    expect(names(proven)).toEqual(names([...BREAKS, ...TELEMETRY_BREAKS]));
  });

  test('name no break that is not there', () => {
    const names = new Set([...BREAKS, ...TELEMETRY_BREAKS].map(({ name }) => name));
    expect([...ALONE, ...END_TO_END].filter((name) => !names.has(name))).toEqual([]);
  });

  test('leave few loads', () => {
    const batches = [...batchesOf(clientBreaks('batch')), ...batchesOf(telemetryBreaks('batch'))];
    expect(ALONE.length + batches.length).toBeLessThan(20);
  });
});

const broken = (name: string, finding: string): NamedBreak => ({ name, finding, description: 'is broken' });
const failing = (...ids: string[]) =>
  ids.map((id) => ({ id, status: 'fail', summary: 'it fails', evidence: [] as const }) as unknown as Finding);

describe('a batch', () => {
  const batch = ['a', 'b', 'c', 'd'].map((name) => broken(name, `finding.${name}`));
  const reasonsWhere = async (failed: (names: readonly string[]) => readonly string[]) =>
    Object.fromEntries(
      await proveBatch(batch, async (part: Batch) => failing(...failed(part.map(({ name }) => name)))),
    );
  const own = (names: readonly string[]) => names.map((name) => `finding.${name}`);

  test('in which exactly its findings fail proves all of them', async () => {
    expect(await reasonsWhere(own)).toEqual({ a: null, b: null, c: null, d: null });
  });

  test('names the break that is not caught', async () => {
    expect(await reasonsWhere((names) => own(names.filter((name) => name !== 'c')))).toEqual({
      a: null,
      b: null,
      c: 'by itself: finding.c does not fail as it should, but passes',
      d: null,
    });
  });

  test('names the break that fails something else too', async () => {
    expect(await reasonsWhere((names) => [...own(names), ...(names.includes('b') ? ['other'] : [])])).toMatchObject({
      a: null,
      b: 'by itself: other fails too: it fails',
    });
  });

  test('says when only breaks together surprise', async () => {
    const { a, c } = await reasonsWhere((names) => own(names.filter((name) => name !== 'c' || !names.includes('a'))));
    expect(a).toMatch(
      /^finding\.c does not fail as it should, but passes; its halves pass, so one of 4 breaks together masks another/,
    );
    expect(c).toBe(a);
  });

  test('has no two breaks of one finding, and none that a neighbour masks', () => {
    const drop = { ...broken('ws.drops.often', 'availability.websocket') };
    const late = broken('ws.pings.late', 'websocket.ping');
    expect(batchesOf([drop, late, broken('x', 'websocket.ping')])).toEqual([
      [drop],
      [late],
      [broken('x', 'websocket.ping')],
    ]);
    expect(batchesOf([broken('x', 'f'), broken('y', 'g')])).toHaveLength(1);
  });
});
