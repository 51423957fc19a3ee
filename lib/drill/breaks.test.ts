import { expect, test } from 'vitest';
import { ASPECTS } from '../systems/alerts/model/findings.ts';
import { DRILL_BREAKS, drillBreakNamed } from './breaks.ts';
import { documented } from './documented.ts';

const PLACES = { slackUrl: 's', pagerdutyUrl: 'p', routingKey: 'r', alertmanager: 'a:1', target: 't:2' };

test.each(DRILL_BREAKS.map((one) => [one.name, one] as const))(
  '%s changes its file, and not what is wanted',
  (name, one) => {
    const [right, broken] = [documented(), documented([one])];
    const file = one.document;
    expect(broken.texts(PLACES)[file]).not.toBe(right.texts(PLACES)[file]);
    expect(broken.rules).toEqual(right.rules);
    expect(broken.channels).toEqual(right.channels);
    expect(right.rules.map((rule) => rule.name)).toContain(one.rule);
    const [, aspect] = name.split('.');
    expect(one.finding).toBe(`alerts.${one.rule}.${aspect}`);
  },
);

test('each kind of finding is broken', () => {
  const broken = new Set(DRILL_BREAKS.map(({ finding }) => finding.split('.')[2]));
  expect([...broken].sort()).toEqual([...ASPECTS].sort());
});

test('an unknown one is refused, with the nearest', () => {
  expect(() => drillBreakNamed('alerts.routed.chanel')).toThrow('no break of a drill is called "alerts.routed.chanel"');
  expect(drillBreakNamed('alerts.routed.channel').rule).toBe('HighLatency');
});
