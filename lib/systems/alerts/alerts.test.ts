import { describe, expect, test } from 'vitest';
import { ERRORS, GOOD, goodDrill, LATENCY, SILENT, UNNOTIFIED } from '../../../test/support/drilled.ts';
import { judgeObserved } from '../../../test/support/judge-system.ts';
import { checklistOf } from '../../../thresholds/checklist.ts';
import type { Finding } from '../../core/finding.ts';
import type { Observation } from '../../core/observation.ts';
import { judgeChecklist } from '../../judge/checklist.ts';
import type { ObserveContext } from '../../observe/observer.ts';
import { plannedSystems } from '../plan.ts';
import type { Entry } from './model/timeline.ts';
import type { AlertsObserved } from './observation.ts';
import { observeAlerts } from './observe/observer.ts';
import { DOCUMENTED_ALERTS } from './promises.ts';
import { ALERTS } from './system.ts';

function seen(timeline: readonly Entry[]): AlertsObserved {
  return { kind: 'alerts', status: 'collected', source: 'drill', from: 'a drill', timeline };
}

function judged(observations: readonly AlertsObserved[], rules = [ERRORS]): Finding[] {
  return judgeObserved(ALERTS, observations as readonly Observation[], { promises: { rules }, sources: ['drill'] });
}

const statuses = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.filter(({ gating }) => gating).map(({ id, status }) => [id.split('.')[2], status]));

describe('the alerts of a run', () => {
  test('pass as the drill itself says', () => {
    expect(
      new Set(
        judged([seen(GOOD)])
          .filter(({ gating }) => gating)
          .map(({ status }) => status),
      ),
    ).toEqual(new Set(['pass']));
  });

  test('fail as the drill itself says, and what follows names its reason', () => {
    const findings = judged([seen(SILENT)]);
    expect(statuses(findings)).toMatchObject({
      loaded: 'pass',
      fires: 'fail',
      'in-time': 'no-data',
      routed: 'no-data',
    });
    expect(findings.find(({ id }) => id.endsWith('in-time'))?.because).toBe('alerts.HighErrorRate.fires');
    expect(statuses(judged([seen(UNNOTIFIED)]))).toMatchObject({ fires: 'pass', delivered: 'fail' });
  });

  test('are not drilled where the drill did not get so far', () => {
    const findings = judged([seen(GOOD)], [LATENCY]);
    expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(['no-data']));
  });

  test('have no data without a drill', () => {
    expect(new Set(judged([]).map(({ status }) => status))).toEqual(new Set(['no-data']));
  });

  test('are all of the documents', () => {
    const checks = ALERTS.checks({ promises: ALERTS.promises('documented'), sources: ['drill'], exclusive: true });
    expect(checks.filter(({ gating }) => gating)).toHaveLength(9 * DOCUMENTED_ALERTS.length);
  });

  test('for which the guide has no rule are listed, and gate nothing', () => {
    const unruled = judged([seen(GOOD)]).filter(({ gating }) => !gating);
    expect(unruled.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'alerts.DeadLetters.loaded no-data',
      'alerts.PendingAge.loaded no-data',
      'alerts.Rejections.loaded no-data',
    ]);
    expect(unruled[0]?.summary).toContain('redis.dead-letters');
  });

  test('are looked at only if the run asks for it', () => {
    expect(plannedSystems([ALERTS], 'documented', undefined)).toEqual({});
    expect(plannedSystems([ALERTS], 'documented', undefined, { asked: { alerts: false } })).toEqual({});
    expect(plannedSystems([ALERTS], 'documented', undefined, { asked: { alerts: true } })).toMatchObject({
      alerts: { sources: ['drill'] },
    });
  });
});

describe('their items of the checklist', () => {
  const ITEMS = checklistOf([ALERTS]).filter(({ id }) => id.startsWith('observability.alerting.'));

  /** With the times of the drill that went right. */
  const RULES = DOCUMENTED_ALERTS.map((rule) => ({ ...rule, forSec: ERRORS.forSec, windowSec: ERRORS.windowSec }));

  function ticks(timelines: readonly (readonly Entry[])[]): string[] {
    const findings = judged([seen(timelines.flat())], RULES);
    return judgeChecklist({ checklist: ITEMS, systems: {} }, findings).map(({ tick }) => tick);
  }
  const all = RULES.map(goodDrill);

  test('are ticked by a drill in which all went right', () => {
    expect(ticks(all)).toEqual(['ticked', 'ticked', 'ticked', 'ticked']);
  });

  test('are crossed where an alert is silent, or nobody is notified', () => {
    const others = all.filter((_, at) => RULES[at]?.name !== ERRORS.name);
    expect(ticks([...others, SILENT])).toEqual(['ticked', 'crossed', 'no-evidence', 'ticked']);
    expect(ticks([...others, UNNOTIFIED])).toEqual(['ticked', 'ticked', 'crossed', 'ticked']);
  });

  test('have no evidence without one', () => {
    expect(ticks([])).not.toContain('ticked');
  });
});

describe('its observer', () => {
  type Context = Partial<Pick<ObserveContext, 'embedded' | 'options' | 'signal'>>;

  async function observed(context: Context, timeline: readonly Entry[], complaint = ''): Promise<readonly unknown[]> {
    const whole = { options: { alerts: true }, embedded: true, signal: new AbortController().signal, ...context };
    const observer = observeAlerts(whole as unknown as ObserveContext, async () => ({ timeline, complaint }));
    const measured = {} as Parameters<NonNullable<typeof observer.after>>[0];
    return [...(await observer.collect(measured)), ...((await observer.after?.(measured)) ?? [])];
  }

  test('keeps all that a drill saw', async () => {
    expect(await observed({}, GOOD)).toMatchObject([{ kind: 'alerts', status: 'collected', timeline: GOOD }]);
  });

  test('keeps what a drill saw before an interruption, and says nothing of one that saw nothing', async () => {
    const signal = AbortSignal.abort('SIGINT');
    expect(await observed({ signal }, GOOD)).toMatchObject([{ status: 'collected', timeline: GOOD }]);
    await expect(observed({ signal }, [])).rejects.toBe('SIGINT');
  });

  test('says why a drill did not begin', async () => {
    const reason = 'the drill did not begin: go failed';
    expect(await observed({}, [], 'go failed')).toMatchObject([{ status: 'unavailable', reason }]);
  });

  test('drills nothing for a server of somebody else, and nothing that nobody asked for', async () => {
    expect(await observed({ embedded: false }, GOOD)).toMatchObject([{ status: 'unavailable' }]);
    expect(await observed({ options: {} }, GOOD)).toEqual([]);
  });
});
