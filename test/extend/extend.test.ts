/**
 * A system, a trace backend and a journey that this program does not know: each is registered by one line, and is then everywhere. The three
 * are the examples of docs/extending.md, which shows them as they are here.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readDocument } from '../../lib/config/check.ts';
import { allOptions } from '../../lib/config/options.ts';
import { type EmbeddedTarget, startEmbeddedTarget } from '../../lib/embedded/process.ts';
import { addJourney } from '../../lib/journeys/index.ts';
import { main } from '../../lib/main.ts';
import { configSchema } from '../../lib/options/describe.ts';
import { addSystem } from '../../lib/systems/index.ts';
import { addTraceBackend } from '../../lib/systems/traces/observe/backends.ts';
import { cleanUp, enginePath, file, tempDir } from '../cli/support/cli.ts';
import { healthSlo } from '../support/health-slo.ts';
import { spanWith } from '../support/jaeger.ts';
import { webConsole } from './console.ts';
import { reading } from './reading.ts';
import { shoebox } from './shoebox.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const removals = [addSystem(webConsole), addTraceBackend(shoebox), addJourney(reading)];

const dir = join(tempDir(), 'run');
const abort = new AbortController();
const servers: Server[] = [];
let target: EmbeddedTarget;
let printed: string;
let exitCode: number;

/** A fake of a server; it fails on what it did not expect. */
async function fake(answerTo: (path: string) => unknown): Promise<string> {
  const server = createServer((request, response) => {
    const answer = answerTo(request.url ?? '');
    response.writeHead(answer === undefined ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? `unexpected: ${request.url}`));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What the command line prints to standard output, in this process, which knows what is registered. */
async function said(...argv: string[]): Promise<{ text: string; exitCode: number }> {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const log = vi.spyOn(console, 'log').mockImplementation((text) => void lines.push(`${text}\n`));
  try {
    return { exitCode: await main(argv), text: lines.join('') };
  } finally {
    for (const spy of [write, log]) spy.mockRestore();
  }
}

/** The first journey of docs/journeys.md, and its data. */
function examples(): { readonly services: object; readonly parts: string } {
  const page = readFileSync(join(ROOT, 'docs/journeys.md'), 'utf8');
  const shown = (name: string) => new RegExp(`\`${name}\`:\n\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
  const profile = file(join(dir, '..'), 'services.yaml', shown('services.yaml'));
  const { journeys } = readDocument(profile) as { readonly journeys: { readonly services: object } };
  return { services: journeys.services, parts: shown('services.csv') };
}

beforeAll(async () => {
  await enginePath();
  target = await startEmbeddedTarget([], abort.signal);
  const fakeConsole = await fake((path) => (path === '/api/health' ? { database: 'ok' } : undefined));
  const fakeShoebox = await fake((path) => {
    const [, kind, id] = path.split('/');
    if (kind === 'services') return [];
    return kind === 'traces' && id !== undefined ? [spanWith({ traceId: id })] : undefined;
  });
  const { services, parts } = examples();
  const load = {
    ratePerSec: 100,
    durationSec: 3,
    objectives: [{ percentile: 50, limitMs: 1000 }, { availability: 0.5 }],
  };
  const journeys = {
    reading: { ratePerSec: 20, durationSec: 3 },
    services: { ...services, ...load },
    // It answers, but with no debate.
    visit: {
      script: join(import.meta.dirname, 'visit.k6.ts'),
      endpoints: { show: { path: '/readyz?of={id}&as={as}' }, parts: { path: '/healthz', optional: true } },
      objectives: [{ endpoint: 'show', availability: 0.5 }],
      ratePerSec: 20,
      durationSec: 3,
    },
  };
  const gates = ['read-fast.1', 'console.', 'services.'];
  const profile = file(dir.replace(/run$/, ''), 'reading.yaml', { name: 'reading', journeys, gates });
  writeFileSync(join(dir, '..', 'services.csv'), parts);
  const slo = file(dir.replace(/run$/, ''), 'slo.yaml', healthSlo('read-fast', 5000, 0.5, 'debate-read'));
  const where = ['--target', target.httpUrl, '--console', fakeConsole, '--shoebox', fakeShoebox];
  const ended = await said('run', ...where, '--profile', profile, '--slo', slo, '--out', dir, '--quiet', '--no-config');
  [printed, exitCode] = [ended.text, ended.exitCode];
}, 600_000);

afterAll(async () => {
  for (const remove of removals) remove();
  for (const server of servers) server.close();
  await target.stop();
  cleanUp();
});

interface Findings {
  readonly outcome: string;
  readonly findings: readonly { readonly id: string; readonly system: string; readonly status: string }[];
}
const left = (name: string): string => readFileSync(join(dir, name), 'utf8');
const found = (): Findings => JSON.parse(left('findings.json')) as Findings;
const statusOf = (id: string) => found().findings.find((finding) => finding.id === id)?.status;

describe('before a run', () => {
  test('its options are in the help', async () => {
    const { text } = await said('run', '--help');
    expect(text).toMatch(/--console <url> +the console that shows it/);
    expect(text).toMatch(/--shoebox <url> +a Shoebox that has its traces/);
  });

  test('its checks are listed', async () => {
    const { text } = await said('checks', '--json');
    expect(text).toContain('"console.healthy"');
    expect(text).toContain('"traces.shoebox.same"');
  });

  test('its options are keys of the config file', () => {
    expect(configSchema(allOptions())).toMatchObject({ properties: { console: {}, shoebox: {} } });
  });
});

describe('a run', () => {
  test('conforms by what was added alone', () => {
    expect(printed, printed).toMatch(/^CONFORMS/);
    expect(exitCode).toBe(0);
  });

  test('judges the endpoint of the journey', () => {
    expect(statusOf('read-fast.1')).toBe('pass');
    expect(printed).toMatch(/PASS debate-read +p50 /);
  });

  test('judges the journeys that its profile describes, by their checks', () => {
    expect(statusOf('services.p50')).toBe('pass');
    expect(statusOf('services.availability')).toBe('pass');
    expect(statusOf('show.availability')).toBe('fail');
    expect(left('findings.json')).toContain('check_1');
    expect(left('data-services.json')).toBe('[\n["api"],\n["websocket"]\n]\n');
  });

  test('has the finding of the system in every report', () => {
    expect(statusOf('console.healthy')).toBe('pass');
    expect(printed).toMatch(/console 1 check/i);
    for (const report of ['report.md', 'report.html', 'junit.xml']) expect(left(report)).toMatch(/console/i);
  });

  test('links the page of the system', () => {
    expect(left('report.html')).toContain(`href="${webConsole.page}"`);
  });

  test('asks the trace backend', () => {
    expect(statusOf('traces.shoebox.service-map')).toBe('pass');
    expect(left('observations.json')).toContain('"source": "shoebox"');
  });
});

test('docs/extending.md shows the four files', () => {
  const page = readFileSync(join(ROOT, 'docs/extending.md'), 'utf8');
  const shown = [...page.matchAll(/`(test\/extend\/[\w.-]+)`:\n\n```ts\n/g)].map(([, name]) => name);
  expect(shown).toEqual(
    ['console.ts', 'shoebox.ts', 'reading.ts', 'reading.k6.ts'].map((name) => `test/extend/${name}`),
  );
});
