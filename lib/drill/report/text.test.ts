import { expect, test } from 'vitest';
import { ERRORS, goodDrill, LATENCY, until, waited } from '../../../test/support/drilled.ts';
import { judgeDrill, outcomeOf } from '../../systems/alerts/model/judge.ts';
import { storiesOf } from '../../systems/alerts/model/story.ts';
import type { DrilledRule, Entry } from '../../systems/alerts/model/timeline.ts';
import { drillText } from './text.ts';

function text(timeline: readonly Entry[], rules: readonly DrilledRule[], width = 200): string {
  const findings = judgeDrill(timeline, rules);
  const outcome = outcomeOf(findings, timeline);
  const stories = storiesOf(timeline, rules);
  const report = { outcome, findings, stories, tookSec: 62, dir: 'runs/drill' };
  return drillText(report, { paint: (_, said) => said, width });
}

test('one line says what happened to an alert', () => {
  expect(text(goodDrill(ERRORS), [ERRORS])).toBe(
    [
      'CONFORMS  9 of 9 findings passed in 62 s',
      '',
      'FIRED  HighErrorRate  5 % of the answers are 500 → pending 72 s → firing 303 s → PagerDuty, critical 33 s → resolved 301 s (clock ×60)',
      '',
      'everything that was seen is in runs/drill',
    ].join('\n'),
  );
});

test('what did not pass stands below, without what follows from it', () => {
  const said = text(until(goodDrill(LATENCY), 600), [LATENCY]);
  expect(said).toContain('OPEN   HighLatency  5 % of the answers are 500 → pending 72 s (clock ×60)');
  expect(said).toContain('alerts.HighLatency.fires  the drill ended before it could fire');
  expect(said).not.toContain('alerts.HighLatency.routed');
});

test('an alert that did not come is silent', () => {
  const waitedFor = [...until(goodDrill(ERRORS), 600), waited(2000, ERRORS, 'firing', false)];
  expect(text(waitedFor, [ERRORS])).toContain('SILENT HighErrorRate  5 % of the answers are 500 → pending 72 s');
});

test('it fits a narrow terminal', () => {
  for (const line of text(goodDrill(ERRORS), [ERRORS], 40).split('\n')) expect(line.length).toBeLessThanOrEqual(40);
});
