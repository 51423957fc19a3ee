/**
 * A drill on a team's own stack: a real Prometheus and a real Alertmanager that run already. They have the documented rules and a clock that
 * runs 60 times as fast, so that the test ends; the drill gets an option for that. Its faults come from a command. Our sinks stand in for the receivers.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DrillBreak, drillBreakNamed } from '../../lib/drill/breaks.ts';
import { documented } from '../../lib/drill/documented.ts';
import { type Drilled, type DrillRequest, drill } from '../../lib/drill/drill.ts';
import { type DrilledServer, startServer } from '../../lib/drill/embedded/server.ts';
import { runAlertmanager } from '../../lib/stack/alertmanager.ts';
import { noFastClock } from '../../lib/stack/fast-clock.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import type { Backend } from '../../lib/stack/process.ts';
import { runPrometheus } from '../../lib/stack/prometheus.ts';
import { type Sinks, startSinks } from '../../lib/stack/sinks/server.ts';
import { strain } from '../../lib/systems/alerts/model/bounds.ts';
import { stagesOf } from '../../lib/systems/alerts/model/timeline.ts';
import { Cli, cleanUp, until } from '../cli/support/cli.ts';

const CLOCK_RATE = 60;
const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-drill-own-'));
const log = join(folder, 'deeds.log');
const options = { clockRate: CLOCK_RATE, onProgress: (line: string) => console.log(line) };

/** As a team would write it: HighErrorRate by errors of the server, and nothing for any other alert. */
const COMMAND = (httpUrl: string): string => `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const [, , alert, deed] = process.argv;
appendFileSync(${JSON.stringify(log)}, alert + ' ' + deed + '\\n');
if (alert !== 'HighErrorRate') process.exit(77);
const fault = { http: [{ route: 'health', kind: 'status', status: 500, pick: { share: 0.3 } }] };
const body = JSON.stringify(deed === 'start' ? fault : {});
fetch(${JSON.stringify(`${httpUrl}/_reference/behaviour`)}, { method: 'POST', body }).then((answer) => {
  if (!answer.ok) process.exit(1);
});
`;

interface Stack {
  readonly prometheus: Backend;
  readonly alertmanager: Backend;
}

let server: DrilledServer;
let sinks: Sinks;
const stacks: Stack[] = [];
let command: string;

beforeAll(async () => {
  const signal = new AbortController().signal;
  server = await startServer(signal);
  sinks = await startSinks({ channels: documented().channels });
  command = join(folder, 'fault.cjs');
  writeFileSync(command, COMMAND(server.httpUrl));
  chmodSync(command, 0o755);
}, 600_000);

afterAll(async () => {
  await Promise.all(stacks.flatMap(({ prometheus, alertmanager }) => [prometheus.stop(), alertmanager.stop()]));
  await Promise.all([sinks.stop(), server.stop()]);
  rmSync(folder, { recursive: true });
  cleanUp();
});

async function startStack(breaks: readonly DrillBreak[] = []): Promise<Stack> {
  const [port = 0] = await freePorts(1);
  const texts = documented(breaks).texts({
    slackUrl: sinks.slackUrl,
    pagerdutyUrl: sinks.pagerdutyUrl,
    routingKey: '0123456789abcdef0123456789abcdef',
    alertmanager: `127.0.0.1:${port}`,
    target: new URL(server.httpUrl).host,
  });
  const { 'alert-rules.yml': rules, 'monitoring-alert-rules.yml': more } = texts;
  const files = { 'alert-rules.yml': rules, 'monitoring-alert-rules.yml': more };
  const [prometheus, alertmanager] = await Promise.all([
    runPrometheus({ ...options, config: texts['prometheus.yml'], files }),
    runAlertmanager({ ...options, config: texts['alertmanager.yml'], port }),
  ]);
  const stack = { prometheus, alertmanager };
  stacks.push(stack);
  return stack;
}

function start(
  dir: string,
  { prometheus, alertmanager }: Stack,
  request: Partial<DrillRequest> = {},
): Promise<Drilled> {
  return drill({
    dir: join(folder, dir),
    rules: ['HighErrorRate'],
    ...options,
    signal: new AbortController().signal,
    own: {
      prometheus: { url: prometheus.url },
      alertmanagers: [{ url: alertmanager.url }],
      target: { url: server.httpUrl },
      files: [],
      faultCommand: command,
    },
    ...request,
  });
}

const isHeld = ({ timeline }: Drilled): boolean => stagesOf(timeline).every((stage) => strain(stage).length === 0);
const shown = ({ findings }: Drilled): string[] =>
  findings.map(({ id, status, summary }) => `${id.split('.')[2]} ${status}: ${summary}`);
const statusOf = ({ findings }: Drilled, aspect: string) =>
  findings.find(({ id }) => id === `alerts.HighErrorRate.${aspect}`);
const deeds = (): string[] => readFileSync(log, 'utf8').trim().split('\n');

describe.runIf(noFastClock() === null)("a team's own stack", { timeout: 600_000 }, () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  }, 600_000);

  test('passes, and each finding says the clock', async () => {
    const drilled = await start('pass', stack);
    console.log(shown(drilled).join('\n'));
    expect(drilled.findings.filter(({ status }) => status === 'fail')).toEqual([]);
    for (const { summary } of drilled.findings) expect(summary).toContain('(clock ×60)');
    if (isHeld(drilled)) expect(drilled.outcome, shown(drilled).join('\n')).toBe('conforms');
    expect(deeds()).toEqual(['HighErrorRate start', 'HighErrorRate stop']);
  });

  test('an alert without a fault is not drilled, and has not passed', async () => {
    const { findings, outcome } = await start('undrilled', stack, { rules: ['HighLatency'] });
    const fires = findings.find(({ id }) => id === 'alerts.HighLatency.fires');
    expect(fires).toMatchObject({
      status: 'no-data',
      summary: expect.stringMatching(/^not drilled: .* has no fault for it/),
    });
    expect(outcome).not.toBe('conforms');
  });

  test.each([
    ['refuses', 'alerts.delivered.key', /^Alertmanager gave it up: pagerduty: clientError \(clock ×60\)$/],
    ['hangs', 'alerts.delivered.silent', /^Alertmanager gave it up: pagerduty: \w+ \(clock ×60\)$/],
  ])('a receiver that %s is seen, with the reason of Alertmanager', async (how, name, words) => {
    const drilled = await start(how, await startStack([drillBreakNamed(name)]));
    console.log(shown(drilled).join('\n'));
    expect(statusOf(drilled, 'delivered')).toMatchObject({ status: 'fail', summary: expect.stringMatching(words) });
    expect(drilled.outcome).toBe('breaches');
    expect(statusOf(drilled, 'routed')).toMatchObject({ status: 'no-data' });
  });

  test('without its counters nobody knows, and nothing has passed', async () => {
    const proxy = await withoutMetrics(stack.alertmanager.url);
    try {
      const own = { prometheus: stack.prometheus, alertmanager: { ...stack.alertmanager, url: proxy.url } };
      const drilled = await start('uncounted', own);
      console.log(shown(drilled).join('\n'));
      expect(statusOf(drilled, 'delivered')).toMatchObject({
        status: 'no-data',
        summary: "Alertmanager's counters do not say what it sent by pagerduty (clock ×60)",
      });
      expect(drilled.outcome).toBe('inconclusive');
    } finally {
      proxy.server.close();
    }
  });

  test.each([
    ['while the server is healthy', /of a healthy server/, []],
    ['while the fault is on', /HighErrorRate: /, ['HighErrorRate start', 'HighErrorRate stop']],
  ])('that is interrupted %s keeps what it saw, and stops the fault', async (_, line, deedsThen) => {
    rmSync(log, { force: true });
    writeFileSync(log, '');
    const abort = new AbortController();
    const isThere = (): boolean => deedsThen.length === 0 || deeds().includes('HighErrorRate start');
    const onProgress = (said: string): void => {
      if (line.test(said)) void until('the start of the fault', isThere).then(() => abort.abort('SIGINT'));
    };
    const { outcome, findings } = await start(`ctrl-c-${deedsThen.length}`, stack, {
      signal: abort.signal,
      onProgress,
    });
    expect(outcome).toBe('interrupted');
    expect(findings.find(({ id }) => id.endsWith('.loaded'))?.status).toBe('pass');
    expect(findings.find(({ id }) => id.endsWith('.fires'))?.status).toBe('no-data');
    expect(deeds().filter((deed) => deed !== '')).toEqual(deedsThen);
  });

  test('the command ends with 130, and says the clock that it believes in', async () => {
    const { prometheus, alertmanager } = stack;
    const own = ['--target', server.httpUrl, '--prometheus', prometheus.url, '--alertmanager', alertmanager.url];
    const drilled = new Cli([
      'drill',
      ...own,
      '--fault-command',
      command,
      '--rule',
      'HighErrorRate',
      '--out',
      'drilled',
    ]);
    await until(
      () => `the healthy server; it says ${drilled.stderr}`,
      () => /of a healthy server/.test(drilled.stderr) || !drilled.running,
    );
    drilled.signal('SIGINT');
    const { exitCode, stdout, stderr } = await drilled.ended();
    expect(exitCode, stdout + stderr).toBe(130);
    expect(stdout).toMatch(/^INTERRUPTED {2}/);
    expect(stdout).toContain('(clock ×1)');
  });

  test('a Prometheus that dies in the middle accuses nobody', async () => {
    const dying = await startStack();
    const onProgress = (said: string): void => {
      if (/HighErrorRate: /.test(said)) void dying.prometheus.stop();
    };
    const { outcome, findings } = await start('dies', dying, { onProgress });
    expect(findings.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(findings.find(({ id }) => id.endsWith('.fires'))?.status).toBe('unavailable');
    expect(outcome).toBe('inconclusive');
    expect(deeds().at(-1)).toBe('HighErrorRate stop');
  });
});

/** A proxy, as teams have it, that does not let `/metrics` through. */
async function withoutMetrics(upstream: string): Promise<{ readonly server: Server; readonly url: string }> {
  const proxy = createServer((request, response) => {
    if (request.url === '/metrics') return void response.writeHead(404).end();
    void fetch(upstream + (request.url ?? '')).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return { server: proxy, url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
}
