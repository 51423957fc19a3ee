/**
 * The alerts of `slo rules`, held against promtool, which runs them on made-up samples, and against sloth, which makes alerts of the same
 * objective.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  BURNS,
  type Burn,
  burnRate,
  detectionSec,
  thresholdOf,
  USUAL_PERIOD,
  WINDOW_SEC,
} from '../../lib/slo/model/burn.ts';
import { promtoolPath } from '../backends/launch.ts';
import { slothPath } from '../backends/sloth.ts';
import { runHere } from '../cli/support/here.ts';
import { healthSlo } from '../support/health-slo.ts';
import { requestSeries, type Story, upSlo } from '../support/slo-series.ts';

const TARGET = 0.999;
const BUDGET = 0.001;
/** A window of an hour has 360 samples, and longer ones as many. */
const STEPS = 360;

const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-burn-'));
afterAll(() => rmSync(folder, { recursive: true }));
const promtool = async (...args: string[]): Promise<string> =>
  (await execa(await promtoolPath(), args, { cwd: folder, all: true, reject: false })).all;

beforeAll(async () => {
  const second = {
    ...healthSlo('second', 1000, TARGET),
    metadata: { name: 'second', displayName: 'a {{ $b }}\nc: #' },
  };
  writeFileSync(join(folder, 'slo.yaml'), JSON.stringify([upSlo(TARGET), second]));
  const { exitCode, stderr } = await runHere([
    'slo',
    'rules',
    join(folder, 'slo.yaml'),
    '--out',
    join(folder, 'slo.yml'),
  ]);
  expect(exitCode, stderr).toBe(0);
});

test('promtool accepts them', async () => {
  expect(await promtool('check', 'rules', 'slo.yml')).toMatch(/SUCCESS: 22 rules found/);
});

interface Check {
  readonly step: number;
  readonly expr: string;
  readonly value: number;
}

interface Case {
  readonly name: string;
  readonly story: Story;
  readonly checks: readonly Check[];
}

/**
 * What promtool says of some alerts on such samples. It takes groups in an order of chance where none is given: alerts before the shares
 * that they read see those of the last step, which are too old where a step is longer than 5 min. Its start reads all rules, so it gets
 * all cases of one step together.
 */
async function asked(stepSec: number, cases: readonly Case[], files = ['slo.yml']): Promise<string> {
  const unit = {
    rule_files: files,
    group_eval_order: files.flatMap((file) => groupsOf(file).map(({ name }) => name)),
    evaluation_interval: `${stepSec}s`,
    tests: cases.map(({ name, story, checks }) => ({
      name,
      interval: `${stepSec}s`,
      input_series: requestSeries(story),
      promql_expr_test: checks.map(({ step, expr, value }) => ({
        expr,
        eval_time: `${step * stepSec}s`,
        exp_samples: [{ labels: '{}', value }],
      })),
    })),
  };
  writeFileSync(join(folder, 'test.yml'), JSON.stringify(unit));
  return promtool('test', 'rules', 'test.yml');
}

interface Group {
  readonly name: string;
  readonly rules: readonly SlothRule[];
}

const groupsOf = (file: string): readonly Group[] =>
  (parse(readFileSync(join(folder, file), 'utf8')) as { readonly groups: readonly Group[] }).groups;

const AGREES = /^\s*SUCCESS\s*$/m;

const firing = (matchers: string): string => `count(ALERTS{alertstate="firing",${matchers}}) > bool 0 or vector(0)`;

/** One objective counts statuses, the other one a bucket of 1 s, as a Prometheus of today writes its limit. */
const ofWindow = (slo: string, { long }: Burn): string => firing(`slo="${slo}",window="${long}"`);

const SLOS = ['up.1', 'second.1'];

/** The story of a server that fails by twice the threshold for a while. */
function firesWhenTheorySays(burn: Burn, stepSec: number): Case {
  const threshold = thresholdOf(burnRate(burn, USUAL_PERIOD), BUDGET);
  const badShare = 2 * threshold;
  const story = { healthySteps: STEPS, burnSteps: 200, healedSteps: 100, badShare };
  const fires = STEPS + detectionSec(burn, threshold, badShare) / stepSec;
  // Half of the short window is bad then, by twice the threshold.
  const ends = STEPS + 200 + WINDOW_SEC[burn.short] / stepSec / 2;
  const checks = SLOS.flatMap((slo) => {
    const at = (step: number, value: number): Check => ({ step, expr: ofWindow(slo, burn), value });
    return [at(STEPS, 0), at(fires - 3, 0), at(fires + 3, 1), at(ends - 3, 1), at(ends + 3, 0)];
  });
  return { name: 'twice the threshold', story, checks };
}

function besideTheBurnRate(burn: Burn, factor: number, value: number): Case {
  const badShare = thresholdOf(factor * burnRate(burn, USUAL_PERIOD), BUDGET);
  const story = { healthySteps: 1, burnSteps: STEPS + 20, healedSteps: 0, badShare };
  const checks = SLOS.map((slo) => ({ step: STEPS + 10, expr: ofWindow(slo, burn), value }));
  return { name: `${factor} × the burn rate`, story, checks };
}

describe('promtool', () => {
  test.each(BURNS.map((burn) => [burn.long, burn] as const))(
    'of %s: both objectives fire and end when theory says, are silent just below the burn rate, and fire just above',
    async (_, burn) => {
      const stepSec = WINDOW_SEC[burn.long] / STEPS;
      const cases = [
        firesWhenTheorySays(burn, stepSec),
        besideTheBurnRate(burn, 0.98, 0),
        besideTheBurnRate(burn, 1.02, 1),
      ];
      expect(await asked(stepSec, cases)).toMatch(AGREES);
    },
  );

  test('without requests nothing fires', async () => {
    const checks = BURNS.flatMap((burn) => SLOS.map((slo) => ({ step: STEPS, expr: ofWindow(slo, burn), value: 0 })));
    const story = { healthySteps: 0, burnSteps: 0, healedSteps: 0, badShare: 0 };
    expect(await asked(10, [{ name: 'no requests', story, checks }])).toMatch(AGREES);
  });
});

interface SlothRule {
  readonly alert?: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

describe('sloth', () => {
  const selected = 'method="GET",endpoint="/api/health"';
  let alerts: readonly SlothRule[];
  beforeAll(async () => {
    const requests = (more: string): string => `sum(rate(aragora_requests_total{${selected}${more}}[{{.window}}]))`;
    const spec = {
      version: 'prometheus/v1',
      service: 'aragora',
      slos: [
        {
          name: 'up',
          objective: 100 * TARGET,
          sli: { events: { error_query: requests(',status=~"5.."'), total_query: requests('') } },
          alerting: {
            name: 'SlothBurn',
            page_alert: { labels: { by: 'sloth', kind: 'critical' } },
            ticket_alert: { labels: { by: 'sloth', kind: 'warning' } },
          },
        },
      ],
    };
    // sloth looks for the version at the start of a line.
    writeFileSync(join(folder, 'sloth-spec.yml'), stringify(spec));
    const sloth = await slothPath({ onProgress: (line) => console.log(line) });
    await execa(sloth, ['generate', '-i', 'sloth-spec.yml', '-o', 'sloth.yml'], { cwd: folder });
    alerts = groupsOf('sloth.yml')
      .flatMap(({ rules }) => rules)
      .filter(({ alert }) => alert !== undefined);
  }, 1_800_000);

  test('has the same windows and burn rates', () => {
    const conditions = alerts.flatMap(({ expr, labels }) =>
      [...expr.matchAll(/ratio_rate(\w+)\{[^}]*\} > \(([\d.]+) \* ([\d.]+)\)/g)].map(
        ([, window, rate, budget]) =>
          `${labels['kind']} ${window} ${Number(rate)} × ${Number(Number(budget).toPrecision(9))}`,
      ),
    );
    const ours = BURNS.flatMap((burn) =>
      [burn.short, burn.long].map((window) => {
        const kind = burn.severity === 'page' ? 'critical' : 'warning';
        return `${kind} ${window} ${burnRate(burn, USUAL_PERIOD)} × ${BUDGET}`;
      }),
    );
    expect(conditions.sort()).toEqual(ours.sort());
  });

  test.each([
    // With 15 times, a share is exactly on the page of six hours, and rounding decides.
    [10, { 'a little above the page of an hour': 15.3 * BUDGET, 'all requests': 1 }],
    [60, { 'a little above the page of six hours': 6.2 * BUDGET, 'a little below it': 5.8 * BUDGET }],
    [240, { 'a little above the ticket of a day': 3.1 * BUDGET }],
    [720, { 'a little above the ticket of three days': 1.1 * BUDGET, 'a little below every alert': 0.9 * BUDGET }],
  ])('fires for the same samples at the same times: a step of %i s', async (stepSec, badShares) => {
    const steps = Array.from({ length: 90 }, (_, at) => 10 * at);
    const checks = ['critical', 'warning'].flatMap((kind) =>
      steps.map((step) => ({
        step,
        expr: `(${firing(`slo="up.1",severity="${kind}"`)}) == bool (${firing(`by="sloth",kind="${kind}"`)})`,
        value: 1,
      })),
    );
    const cases = Object.entries(badShares).map(([name, badShare]) => {
      return { name, story: { healthySteps: STEPS, burnSteps: 400, healedSteps: 140, badShare }, checks };
    });
    expect(await asked(stepSec, cases, ['slo.yml', 'sloth.yml'])).toMatch(AGREES);
  });
});
