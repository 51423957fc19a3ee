/** The real Aragora with several times the debates that it finishes: refusals that look like answers are found out. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aragoraSlo, evidence, type Gated, gate, HTTP_ENDPOINTS } from './gate.ts';
import { type Aragora, startAragora } from './server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aragora-gate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

describe('at twelve debates a second, several times what it finishes', () => {
  let server: Aragora;
  let gated: Gated;
  let refused: number;
  beforeAll(async () => {
    server = await startAragora();
    gated = await gate(server, 'crowded.yaml', path.join(folder, 'crowded'));
    refused = gated.failed('debates-create')['success-false'] ?? 0;
  });
  afterAll(() => server.stop());

  test('it breaches, and says so in its exit code', () => {
    expect(gated).toMatchObject({ exitCode: 99, verdict: { outcome: 'breaches', exitCode: 99 } });
    expect(gated.text.split('\n')[0]).toContain('BREACHES');
    expect(gated.finding('load.completed').status).toBe('pass');
  });

  test('API availability fails on creations that were refused with status 200', () => {
    const finding = gated.finding('availability.api');
    const failures = HTTP_ENDPOINTS.reduce((sum, endpoint) => sum + sumOf(gated.failed(endpoint)), 0);
    expect(finding).toMatchObject({ status: 'fail', gating: true, expected: 0.999 });
    expect(finding.interval?.lower).toBeGreaterThan(0.001);
    expect(evidence(finding, 'failures')).toContain(`success-false ×${refused}`);
    expect(finding.bad).toBe(failures + gated.verdict.run.dropped);
    expect(refused).toBeGreaterThanOrEqual(10);
    const budget = gated.verdict.errorBudgets.find(({ objectiveId }) => objectiveId === 'availability.api');
    expect(budget?.burnRate).toBeGreaterThan(1);
  });

  test('a refusal is fast, and no percentile of creation counts it as such', () => {
    for (const percentile of [50, 95, 99]) {
      const finding = gated.finding(`latency.debates-create.p${percentile}`);
      expect(finding.bad).toBeGreaterThanOrEqual(refused);
      expect(finding.status).not.toBe('pass');
      expect(evidence(finding, 'failures')).toContain(`success-false ×${refused}`);
    }
  });

  test('without a debate there is no agent that answers: each refusal counts there too', () => {
    expect(gated.failed('agent-response')['no-debate']).toBe(sumOf(gated.failed('debates-create')));
    expect(gated.finding('latency.agent-response.p99').status).not.toBe('pass');
  });

  test('every arrival is accounted for: delivered or dropped, and a dropped one counts as failed', () => {
    for (const { journey, offered, delivered, dropped } of gated.journeys) {
      expect(delivered + dropped, journey).toBe(offered);
    }
    const requests = HTTP_ENDPOINTS.reduce((sum, endpoint) => sum + gated.recorded(endpoint), 0);
    expect(gated.finding('availability.api').samples).toBe(requests + gated.verdict.run.dropped);
  });

  test('a refused creation never gives its slot back: idle, the server still refuses', async () => {
    const response = await fetch(`${server.httpUrl}/api/debates`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '198.18.0.1' },
      body: JSON.stringify({ question: 'Is there a slot for one more debate?', agents: ['demo', 'demo'], rounds: 1 }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ success: false });
  });

  test('the next run on it has as its cause that it creates no debates, in its own words', async () => {
    const profile = path.join(import.meta.dirname, 'refused.yaml');
    const target = ['--target', server.httpUrl, '--ws', server.wsUrl, '--contract', 'aragora-2.11'];
    const out = path.join(folder, 'refused');
    const { exitCode, stdout } = await aragoraSlo(['run', ...target, '--profile', profile, '--out', out]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /^BREACHES 1 of 4 .* CAUSE the server creates no debates: all of 14 creations of the load failed, and so did one after the load .* the server itself says: Server at capacity .* explains 7 findings: /,
    );
    expect(exitCode).toBe(99);
  });
});
