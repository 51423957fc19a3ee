/** The programs of the documented stack: what their tools say of the documented files, and that their clock runs as fast as it is told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runAlertmanager } from '../../lib/stack/alertmanager.ts';
import {
  CHANGES,
  type Change,
  DOCUMENTED_PLACES,
  filled,
  mended,
  type ToolSays,
} from '../../lib/stack/documented/changes.ts';
import { type DocumentedText, type DocumentName, edited, readDocuments } from '../../lib/stack/documented/document.ts';
import { noFastClock } from '../../lib/stack/fast-clock.ts';
import { toolPath } from '../../lib/stack/programs.ts';
import { runPrometheus } from '../../lib/stack/prometheus.ts';

const progress = { onProgress: (line: string) => console.log(line) };
const documents = readDocuments();

describe('of the documented files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'aragora-slo-documented-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function write(texts: Iterable<readonly [DocumentName, string]>): void {
    for (const [name, text] of texts) writeFileSync(join(folder, name), text);
  }

  async function ask(tool: ToolSays['tool'], file: string): Promise<{ exitCode: number | undefined; lines: string[] }> {
    const [program = '', ...args] = tool.split(' ');
    const path = await toolPath(program === 'amtool' ? 'amtool' : 'promtool', progress);
    const { exitCode, all } = await execa(path, [...args, file], { cwd: folder, reject: false, all: true });
    return { exitCode, lines: (all ?? '').split('\n').map((line) => line.trim()) };
  }

  /** The document with the changes of it before this one. */
  function before(change: Change, { name, text }: DocumentedText): string {
    const made = CHANGES.slice(0, CHANGES.indexOf(change)).filter(({ document }) => document === name);
    return made.reduce((changed, { edit }) => edited(changed, filled(edit, DOCUMENTED_PLACES)), text);
  }

  test.each(CHANGES.map((change) => [change.id, change] as const))(
    'their tool says of %s what is quoted',
    async (_, change) => {
      const { tool, line, refuses } = change.says;
      write(documents.map((document) => [document.name, before(change, document)] as const));
      const { exitCode, lines } = await ask(tool, change.document);
      expect(lines).toContain(line);
      expect(exitCode === 0).toBe(!refuses);
    },
  );

  test('mended, none is refused', async () => {
    write(Object.entries(mended(documents)) as [DocumentName, string][]);
    const asked = documents.map(({ name }) => {
      if (name === 'alertmanager.yml') return ask('amtool check-config', name);
      return ask(name.endsWith('rules.yml') ? 'promtool check rules' : 'promtool check config', name);
    });
    for (const { exitCode, lines } of await Promise.all(asked))
      expect({ exitCode, lines }).toMatchObject({ exitCode: 0 });
  });

  test('the documented Alertmanager does not start, and says why', async () => {
    const { text = '' } = documents.find(({ name }) => name === 'alertmanager.yml') ?? {};
    await expect(runAlertmanager({ ...progress, config: text })).rejects.toThrow(
      /did not become ready: it exited with 1\n.*no Slack API URL/s,
    );
  });
});

/** Seconds of Prometheus' time, and those of ours in between which it said so. */
async function clock(url: string): Promise<{ fromSec: number; untilSec: number; saidSec: number }> {
  const fromSec = performance.now() / 1000;
  const answer = await fetch(`${url}/api/v1/query?query=time()`);
  const { data } = (await answer.json()) as { data: { result: [number, string] } };
  return { fromSec, untilSec: performance.now() / 1000, saidSec: Number(data.result[1]) };
}

describe.runIf(noFastClock() === null)('the clock', () => {
  test.each([1, 60, 300])('runs %i times as fast', async (clockRate) => {
    const config = 'global: { scrape_interval: 15s }';
    const prometheus = await runPrometheus({ ...progress, config, clockRate });
    onTestFinished(() => prometheus.stop());
    const first = await clock(prometheus.url);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const second = await clock(prometheus.url);
    const passedSec = second.saidSec - first.saidSec;
    // It is read somewhere between question and answer. Its answer has milliseconds, and this clock and its own may differ by a little.
    const slackSec = 0.01 + 0.001 * clockRate;
    expect(passedSec).toBeGreaterThanOrEqual(clockRate * (second.fromSec - first.untilSec) - slackSec);
    expect(passedSec).toBeLessThanOrEqual(clockRate * (second.untilSec - first.fromSec) + slackSec);
  });

  test.each(['0', '0.5', 'fast', '1001', '99999999999999999999'])('is refused at the rate %s', async (rate) => {
    const env = { ARAGORA_SLO_CLOCK_RATE: rate };
    const { exitCode, stderr } = await execa(await toolPath('amtool', progress), ['--version'], { env, reject: false });
    expect(stderr).toContain('ARAGORA_SLO_CLOCK_RATE must be a whole number, 1 to 1000');
    expect(exitCode).not.toBe(0);
  });
});
