/** The command `dashboards` with the dashboards of a Grafana: what it prints, and its exit codes. No load is started. */
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { documentedDashboards } from '../../lib/stack/documented/dashboards.ts';
import { startGrafanaStandIn } from '../../lib/stack/grafana/stand-in.ts';
import { scriptedPrometheus } from '../support/scripted-prometheus.ts';
import { cleanUp, file, tempDir } from './support/cli.ts';
import { runHere } from './support/here.ts';

afterAll(cleanUp);

async function started(dashboards: readonly unknown[], prometheusUrl = 'http://127.0.0.1:1', token?: string) {
  const grafana = await startGrafanaStandIn({ prometheusUrl, dashboards, ...(token === undefined ? {} : { token }) });
  onTestFinished(async () => {
    await grafana.close();
    expect(grafana.unexpected).toEqual([]);
  });
  return grafana;
}

const board = (uid: string, expr: string) => ({
  ...{ uid, title: `D ${uid}`, schemaVersion: 41, templating: { list: [] }, annotations: { list: [] } },
  panels: [{ type: 'stat', title: 'Panel', targets: [{ expr }] }],
});

test('each dashboard that it has is judged by what its Prometheus stores', async () => {
  const prometheus = await scriptedPrometheus({ aragora_requests_total: { status: '200' } });
  const grafana = await started(
    [board('a', 'aragora_request_total'), board('b', 'aragora_requests_total')],
    prometheus.url,
  );
  const { stdout, exitCode } = await runHere(['dashboards', '--grafana', grafana.url]);
  expect(exitCode).toBe(99);
  expect(stdout).toContain('/d/a');
  expect(stdout).toMatch(/✗ never +Panel/);
  expect(stdout).toMatch(/nearest:\s+aragora_requests_total/);
  expect(stdout).toMatch(/✓ ok +Panel/);
});

test('a file of metrics can be what they are judged by, and the documents', async () => {
  const grafana = await started([board('a', 'aragora_a')]);
  const metrics = file(tempDir(), 'metrics.txt', '# TYPE aragora_a gauge\naragora_a{b="1"} 1\n');
  expect((await runHere(['dashboards', '--grafana', grafana.url, '--metrics', metrics])).exitCode).toBe(0);
  expect((await runHere(['dashboards', '--grafana', grafana.url, '--contract', 'documented'])).exitCode).toBe(99);
});

test('the documented dashboards have nothing wrong by what the documents list', async () => {
  const grafana = await started(documentedDashboards());
  const said = await runHere(['dashboards', '--grafana', grafana.url, '--contract', 'documented', '--json']);
  const { items } = JSON.parse(said.stdout) as { items: readonly { name: string; verdict: string }[] };
  // What measures a process or a machine is not documented: of that, only its Prometheus knows.
  const open = items.filter(({ verdict }) => verdict !== 'ok');
  expect(new Set(open.map(({ verdict }) => verdict))).toEqual(new Set(['unsure']));
  expect(items.length).toBeGreaterThan(30);
});

test('a Grafana that shows nothing, needs a token, has no dashboard or is gone is one clear line', async () => {
  const empty = await started([]);
  expect(await runHere(['dashboards', '--grafana', empty.url])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/shows no dashboard[\s\S]*ARAGORA_SLO_GRAFANA_TOKEN/),
  });
  const closed = await started([board('a', 'up')], undefined, 'secret');
  expect(await runHere(['dashboards', '--grafana', closed.url])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('answers 401: it needs credentials'),
  });
  expect(await runHere(['dashboards', '--grafana', 'http://127.0.0.1:1'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('connection refused'),
  });
  const down = await started([board('a', 'up')]);
  expect(await runHere(['dashboards', '--grafana', down.url])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('answers 502'),
  });
  expect(await runHere(['dashboards'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('no file is named, and no Grafana that has some: --grafana URL'),
  });
});
