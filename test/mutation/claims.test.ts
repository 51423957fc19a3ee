/** What the table of evidence claims is a claim about something: its reasons, its breaks and its operators exist. */
import { describe, expect, test } from 'vitest';
import { documentedCoverage, documentedRows, knownChecks } from '../../lib/commands/coverage.ts';
import { OF_OBJECTIVES } from '../../lib/core/finding.ts';
import { TELEMETRY_BREAKS } from '../../lib/systems/breaks.ts';
import { SYSTEMS } from '../../lib/systems/index.ts';
import { BREAKS } from '../../lib/target/breaks.ts';
import { changeOf, claimsOf, isTestOf, unclaimed, unsupported } from './claims.ts';
import type { Mutant } from './mutant.ts';
import type { Played } from './play.ts';
import { PROVED_BY_BREAKS } from './proved-by-breaks.ts';

const aspects = documentedCoverage();
const claims = claimsOf(documentedRows());

describe('the table of evidence', () => {
  test('has at least 92 % of the documented aspects bounded from both sides', () => {
    const promised = aspects.filter(({ because }) => because !== 'not-promised');
    expect(promised.filter(({ open }) => open.length === 0).length / promised.length).toBeGreaterThanOrEqual(0.92);
  });

  test('gives a reason for each aspect that is open', () => {
    expect(aspects.filter(({ open, reason }) => open.length > 0 && reason === undefined)).toEqual([]);
  });

  test('gives no reason for an aspect that is bounded', () => {
    const open = aspects.filter((one) => one.open.length > 0).map(({ reason }) => reason);
    const reasons = SYSTEMS.flatMap(({ unbounded = [] }) => unbounded.map(({ reason }) => reason));
    expect(reasons.filter((reason) => !open.includes(reason))).toEqual([]);
  });

  test('claims nothing of a signal or an aspect that is not documented', () => {
    const names = new Set(aspects.map(({ signal }) => signal));
    const bounds = knownChecks().flatMap(({ bounds = [] }) => bounds);
    expect(bounds.filter(({ signal }) => typeof signal === 'string' && !names.has(signal))).toEqual([]);
  });

  test('rests on breaks where there are no mutants of what clients get', () => {
    const ofClients = aspects.filter(({ system }) => system === OF_OBJECTIVES);
    const checks = new Set(ofClients.flatMap(({ sides }) => sides.flatMap(({ by }) => by.map(({ check }) => check))));
    const broken = new Set(BREAKS.map(({ finding }) => finding));
    expect([...checks].filter((id) => !broken.has(id))).toEqual([]);
  });
});

test('a claim that a break proves is made, and the break fails that check', () => {
  for (const { check, aspect, side, breakName } of PROVED_BY_BREAKS) {
    expect(TELEMETRY_BREAKS.find(({ name }) => name === breakName)?.finding).toBe(check);
    expect(claims).toContainEqual(expect.objectContaining({ check, aspect, side }));
  }
});

describe('a mutant', () => {
  const mutant = (system: Mutant['system'], signal: string, family: string, operator: string) => ({
    ...{ system, signal, family, operator },
  });

  test.each([
    ['half', 'value', ['below'], mutant('metrics', 'aragora_requests_total', 'requests_total', 'half')],
    ['double of what a histogram counts', 'count', ['above'], mutant('metrics', 'aragora_x_count', 'x', 'double')],
    ['held-back', 'time', ['above'], mutant('metrics', 'aragora_x', 'x', 'held-back')],
    ['a lost label', 'labels', ['below'], mutant('metrics', 'aragora_x method', 'x', 'lost')],
    ['another type', 'content', ['above'], mutant('metrics', 'aragora_x TYPE', 'x', 'neighbours-text')],
    ['a lost parent', 'relation', ['below'], mutant('traces', 'db.query', 'db.query', 'parent-lost')],
    ['a lost attribute', 'exists', ['below'], mutant('traces', 'db.query table', 'db.query', 'lost')],
    ['repeated lines', 'count', ['above'], mutant('logs', 'lines', 'lines', 'repeat')],
    ['half a line', 'content', ['below'], mutant('logs', 'lines', 'lines', 'half')],
    ['a made-up level', 'content', ['above'], mutant('logs', 'level', 'level', 'made-up')],
  ])('by %s changes %s from %s', (_, aspect, sides, one) => {
    expect(changeOf(one)).toEqual({ aspect, sides });
  });

  test.each([
    ['noise goes in no one direction', mutant('metrics', 'aragora_x', 'x', 'noise')],
    ['nobody promises a help text', mutant('metrics', 'aragora_x HELP', 'x', 'lost')],
  ])('%s', (_, one) => {
    expect(changeOf(one)).toBeUndefined();
  });
});

describe('a claim', () => {
  const claim = { check: 'logs.json', system: 'logs', signal: 'lines', aspect: 'content', side: 'above' } as const;
  const played = (by: readonly string[], operator = 'base64'): Played => ({
    ...{ id: 'any', system: 'logs', operator, signal: 'lines', family: 'lines', aspect: 'content', scope: 'all' },
    ...{ by, fate: 'killed', equivalent: null },
  });

  test('is supported by a mutant of its kind that its check kills', () => {
    expect(unsupported([claim], [played(['logs.json'])])).toEqual([]);
    expect(unsupported([claim], [played(['logs.once'])])).toEqual([claim]);
    expect(unsupported([claim], [played(['logs.json'], 'half')])).toEqual([claim]);
    expect(isTestOf(played([]), { ...claim, signal: 'level' })).toBe(false);
  });

  test('that nobody makes is reported', () => {
    expect(unclaimed([claim], [played(['logs.json', 'logs.once'])])).toEqual([{ ...claim, check: 'logs.once' }]);
  });
});
