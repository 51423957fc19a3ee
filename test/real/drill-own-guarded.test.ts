/** A drill on a team's own stack whose Prometheus and Alertmanager ask for a user and a password, with the team's own files of rules. Both are real. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documented } from '../../lib/drill/documented.ts';
import { drill } from '../../lib/drill/drill.ts';
import { type DrilledServer, startServer } from '../../lib/drill/embedded/server.ts';
import { authorization, type HttpAuth } from '../../lib/http/access.ts';
import { CLOCK_RATE, noFastClock } from '../../lib/stack/fast-clock.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { type Backend, HOST, launch, temporaryFolder } from '../../lib/stack/process.ts';
import { stackPrograms } from '../../lib/stack/programs.ts';
import { READY_MS } from '../../lib/stack/prometheus.ts';
import { ofKind } from '../../lib/systems/alerts/model/timeline.ts';
import { OPEN_SESAME } from '../support/web-config.ts';

const options = { clockRate: 60, onProgress: (line: string) => console.log(line) };
const AUTH: HttpAuth = { kind: 'basic', user: 'drill', password: 'open sesame' };

const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-drill-guarded-'));
const running: Backend[] = [];
let server: DrilledServer;
let prometheus: Backend;
let alertmanager: Backend;
let rules: string;

interface Guarded {
  readonly name: 'prometheus' | 'alertmanager';
  readonly texts: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly port: number;
}

async function guarded({ name, texts, args, port }: Guarded): Promise<Backend> {
  const [programs, own] = await Promise.all([stackPrograms(name, options), temporaryFolder('guarded')]);
  for (const [file, text] of Object.entries({ ...texts, 'web.yml': OPEN_SESAME })) writeFileSync(join(own, file), text);
  const url = `http://${HOST}:${port}`;
  return launch({
    name,
    url,
    file: join(programs, name),
    args: [`--config.file=${name}.yml`, ...args, '--web.config.file=web.yml', `--web.listen-address=${HOST}:${port}`],
    env: { [CLOCK_RATE]: String(options.clockRate) },
    folder: own,
    readyPath: () =>
      fetch(`${url}/-/ready`, { headers: { authorization: authorization(AUTH) } }).then(
        ({ ok }) => ok,
        () => false,
      ),
    readyWithinMs: READY_MS,
  });
}

beforeAll(async () => {
  if (noFastClock() !== null) return;
  server = await startServer(new AbortController().signal);
  const [port = 0, ownPort = 0] = await freePorts(2);
  const {
    'prometheus.yml': config,
    'alertmanager.yml': pages,
    ...files
  } = documented().texts({
    slackUrl: `http://${HOST}:1`,
    pagerdutyUrl: `http://${HOST}:1`,
    routingKey: '0123456789abcdef0123456789abcdef',
    alertmanager: `${HOST}:${port}`,
    target: new URL(server.httpUrl).host,
  });
  rules = files['monitoring-alert-rules.yml'];
  const ofAlertmanager = ['--storage.path=data', '--cluster.listen-address='];
  alertmanager = await guarded({
    name: 'alertmanager',
    texts: { 'alertmanager.yml': pages },
    args: ofAlertmanager,
    port,
  });
  running.push(alertmanager);
  prometheus = await guarded({
    name: 'prometheus',
    texts: { ...files, 'prometheus.yml': config },
    args: ['--storage.tsdb.path=data'],
    port: ownPort,
  });
  running.push(prometheus);
}, 600_000);

afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  if (noFastClock() === null) await server.stop();
  rmSync(folder, { recursive: true });
});

function start(name: string, text: string, auth: HttpAuth) {
  const file = join(folder, `${name}.yml`);
  writeFileSync(file, text);
  return drill({
    ...options,
    dir: join(folder, name),
    rules: ['AgentTimeout'],
    signal: new AbortController().signal,
    own: {
      prometheus: { url: prometheus.url, auth },
      alertmanagers: [{ url: alertmanager.url, auth: AUTH }],
      target: { url: server.httpUrl },
      files: [file],
      faultCommand: undefined,
    },
  });
}

describe.runIf(noFastClock() === null)('a guarded stack', { timeout: 300_000 }, () => {
  test('is read with its credentials, and its rules are those of the file', async () => {
    const { findings, timeline } = await start('same', rules, AUTH);
    const named = (aspect: string) => findings.find(({ id }) => id === `alerts.AgentTimeout.${aspect}`);
    expect(named('loaded')).toMatchObject({ status: 'pass' });
    expect(named('fires')).toMatchObject({ status: 'no-data' });
    expect(ofKind(timeline, 'compared').flatMap((one) => one.rules.map(({ name }) => name))).toContain('AgentTimeout');
    expect(ofKind(timeline, 'held').length).toBeGreaterThan(0);
  });

  test('that has another rule than the file is found', async () => {
    const other = rules.replace(/(alert: AgentTimeout[\s\S]*?for: )\w+/, '$17m');
    expect(other).not.toBe(rules);
    const { findings, outcome } = await start('other', other, AUTH);
    const loaded = findings.find(({ id }) => id === 'alerts.AgentTimeout.loaded');
    expect(loaded).toMatchObject({
      status: 'fail',
      summary: expect.stringContaining('it waits 420 s there, and 300 s in Prometheus'),
    });
    expect(outcome).toBe('breaches');
  });

  test('ends the drill before it begins where the password is wrong', async () => {
    const wrong = start('wrong', rules, { ...AUTH, password: 'open barley' });
    await expect(wrong).rejects.toMatchObject({ code: 'target-unreachable', message: expect.stringContaining('401') });
  });
});
