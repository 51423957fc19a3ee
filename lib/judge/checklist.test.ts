import { describe, expect, test } from 'vitest';
import { factsOf, judged } from '../../test/support/judged.ts';
import { checklistOf } from '../../thresholds/checklist.ts';
import type { ChecklistGround, Tick } from '../core/checklist.ts';
import { type Finding, STATUSES, type Status } from '../core/finding.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import { fact, lacking } from '../systems/finding.ts';
import { SYSTEMS } from '../systems/index.ts';
import { plannedSystems } from '../systems/plan.ts';
import { judgeChecklist } from './checklist.ts';

const source = { document: 'observability-setup-guide.md', section: 'Verification Checklist', line: 1 };

function finding(id: string, status: Status): Finding {
  const check = { id, subject: `subject ${id}`, system: 'metrics', gating: true, source };
  return status === 'pass' || status === 'fail'
    ? fact(check, status === 'pass', { summary: `${status}ed` })
    : lacking(check, status, `is ${status}`);
}

/** Of a run that reads metrics from the server itself. */
function checked(ground: ChecklistGround, ...findings: readonly Finding[]) {
  return checkedWith(['direct'], ground, ...findings);
}

function checkedWith(sources: readonly string[] | null, ground: ChecklistGround, ...findings: readonly Finding[]) {
  const systems = { metrics: { promises: null, sources } };
  const [item] = judgeChecklist({ checklist: [{ id: 'x', words: 'X works', source, ground }], systems }, findings);
  return { tick: item?.tick, reason: item?.reason, rests: item?.findings.length };
}

describe('an item', () => {
  const both = { findings: ['a', 'b'] };
  const cases: Record<string, [ReturnType<typeof checked>, { tick: Tick; reason: string; rests: number }]> = {
    'is ticked when all that it rests on pass': [
      checked(both, finding('a', 'pass'), finding('b', 'pass')),
      { tick: 'ticked', reason: 'all of 2 findings pass', rests: 2 },
    ],
    'is crossed when one fails, whatever the other lacks': [
      checked(both, finding('a', 'no-data'), finding('b', 'fail')),
      { tick: 'crossed', reason: 'subject b: failed', rests: 2 },
    ],
    'has no evidence when a finding was not made': [
      checked(both, finding('a', 'pass')),
      { tick: 'no-evidence', reason: 'not judged: b', rests: 1 },
    ],
    'is not connected where a finding was not made, and says what is needed': [
      checked({ ...both, without: 'connect Loki' }),
      { tick: 'not-connected', reason: 'connect Loki', rests: 0 },
    ],
    'is not connected where nobody named its system': [
      checkedWith([], both, finding('a', 'pass'), finding('b', 'unavailable')),
      { tick: 'not-connected', reason: 'subject b: is unavailable', rests: 2 },
    ],
    'is not connected where nobody named the source that it needs': [
      checked(
        { ...both, without: 'connect it', source: { system: 'metrics', id: 'loki' } },
        finding('a', 'no-data'),
        finding('b', 'no-data'),
      ),
      { tick: 'not-connected', reason: 'connect it', rests: 2 },
    ],
    'has no evidence where that source was named and says nothing': [
      checkedWith(
        ['loki'],
        { ...both, without: 'connect it', source: { system: 'metrics', id: 'loki' } },
        finding('a', 'no-data'),
      ),
      { tick: 'no-evidence', reason: 'subject a: is no-data', rests: 1 },
    ],
    'has no evidence where what is open is of another system than that source': [
      checked({ ...both, without: 'connect it', source: { system: 'traces', id: 'jaeger' } }, finding('a', 'no-data')),
      { tick: 'no-evidence', reason: 'subject a: is no-data', rests: 1 },
    ],
    'is crossed by what fails, connected or not': [
      checkedWith([], both, finding('a', 'fail'), finding('b', 'unavailable')),
      { tick: 'crossed', reason: 'subject a: failed', rests: 2 },
    ],
    'has no evidence in an old run, which did not write down its sources': [
      checkedWith(null, both, finding('a', 'pass'), finding('b', 'unavailable')),
      { tick: 'no-evidence', reason: 'subject b: is unavailable', rests: 2 },
    ],
    'has no evidence when it rests on nothing': [
      checked({ findings: [] }, finding('a', 'pass')),
      { tick: 'no-evidence', reason: 'not judged: ', rests: 0 },
    ],
    'that nothing here can decide has no evidence': [
      checked({ cannotTell: 'nobody asks Grafana' }, finding('a', 'pass')),
      { tick: 'no-evidence', reason: 'nobody asks Grafana', rests: 0 },
    ],
  };
  test.each(Object.entries(cases))('%s', (_, [seen, expected]) => {
    expect(seen).toEqual(expected);
  });

  test.each(STATUSES.filter((status) => status !== 'pass'))('is never ticked beside one that is %s', (status) => {
    expect(checked(both, finding('a', 'pass'), finding('b', status)).tick).not.toBe('ticked');
  });
});

describe("the guides' checklists", () => {
  const CHECKLIST = checklistOf(SYSTEMS);
  const systems = plannedSystems(SYSTEMS, 'documented', {
    ...{ loki: 'http://127.0.0.1:1', oauth: 'google', alerts: true, grafana: 'http://127.0.0.1:1' },
    ...{ prometheus: 'http://127.0.0.1:1', jaeger: 'http://127.0.0.1:1' },
  });
  const telemetry: TelemetryPlan = { systems, checklist: CHECKLIST, exclusive: true, untracedEvery: 2, gates: 'all' };
  const facts = factsOf([], {});
  const loki = { kind: 'logs', status: 'unavailable', source: 'loki', reason: 'refused', hint: 'start it' } as const;
  const verdict = judged({ ...facts, plan: { ...facts.plan, telemetry }, observations: [loki] });

  test('rest on findings that the judge makes', () => {
    const made = new Set(verdict.findings.map(({ id }) => id));
    const wanted = CHECKLIST.flatMap(({ ground }) => ('findings' in ground ? ground.findings : []));
    expect(wanted.filter((id) => !made.has(id))).toEqual([]);
    expect(wanted.length).toBeGreaterThan(30);
  });

  test('have sixteen items and five, each with its own id and line', () => {
    const lines = CHECKLIST.map(({ source: { document, line } }) => `${document}:${line}`);
    expect(new Set(lines).size).toBe(21);
    expect(new Set(CHECKLIST.map(({ id }) => id)).size).toBe(21);
    expect(lines.filter((line) => line.startsWith('observability'))).toHaveLength(16);
  });

  test('tick nothing without evidence', () => {
    expect(verdict.checklist).toHaveLength(21);
    expect(verdict.checklist.filter(({ tick }) => tick !== 'no-evidence')).toEqual([]);
    expect(verdict.comparison).toBeNull();
  });

  test("on a team's server that names nothing, each that is not about /metrics is not connected, and says by which option it is", () => {
    const named = plannedSystems(SYSTEMS, 'documented', {});
    const hint = 'give --log-file PATH';
    const unnamed = ['logs', 'traces'].map((kind) => ({ ...loki, kind, source: 'direct', reason: 'none', hint }));
    const plan = { ...facts.plan, telemetry: { ...telemetry, systems: named } };
    const { checklist } = judged({ ...facts, plan, observations: unnamed });
    const own = checklist.filter(({ tick }) => tick !== 'not-connected').map(({ id }) => id);
    expect(own).toEqual([
      'observability.metrics.format',
      'observability.metrics.business',
      'monitoring.verify.metrics-endpoint',
    ]);
    const silent = checklist.filter(({ id, reason }) => !own.includes(id) && !/--[a-z]/.test(reason));
    expect(silent).toEqual([]);
  });

  test('are not there when the run does not look at telemetry', () => {
    expect(judged(facts).checklist).toEqual([]);
  });
});
