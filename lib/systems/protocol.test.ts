/** What is true of every check of every system, whatever it checks. */
import { describe, expect, test } from 'vitest';
import { judgeObserved } from '../../test/support/judge-system.ts';
import { factsOf, judged } from '../../test/support/judged.ts';
import { checklistOf } from '../../thresholds/checklist.ts';
import type { Finding } from '../core/finding.ts';
import type { Observation } from '../core/observation.ts';
import type { JudgeInput } from '../core/run.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import { judgeChecklist } from '../judge/checklist.ts';
import { fact } from './finding.ts';
import { addSystem, SYSTEMS } from './index.ts';
import { everyCheck, plannedSystems } from './plan.ts';
import { checkOf, type System } from './system.ts';

const unavailable = (kind: string, source: string): Observation => ({
  ...{ kind, source, status: 'unavailable' },
  ...{ reason: 'it answers 404', hint: 'look for it' },
});

function planned(given: Readonly<Record<string, unknown>> | undefined, gates: TelemetryPlan['gates'] = 'all') {
  const systems = plannedSystems(SYSTEMS, 'documented', given);
  return { systems, checklist: checklistOf(SYSTEMS), exclusive: true, untracedEvery: 2, gates };
}

function findingsOf(telemetry: TelemetryPlan, observations: readonly Observation[]): readonly Finding[] {
  const facts: JudgeInput = factsOf([], {}, { plan: { telemetry }, observations });
  return judged(facts).findings.filter(({ system }) => system !== 'load');
}

const idsOf = (findings: readonly { readonly id: string }[]): string[] => findings.map(({ id }) => id);

describe.each(SYSTEMS.map((system) => [system.id, system] as const))('the system %s', (id, system) => {
  const sources = system.sources.map((source) => source.id);

  test('has checks that know which system they are of, and need its evidence first', () => {
    for (const check of everyCheck([system], 'documented'))
      expect(check).toMatchObject({ system: id, needs: expect.arrayContaining([id]) });
  });

  test.each([
    ['nothing was observed', []],
    ['it could not be had', sources.map((source) => unavailable(id, source))],
  ])('makes the same findings when %s, and none passes', (_, observations) => {
    const findings = judgeObserved(system, observations, { sources });
    expect(idsOf(findings)).toEqual(idsOf(everyCheck([system], 'documented')));
    expect(findings.filter(({ status }) => status === 'pass' || status === 'fail')).toEqual([]);
    expect(findings.filter(({ summary }) => summary === '')).toEqual([]);
  });
});

test('no two checks have the same id', () => {
  const ids = idsOf(everyCheck(SYSTEMS, 'documented'));
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test('the checks of a backend are made where the run asked it, whatever it answered', () => {
  const telemetry = planned({ loki: 'http://127.0.0.1:1', otlpPort: 1 });
  const ofLoki = (findings: readonly Finding[]) => idsOf(findings).filter((id) => id.startsWith('logs.loki.'));
  const ids = ['logs.loki.ingested', 'logs.loki.level', 'logs.loki.trace-ids'];
  expect(ofLoki(findingsOf(telemetry, []))).toEqual(ids);
  expect(ofLoki(findingsOf(telemetry, [unavailable('logs', 'loki')]))).toEqual(ids);
  expect(ofLoki(findingsOf(planned({ otlpPort: 1 }), []))).toEqual([]);
});

describe('gating', () => {
  const gatingOf = (telemetry: TelemetryPlan, id: string) =>
    findingsOf(telemetry, []).find((finding) => finding.id === id)?.gating;

  test('is not for what needs a system that nobody said where it is', () => {
    const telemetry = planned({ logFile: 'server.log' });
    expect(gatingOf(telemetry, 'logs.json')).toBe(true);
    expect(gatingOf(telemetry, 'traces.propagation')).toBe(false);
    expect(gatingOf(telemetry, 'logs.traces-exist')).toBe(false);
  });

  test('is for what the profile names', () => {
    const telemetry = planned(undefined, ['metrics.', 'logs.json']);
    expect(gatingOf(telemetry, 'metrics.restarts')).toBe(true);
    expect(gatingOf(telemetry, 'logs.json')).toBe(true);
    expect(gatingOf(telemetry, 'logs.levels')).toBe(false);
  });
});

describe('a system that a program adds', () => {
  const info = {
    ...{ id: 'storage.persists', subject: 'debates are kept', proves: 'Every debate is still there after a restart.' },
    ...{ system: 'storage', source: { document: 'our-guide.md', section: 'Storage' }, gating: true },
    ...{ needs: ['storage'], page: 'https://example.com/storage' },
  };
  const STORAGE: System<{ readonly keys: number }> = {
    ...{ id: 'storage', title: 'Storage', page: info.page, options: [] },
    sources: [{ id: 'direct', title: 'Storage', options: [] }],
    unobserved: { status: 'no-data', summary: 'nobody asked it' },
    promises: () => ({ keys: 5 }),
    checks: ({ promises }) => [
      checkOf(info, (check, { observations }: JudgeInput) => {
        const { keys } = observations.find(({ kind }) => kind === 'storage') as unknown as { keys: number };
        return fact(check, keys === promises.keys, { summary: `${keys} keys` });
      }),
    ],
    checklist: { 'observability.alerting.fire': { findings: [info.id] } },
    notes: () => ({ note: 'as of the last scrape' }),
  };
  const UNOBSERVED = { observe: async () => ({ collect: async () => [] }), breaks: [] };
  const seen = (keys: number) => ({ kind: 'storage', status: 'collected', source: 'direct', keys }) as const;

  test('is planned, judged and shown, decides its item of a checklist, and is gone when it is taken away', () => {
    const remove = addSystem({ ...STORAGE, ...UNOBSERVED });
    const telemetry = JSON.parse(JSON.stringify(planned({}))) as TelemetryPlan;
    const verdictOf = (...observations: Observation[]) =>
      judged(factsOf([], {}, { plan: { telemetry }, observations }));
    const statusOf = (...observations: Observation[]) =>
      verdictOf(...observations).findings.find(({ system }) => system === 'storage')?.status;
    expect([statusOf(seen(5)), statusOf(seen(4)), statusOf()]).toEqual(['pass', 'fail', 'no-data']);
    const { systems, findings } = verdictOf(seen(5));
    expect(systems.at(-1)).toEqual({ id: 'storage', title: 'Storage', page: info.page, note: 'as of the last scrape' });
    const checklist = judgeChecklist({ ...telemetry, checklist: checklistOf([STORAGE]) }, findings);
    expect(checklist.find(({ id }) => id === 'observability.alerting.fire')?.tick).toBe('ticked');
    remove();
    expect(verdictOf(seen(5)).findings.at(-1)).toMatchObject({
      id: 'storage.known',
      status: 'unavailable',
      gating: true,
    });
  });

  test('is not looked at where it wants to be named and is not', () => {
    const sources = [{ id: 'direct', title: 'Storage', options: ['storage'] }];
    const named: System = { ...STORAGE, onlyIfNamed: true, sources };
    const looked = [undefined, {}, { storage: 'http://127.0.0.1:1' }].map((given) =>
      plannedSystems([named], 'documented', given),
    );
    expect(looked).toEqual([{}, {}, { storage: { promises: { keys: 5 }, sources: ['direct'] } }]);
  });

  test('has an id of its own', () => {
    for (const id of ['metrics', 'load', 'objectives'])
      expect(() => addSystem({ ...STORAGE, ...UNOBSERVED, id })).toThrow(/two systems/);
  });
});
