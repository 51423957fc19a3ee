import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ofKind } from '../systems/alerts/model/timeline.ts';
import { keptTimes, rulesNow } from './prometheus.ts';
import { Recorded, TIMELINE } from './record.ts';
import { Watch } from './watch.ts';

let dir: string;
let server: Server;
let url: string;
/** What Prometheus answers now, by path. */
let answers: Record<string, string>;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aragora-slo-watch-'));
  answers = { '/api/v1/rules': rulesAs('unknown') };
  server = createServer((request, response) => {
    const text = answers[(request.url ?? '').split('?')[0] ?? ''];
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(text ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true });
});

function rulesAs(state: string): string {
  const rule = {
    name: 'AragoraDown',
    type: 'alerting',
    state,
    query: 'up == 0',
    duration: 60,
    health: 'ok',
    lastError: '',
  };
  return JSON.stringify({ status: 'success', data: { groups: [{ name: 'aragora.availability', rules: [rule] }] } });
}

const never = (): AbortSignal => new AbortController().signal;

test('rules are read with their states', async () => {
  answers['/api/v1/rules'] = rulesAs('firing');
  expect(await rulesNow({ url }, never())).toEqual({
    ok: true,
    rules: [
      {
        name: 'AragoraDown',
        group: 'aragora.availability',
        query: 'up == 0',
        forSec: 60,
        keepFiringSec: 0,
        health: 'ok',
        lastError: '',
        state: 'firing',
      },
    ],
  });
});

describe('how Prometheus kept its times', () => {
  const asked = { job: 'aragora', timeoutSec: 10 };
  const missed = 'prometheus_rule_group_iterations_missed_total';
  const unsent = 'prometheus_notifications_errors_total';

  test('comes from its samples and its own metrics', async () => {
    const values = [
      [100, '0.2'],
      [115, '10.01'],
      [145, '0.1'],
    ];
    answers['/api/v1/query'] = JSON.stringify({ status: 'success', data: { result: [{ values }] } });
    answers['/metrics'] =
      `# TYPE ${missed} counter\n${missed}{rule_group="a;b"} 2\n${missed}{rule_group="a;c"} 1\n${unsent}{alertmanager="http://am"} 4\n`;
    expect(await keptTimes({ url }, asked, never())).toEqual({
      scrapes: 3,
      longestGapSec: 30,
      slowestSec: 10.01,
      timeouts: 1,
      missedEvaluations: 3,
      unsentAlerts: 4,
    });
  });

  test('is not known where it does not answer', async () => {
    expect(await keptTimes({ url }, asked, never())).toBeNull();
  });
});

describe('a watch', () => {
  test('records each change between the two looks that it happened between', async () => {
    const over = new AbortController();
    const recorded = new Recorded(dir);
    const watch = new Watch({ prometheus: { url }, recorded, everyMs: 1, signal: over.signal, onLost: () => {} });
    const running = watch.run();
    expect(await watch.until(() => watch.state('AragoraDown') === 'unknown', 30_000)).toBe(true);
    const beforeMs = Date.now();
    answers['/api/v1/rules'] = rulesAs('pending');
    expect(await watch.until(() => watch.state('AragoraDown') === 'pending', 30_000)).toBe(true);
    const afterMs = Date.now();
    over.abort();
    await running;
    const states = ofKind(recorded.entries, 'state');
    expect(states.map(({ state }) => state)).toEqual(['unknown', 'pending']);
    // The question before was sent before the change, and the answer that shows it came after it.
    expect(states[1]?.beforeMs).toBeLessThanOrEqual(afterMs);
    expect(states[1]?.atMs).toBeGreaterThanOrEqual(beforeMs);
    const lines = readFileSync(join(dir, TIMELINE), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(recorded.entries);
  });

  test('waits no longer than it may, and not past its end', async () => {
    const over = new AbortController();
    const watch = new Watch({
      prometheus: { url },
      recorded: new Recorded(dir),
      everyMs: 1,
      signal: over.signal,
      onLost: () => {},
    });
    expect(await watch.until(() => false, 5)).toBe(false);
    const waiting = watch.until(() => false, 60_000);
    over.abort(new Error('over'));
    await expect(waiting).rejects.toThrow('over');
  });
});
