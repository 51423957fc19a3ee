/**
 * A second witness for what a drill expects of time: `promtool test rules`, which runs the documented rules on made-up samples, without any
 * clock. Each alert is silent in a healthy server, and fires within the bound that its finding `in-time` has. Rules that are broken by name
 * don't.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { type DrillBreak, drillBreakNamed } from '../../lib/drill/breaks.ts';
import { documented } from '../../lib/drill/documented.ts';
import { DOCUMENTED_PLACES } from '../../lib/stack/documented/changes.ts';
import { controlSec, firingBound } from '../../lib/systems/alerts/model/bounds.ts';
import type { DrilledRule } from '../../lib/systems/alerts/model/timeline.ts';
import { promtoolPath } from '../backends/launch.ts';

const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-bounds-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { rules, intervals } = documented();
const STEP_SEC = intervals.scrapeSec;
/** After the server has been healthy for so long. */
const FAULT_SEC = Math.ceil(controlSec(rules, intervals) / STEP_SEC) * STEP_SEC;

/** What a series grows by in a healthy step, and in one with the fault. A gauge has no `from`: these are its values. */
interface Grows {
  readonly series: string;
  readonly healthy: number;
  readonly faulty: number;
}

const bucket = (le: string, healthy: number, faulty: number): Grows => ({
  series: `aragora_request_duration_seconds_bucket{le="${le}"}`,
  healthy,
  faulty,
});

/** As the drill's faults do it. */
const FAULTY: Readonly<Record<string, readonly Grows[]>> = {
  AragoraDown: [{ series: 'up{job="aragora"}', healthy: 1, faulty: 0 }],
  HighErrorRate: [
    { series: 'aragora_requests_total{status="200"}', healthy: 300, faulty: 270 },
    { series: 'aragora_requests_total{status="500"}', healthy: 0, faulty: 30 },
  ],
  HighLatency: [bucket('0.5', 300, 270), bucket('1', 300, 270), bucket('2.5', 300, 300), bucket('+Inf', 300, 300)],
  DebateTimeouts: [{ series: 'aragora_debate_timeouts_total', healthy: 0, faulty: 3 }],
  LowConsensusRate: [
    { series: 'aragora_debates_completed_total', healthy: 3, faulty: 3 },
    { series: 'aragora_consensus_reached_total', healthy: 3, faulty: 0 },
  ],
  AgentTimeout: [{ series: 'aragora_agent_calls_total{status="timeout"}', healthy: 0, faulty: 3 }],
};

function values({ series, healthy, faulty }: Grows, steps: number): string {
  let sum = 0;
  const all = Array.from({ length: Math.ceil(steps) }, (_, step) => {
    const now = step * STEP_SEC <= FAULT_SEC ? healthy : faulty;
    sum += now;
    return series.startsWith('up{') ? now : sum;
  });
  return all.join(' ');
}

/** How long after the last healthy scrape, and whether the alert fires then. */
type Expected = readonly (readonly [afterSec: number, fires: boolean])[];

/** What promtool says of it. */
async function asked({ name }: DrilledRule, expected: Expected, breaks: readonly DrillBreak[] = []): Promise<string> {
  const { 'alert-rules.yml': first, 'monitoring-alert-rules.yml': second } =
    documented(breaks).texts(DOCUMENTED_PLACES);
  const dir = mkdtempSync(join(folder, 'rules-'));
  writeFileSync(join(dir, 'first.yml'), first);
  writeFileSync(join(dir, 'second.yml'), second);
  const steps = (FAULT_SEC + Math.max(...expected.map(([afterSec]) => afterSec))) / STEP_SEC + 2;
  const unit = {
    rule_files: ['first.yml', 'second.yml'],
    evaluation_interval: `${intervals.evaluationSec}s`,
    tests: [
      {
        interval: `${STEP_SEC}s`,
        input_series: (FAULTY[name] ?? []).map((grows) => ({ series: grows.series, values: values(grows, steps) })),
        promql_expr_test: expected.map(([afterSec, fires]) => ({
          expr: `count(ALERTS{alertname="${name}", alertstate="firing"}) > bool 0 or vector(0)`,
          eval_time: `${FAULT_SEC + afterSec}s`,
          exp_samples: [{ labels: '{}', value: fires ? 1 : 0 }],
        })),
      },
    ],
  };
  writeFileSync(join(dir, 'test.yml'), JSON.stringify(unit));
  const options = { cwd: dir, all: true, reject: false } as const;
  return (await execa(await promtoolPath(), ['test', 'rules', 'test.yml'], options)).all;
}

const AGREES = /^\s*SUCCESS\s*$/m;

/** The longest gaps are those of the configuration. */
const boundSec = (rule: DrilledRule): number =>
  firingBound(rule, intervals, { scrapeSec: intervals.scrapeSec, evaluationSec: intervals.evaluationSec }).sec;

function ruleNamed(name: string): DrilledRule {
  const rule = rules.find((one) => one.name === name);
  if (rule === undefined) throw new Error(name);
  return rule;
}

describe('promtool', () => {
  test.each(rules.map((rule) => [rule.name, rule] as const))(
    '%s is silent, waits, and fires in time',
    async (_, rule) => {
      const expected = [
        [0, false],
        [rule.forSec, false],
        [boundSec(rule), true],
      ] as const;
      expect(await asked(rule, expected)).toMatch(AGREES);
    },
  );

  test.each<[string, string, (boundSec: number) => Expected]>([
    [
      'that looks at the past is late',
      'alerts.in-time.late',
      (bound) => [
        [bound, false],
        [bound + 600, true],
      ],
    ],
    ['whose limit is too high never fires', 'alerts.fires.limit', (bound) => [[3 * bound, false]]],
    ['that fires for a healthy server does so', 'alerts.silent-when-healthy.always', () => [[0, true]]],
  ])('a rule %s', async (_, name, expected) => {
    const broken = drillBreakNamed(name);
    const rule = ruleNamed(broken.rule);
    expect(await asked(rule, expected(boundSec(rule)), [broken])).toMatch(AGREES);
  });
});
