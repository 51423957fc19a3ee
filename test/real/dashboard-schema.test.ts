/** What `dashboards` says of a dashboard's form, held against the schema that Grafana publishes (grafana-foundation-sdk, read strictly). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { unplaced } from '../../lib/core/placed.ts';
import { readDashboard } from '../../lib/rules/dashboard.ts';
import { ownProblems } from '../../lib/rules/judge-dashboards.ts';
import { isRefused } from '../../lib/rules/rule-file.ts';
import { DASHBOARD_CHANGES } from '../../lib/stack/documented/dashboard-changes.ts';
import { documentedDashboards } from '../../lib/stack/documented/dashboards.ts';
import { temporaryFolder } from '../../lib/stack/process.ts';
import { dashboardSchemaPath } from '../backends/dashboard-schema.ts';
import { guideFile } from '../support/rules.ts';

let program: string;
let folder: string;
beforeAll(async () => {
  program = await dashboardSchemaPath({ onProgress: (line) => console.log(line) });
  folder = await temporaryFolder('schema');
}, 600_000);

interface Said {
  readonly problem: string;
  readonly unknown: readonly string[];
}

async function schemaSays(dashboard: unknown): Promise<Said> {
  const path = join(folder, 'dashboard.json');
  writeFileSync(path, JSON.stringify(dashboard));
  return JSON.parse((await execa(program, [path])).stdout) as Said;
}

/** Whether we say that something is wrong with its form. */
function isWrong(dashboard: unknown): boolean {
  const read = readDashboard('d.json', [unplaced(dashboard)]);
  return isRefused(read) || ownProblems(read).some(({ effect }) => effect === 'wrong');
}

test('the documented dashboards have the form of the schema', async () => {
  for (const dashboard of documentedDashboards()) {
    expect(await schemaSays(dashboard)).toEqual({ problem: '', unknown: [] });
    expect(isWrong(dashboard)).toBe(false);
  }
});

test("the guide's own dashboard lacks three fields, and has a panel of a type that is gone", async () => {
  const { dashboard } = JSON.parse(guideFile('overview-dashboard.json')) as { dashboard: unknown };
  const { problem, unknown } = await schemaSays(dashboard);
  const missing = ['schemaVersion', 'templating', 'annotations'];
  const quoted = DASHBOARD_CHANGES.flatMap(({ says }) => says ?? []);
  expect(problem.split('\n')).toEqual(missing.map((name) => `${name}: required field is missing from input`));
  expect(unknown).toEqual(['graph']);
  const read = readDashboard('d.json', [unplaced(dashboard)]);
  if (isRefused(read)) throw new Error(read.reason);
  expect(read.missing).toEqual(missing);
  expect(ownProblems(read).filter(({ effect }) => effect === 'wrong')).toHaveLength(1);
  const whole = await schemaSays(JSON.parse(guideFile('overview-dashboard.json')));
  expect(new Set(whole.problem.split('\n'))).toEqual(new Set(quoted));
});

interface Board {
  [field: string]: unknown;
  panels: { [field: string]: unknown; targets: { expr: unknown }[] }[];
  templating: { list: { [field: string]: unknown }[] };
}

const WRONG: readonly (readonly [string, (board: Board) => void])[] = [
  ['a title that is a number', (board) => Object.assign(board, { title: 7 })],
  ['a uid that is a number', (board) => Object.assign(board, { uid: 7 })],
  ['a version of the schema that is text', (board) => Object.assign(board, { schemaVersion: '41' })],
  ['panels that are an object', (board) => Object.assign(board, { panels: {} })],
  ['templating that is a list', (board) => Object.assign(board, { templating: [] })],
  ['annotations that are a list', (board) => Object.assign(board, { annotations: [] })],
  ['tags that are text', (board) => Object.assign(board, { tags: 'a' })],
  ['a panel without a type', (board) => delete board.panels[0]?.['type']],
  ['a type that is a number', (board) => Object.assign(board.panels[0] ?? {}, { type: 4 })],
  ['a panel whose title is a number', (board) => Object.assign(board.panels[0] ?? {}, { title: 4 })],
  ['queries that are an object', (board) => Object.assign(board.panels[0] ?? {}, { targets: {} })],
  ['a query that is a number', (board) => Object.assign(board.panels[0]?.targets[0] ?? {}, { expr: 4 })],
  ['a variable without a name', (board) => delete board.templating.list[0]?.['name']],
  ['a variable without a type', (board) => delete board.templating.list[0]?.['type']],
  ['a panel of a type that is gone', (board) => Object.assign(board.panels[0] ?? {}, { type: 'graph' })],
];

test.each(WRONG)('%s is wrong for both', async (_, change) => {
  const [first] = documentedDashboards();
  const board = structuredClone(first) as Board;
  change(board);
  const { problem, unknown } = await schemaSays(board);
  expect(problem + unknown.join()).not.toBe('');
  expect(isWrong(board)).toBe(true);
});
