/** What is read of two real Alertmanagers: as one cluster, and as two that do not know each other. They ask for a user and a password. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { watchAlertmanagers } from '../../lib/drill/own/alertmanager.ts';
import { openAlertmanagers } from '../../lib/drill/own/alertmanagers.ts';
import type { ApiAccess } from '../../lib/drill/prometheus.ts';
import { Recorded } from '../../lib/drill/record.ts';
import { authorization, type HttpAuth } from '../../lib/http/access.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { HOST, launch, temporaryFolder, until } from '../../lib/stack/process.ts';
import { stackPrograms } from '../../lib/stack/programs.ts';
import { READY_MS } from '../../lib/stack/prometheus.ts';
import { ofKind } from '../../lib/systems/alerts/model/timeline.ts';
import { OPEN_SESAME } from '../support/web-config.ts';

const AUTH: HttpAuth = { kind: 'basic', user: 'drill', password: 'open sesame' };
const headers = { authorization: authorization(AUTH), 'content-type': 'application/json' };
const { signal } = new AbortController();

let receiver: Server;

beforeAll(async () => {
  receiver = createServer((request, response) => void request.resume().on('end', () => response.end()));
  await new Promise<void>((resolve) => receiver.listen(0, HOST, resolve));
});

afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

function config(): string {
  const { port } = receiver.address() as AddressInfo;
  return JSON.stringify({
    route: { receiver: 'hook', group_by: ['alertname'], group_wait: '1s' },
    receivers: [{ name: 'hook', webhook_configs: [{ url: `http://${HOST}:${port}/` }] }],
  });
}

/** `peers`: of its cluster; `own` is its own place there. */
async function alertmanager(own: string, peers: readonly string[]): Promise<ApiAccess> {
  const [programs, folder, [port]] = await Promise.all([
    stackPrograms('alertmanager', { onProgress: (line) => console.log(line) }),
    temporaryFolder('alertmanagers'),
    freePorts(1),
  ]);
  writeFileSync(join(folder, 'alertmanager.yml'), config());
  writeFileSync(join(folder, 'web.yml'), OPEN_SESAME);
  const url = `http://${HOST}:${port}`;
  const { stop } = await launch({
    name: 'alertmanager',
    url,
    file: join(programs, 'alertmanager'),
    args: [
      ...['--config.file=alertmanager.yml', '--storage.path=data', '--web.config.file=web.yml'],
      ...[`--web.listen-address=${HOST}:${port}`, `--cluster.listen-address=${own}`],
      ...peers.map((peer) => `--cluster.peer=${peer}`),
    ],
    folder,
    readyPath: () =>
      fetch(`${url}/-/ready`, { headers }).then(
        ({ ok }) => ok,
        () => false,
      ),
    readyWithinMs: READY_MS,
  });
  onTestFinished(stop);
  return { url, auth: AUTH };
}

function opened(asked: readonly ApiAccess[], bases: readonly string[] = asked.map(({ url }) => url)) {
  return openAlertmanagers(asked, { url: 'Prometheus', bases }, signal);
}

/** Posts an alert to each, as Prometheus does, and resolves with all that was read until so many pages were accepted. */
async function sent(asked: readonly ApiAccess[], pages: number) {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-alertmanagers-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const recorded = new Recorded(dir);
  const over = new AbortController();
  const watching = watchAlertmanagers(asked, recorded, { everyMs: 50, signal: over.signal });
  const body = JSON.stringify([{ labels: { alertname: 'Down' } }]);
  for (const { url } of asked) await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body });
  const seen = () => ofKind(recorded.entries, 'alertmanager');
  const accepted = () =>
    seen().findLast(({ counted }) => counted.some(({ kind, accepted }) => kind === 'webhook' && accepted >= pages));
  await until(`${pages} pages`, async () => accepted() !== undefined);
  over.abort();
  await watching;
  return seen().at(-1);
}

test('one cluster is known by each of its members, and a group of both is one', { timeout: 300_000 }, async () => {
  const places = (await freePorts(2)).map((port) => `${HOST}:${port}`);
  const both = await Promise.all(
    places.map((place) =>
      alertmanager(
        place,
        places.filter((one) => one !== place),
      ),
    ),
  );
  const [first] = both;
  await until('one cluster', async () => (await opened(both.slice(0, 1))).peers === 2);
  expect(await opened(both)).toMatchObject({ handedTo: null, peers: 2, clusters: 1, receivers: [{ name: 'hook' }] });
  expect(await opened(both, [first?.url ?? ''])).toMatchObject({ peers: 2, clusters: 1 });
  expect((await sent(both, 1))?.groups.map(({ receiver: name }) => name)).toEqual(['hook']);
});

test('two that do not know each other both send a page', { timeout: 300_000 }, async () => {
  // One after the other: they are told apart by the ms in which they started.
  const both = [await alertmanager('', []), await alertmanager('', [])];
  expect(await opened(both)).toMatchObject({ handedTo: null, peers: 2, clusters: 2 });
  expect((await sent(both, 2))?.groups).toHaveLength(1);
});

test('a wrong password is one line', { timeout: 300_000 }, async () => {
  const one = await alertmanager('', []);
  await expect(opened([{ ...one, auth: { ...AUTH, password: 'open barley' } }])).rejects.toMatchObject({
    code: 'target-unreachable',
    message: `GET ${one.url}/api/v2/status answers 401: it refuses the credentials given`,
  });
});
