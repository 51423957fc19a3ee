/**
 * The command line as a process, with backends that don't answer as they should: each is `unavailable` with its reason and a hint, gates,
 * and no credential is in anything that is printed or stored. The backends are fakes, each with one fault; the server is the reference
 * target.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedTarget, startEmbeddedTarget } from '../../lib/embedded/process.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { cleanUp, enginePath, expectError, file, filesOf, findings, runCli, tempDir } from '../cli/support/cli.ts';
import {
  CERTIFICATE,
  closeFakes,
  fakeHttp,
  fakeMutualTls,
  fakeSelfSigned,
  fakeTcp,
  KEY,
} from '../cli/support/servers.ts';
import { startRelay } from '../support/otlp-grpc.ts';

const TOKEN = 'b4ckend-t0ken-0f-mine';
const NOWHERE = 'http://127.0.0.1:1';
const abort = new AbortController();

let target: EmbeddedTarget;
beforeAll(async () => {
  await enginePath();
  target = await startEmbeddedTarget([], abort.signal);
}, 600_000);
afterAll(async () => {
  await target.stop();
  cleanUp();
  await closeFakes();
});

const FAMILIES = ['metrics.', 'traces.', 'logs.'];
const profile = (gates = FAMILIES): string =>
  file(tempDir(), 'health.yaml', { name: 'health', journeys: { health: { ratePerSec: 5, durationSec: 1 } }, gates });

async function gate(more: readonly string[], env: Record<string, string> = {}, gates?: readonly string[]) {
  const dir = join(tempDir(), 'run');
  const args = ['run', '--target', target.httpUrl, '--profile', profile(gates ? [...gates] : undefined)];
  const ended = await runCli([...args, '--quiet', '--out', dir, ...more], { env });
  return { ...ended, dir };
}

/** What each backend is asked for first, as written in reasons. */
const FINDING_OF = {
  prometheus: 'metrics.requests_total.present',
  jaeger: 'traces.propagation',
  loki: 'logs.loki.ingested',
  elasticsearch: 'logs.elasticsearch.ingested',
} as const;
const BACKENDS = Object.keys(FINDING_OF) as (keyof typeof FINDING_OF)[];

const FAULTS: Record<
  string,
  { url: () => Promise<string>; env?: (name: string) => Record<string, string>; says: RegExp }
> = {
  refuses: {
    url: async () => NOWHERE,
    says: /does not answer: connection refused.*is it running/,
  },
  hangs: {
    url: async () => `http://${(await fakeTcp(() => {})).host}`,
    says: /no answer within 10 s.*overloaded/,
  },
  'answers HTML': {
    url: async () => {
      const page = '<!doctype html><title>Sign in</title>';
      const fake = await fakeHttp((_, response) => response.setHeader('content-type', 'text/html').end(page));
      return `http://${fake.host}`;
    },
    says: /answers HTML, not JSON.*login page/,
  },
  'wants credentials': {
    url: async () => `http://${(await fakeHttp((_, response) => response.writeHead(401).end())).host}`,
    says: /answers 401: it needs credentials.*token/,
  },
  'refuses the credentials': {
    url: async () => `http://${(await fakeHttp((_, response) => response.writeHead(403).end())).host}`,
    env: (name) => ({ [`ARAGORA_SLO_${name.toUpperCase()}_TOKEN`]: TOKEN }),
    says: /answers 403: it refuses the credentials given.*check the token/,
  },
  'repeats the credentials': {
    url: async () => {
      const fake = await fakeHttp((request, response) => response.writeHead(500).end(request.headers.authorization));
      return `http://${fake.host}`;
    },
    env: (name) => ({ [`ARAGORA_SLO_${name.toUpperCase()}_TOKEN`]: TOKEN }),
    says: /answers 500: "Bearer \*\*\*"/,
  },
  'has a certificate that nobody signed': {
    url: async () => `https://${(await fakeSelfSigned()).host}`,
    says: /TLS fails .*--backend-ca/,
  },
};

describe('a backend that', () => {
  test.concurrent.each(Object.entries(FAULTS))('%s is unavailable, with the reason and a hint', async (_, fault) => {
    const url = await fault.url();
    const named = BACKENDS.flatMap((name) => [`--${name}`, url]);
    const env = Object.assign({}, ...BACKENDS.map((name) => fault.env?.(name) ?? {}));
    const { exitCode, stdout, stderr, dir } = await gate(named, env);
    expect(stdout).toMatch(/^INCONCLUSIVE/);
    expect(exitCode).toBe(3);
    for (const id of Object.values(FINDING_OF)) {
      const finding = findings(dir).findings.find((one) => one.id === id);
      expect(finding).toMatchObject({ id, status: 'unavailable', gating: true });
      expect(finding?.summary).toMatch(fault.says);
    }
    expect(stdout + stderr + [...filesOf(dir).values()].join()).not.toContain(TOKEN);
  });
});

describe('credentials and certificates', () => {
  const seen: (string | undefined)[] = [];
  test('from the environment are sent to the backend that they are for', async () => {
    const fake = await fakeHttp((request, response) => {
      seen.push(`${request.url?.split('?')[0]} ${request.headers.authorization}`);
      response.writeHead(503).end();
    });
    const env = {
      ARAGORA_SLO_LOKI: `http://${fake.host}`,
      ARAGORA_SLO_LOKI_TOKEN: TOKEN,
      ARAGORA_SLO_JAEGER: `http://${fake.host}`,
      ARAGORA_SLO_JAEGER_USER: 'me',
      ARAGORA_SLO_JAEGER_PASSWORD: TOKEN,
      ARAGORA_SLO_ELASTICSEARCH: '',
    };
    const { stdout, stderr, dir } = await gate([], env);
    const basic = Buffer.from(`me:${TOKEN}`).toString('base64');
    expect([...new Set(seen)].sort()).toEqual([
      `/api/services Basic ${basic}`,
      `/loki/api/v1/query_range Bearer ${TOKEN}`,
    ]);
    expect(findings(dir).run.command).toContain(`--loki http://${fake.host}`);
    expect(stdout + stderr + [...filesOf(dir).values()].join()).not.toMatch(new RegExp(`${TOKEN}|${basic}`));
  });

  test.concurrent.each([
    ['its authority is named', () => ['--backend-ca', file(tempDir(), 'ca.pem', CERTIFICATE)]],
    ['certificates are not to be checked', () => ['--backend-insecure']],
  ])('let a backend of a private authority answer when %s', async (_, options) => {
    const url = `https://${(await fakeSelfSigned()).host}`;
    const { dir } = await gate(['--jaeger', url, ...options()]);
    const finding = findings(dir).findings.find(({ id }) => id === FINDING_OF.jaeger);
    expect(finding?.summary).toMatch(/answers JSON without "data"/);
  });

  const certified = (): string[] => {
    const dir = tempDir();
    return ['--backend-cert', file(dir, 'cert.pem', CERTIFICATE), '--backend-key', file(dir, 'key.pem', KEY)];
  };
  test.concurrent.each([
    ['lets in who shows one', certified, 1, /answers JSON without "data"/],
    [
      'lets nobody else in, and says what it wants',
      () => [],
      0,
      /does not answer: TLS fails \(it asks for a client certificate\).*--backend-cert/,
    ],
  ] as [string, () => string[], number, RegExp][])(
    'a backend that wants a certificate %s',
    async (_, options, visits, says) => {
      const fake = await fakeMutualTls();
      const args = ['--jaeger', `https://${fake.host}`, '--backend-insecure', ...options()];
      // Both runs load one target, so its metrics count the other's requests.
      const { dir, exitCode } = await gate(args, {}, ['traces.']);
      const finding = findings(dir).findings.find(({ id }) => id === FINDING_OF.jaeger);
      expect(finding).toMatchObject({ status: 'unavailable', gating: true, summary: expect.stringMatching(says) });
      expect(Math.min(fake.visits(), 1)).toBe(visits);
      expect(exitCode).toBe(3);
      const stored = [...filesOf(dir).values()].join();
      for (const line of KEY.split('\n').slice(1, -1)) expect(stored).not.toContain(line);
    },
  );

  const half = { ARAGORA_SLO_LOKI_USER: 'me' };
  test.concurrent.each([
    ['half a pair', [], half, /ARAGORA_SLO_LOKI_USER and ARAGORA_SLO_LOKI_PASSWORD go together/],
    ['both kinds', [], { ARAGORA_SLO_LOKI_TOKEN: TOKEN, ...half }, /either ARAGORA_SLO_LOKI_TOKEN, or .*: got both/],
    ['a token with a line break', [], { ARAGORA_SLO_LOKI_TOKEN: `${TOKEN}\n` }, /LOKI_TOKEN must be visible ASCII/],
    [
      'an authority that is not there',
      ['--backend-ca', '/nowhere/ca.pem'],
      {},
      /cannot read \/nowhere\/ca.pem: it does not exist/,
    ],
    ['a certificate without its key', ['--backend-cert', '/x.pem'], {}, /go together, got the first alone/],
    [
      'a switch that is none',
      [],
      { ARAGORA_SLO_LOKI_INSECURE: 'maybe' },
      /LOKI_INSECURE must be true or false .*, got "maybe"/,
    ],
    ['a URL with credentials', ['--loki', `http://me:${TOKEN}@h`], {}, /--loki must be a URL .*, without credentials/],
    [
      'a URL of the environment with some',
      [],
      { ARAGORA_SLO_LOKI: `http://me:${TOKEN}@h` },
      /ARAGORA_SLO_LOKI must be a URL .*, without credentials/,
    ],
  ] as [string, string[], Record<string, string>, RegExp][])('of %s are one line', async (_, options, env, says) => {
    const ended = await gate(options, env);
    expectError(ended, says);
    expect(ended.stderr).not.toContain(TOKEN);
  });
});

test('a log that is piped in is read while the load runs, and its writer is not waited for', async () => {
  const log = file(tempDir(), 'server.log', '');
  const logging = await startEmbeddedTarget(['--log', log], abort.signal);
  const dir = join(tempDir(), 'run');
  const args = ['run', '--target', logging.httpUrl, '--profile', profile(['logs.']), '--log-file', '-', '--out', dir];
  // The shell becomes the harness, whose end ends the writer.
  const prelude = `mkfifo ${log}.pipe; tail -n 0 --pid=$$ -f ${log} > ${log}.pipe & exec < ${log}.pipe`;
  const { exitCode, stdout } = await runCli([...args, '--quiet'], { prelude }).finally(() => logging.stop());
  const found = findings(dir).findings;
  expect(
    found.find(({ id }) => id === 'logs.trace-ids'),
    stdout,
  ).toMatchObject({ status: 'pass', gating: true });
  expect(found.find(({ id }) => id === 'logs.json')?.evidence).toContainEqual({
    label: 'log',
    value: 'the log piped in',
  });
  expect(exitCode).toBe(0);
});

describe('spans that come by gRPC', () => {
  test.concurrent('are those of the load', async () => {
    const [port = 0] = await freePorts(1);
    const relay = await startRelay(`http://127.0.0.1:${port}`);
    const exporting = await startEmbeddedTarget(['--otlp', relay.url], abort.signal);
    const dir = join(tempDir(), 'run');
    const gates = ['traces.propagation', 'traces.service-name'];
    const args = ['run', '--target', exporting.httpUrl, '--profile', profile(gates), '--otlp-grpc-port', `${port}`];
    const { exitCode, stdout } = await runCli([...args, '--quiet', '--out', dir]).finally(() => exporting.stop());
    await relay.stop();
    expect(relay.statuses, stdout).toContain('0');
    expect(stdout, stdout).toMatch(/^CONFORMS/);
    expect(exitCode).toBe(0);
  });

  test.concurrent('are missed where none come', async () => {
    const { exitCode, dir } = await gate(['--otlp-grpc-port', '0'], {}, ['traces.propagation']);
    const finding = findings(dir).findings.find(({ id }) => id === 'traces.propagation');
    expect(finding).toMatchObject({ gating: true, status: 'unavailable' });
    expect(exitCode).toBe(3);
  });
});

describe('CloudWatch at an endpoint of its own', () => {
  const AWS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-2' };
  const GATES = ['logs.cloudwatch.'];

  /** A fake of FilterLogEvents: the group `aragora-api` has the lines of this file. */
  const fakeCloudWatch = (log: string, asked: unknown[]) =>
    fakeHttp((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        const { logGroupName } = JSON.parse(body) as { logGroupName: string };
        asked.push(`${request.headers['x-amz-target']} ${logGroupName}`);
        const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
        const known = logGroupName === 'aragora-api';
        response.writeHead(known ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
        const events = lines.map((message) => ({ message }));
        response.end(JSON.stringify(known ? { events } : { __type: 'ResourceNotFoundException', message: 'no' }));
      });
    });

  test.concurrent.each([
    ['is asked for the lines of its group', 'aragora-api', true, 'pass', 0],
    ['whose group has no line fails', 'aragora-api', false, 'fail', 99],
    ['that has no such group is unavailable', 'nobody', true, 'unavailable', 3],
  ] as const)('%s', async (_, group, logs, status, exits) => {
    const log = file(tempDir(), 'server.log', '');
    const asked: unknown[] = [];
    const fake = await fakeCloudWatch(log, asked);
    const server = await startEmbeddedTarget(logs ? ['--log', log] : [], abort.signal);
    const dir = join(tempDir(), 'run');
    const args = ['run', '--target', server.httpUrl, '--profile', profile(GATES), '--cloudwatch', group];
    const more = ['--cloudwatch-endpoint', `http://${fake.host}`, '--quiet', '--out', dir];
    const { exitCode, stdout } = await runCli([...args, ...more], { env: AWS }).finally(() => server.stop());
    expect(new Set(asked), stdout).toEqual(new Set([`Logs_20140328.FilterLogEvents ${group}`]));
    const found = findings(dir).findings.find(({ id }) => id === 'logs.cloudwatch.ingested');
    expect(found).toMatchObject({ status, gating: true });
    expect(exitCode).toBe(exits);
  });
});

describe('a server of which no source of traces and logs is named', () => {
  test('is gated by the rest, and the verdict says what was not looked at', async () => {
    const { exitCode, stdout, dir } = await gate([], {}, ['metrics.exposition.', 'traces.', 'logs.']);
    expect(stdout, stdout).toMatch(/^CONFORMS .*; traces and logs not looked at: no source was\s+named/);
    expect(stdout).toMatch(/unavailable +traces: [^:]*--jaeger/);
    expect(stdout).toMatch(/logs: no log was named; give\s+--log-file/);
    expect(exitCode).toBe(0);
    const lacking = findings(dir).findings.filter(({ id }) => /^(traces|logs)\./.test(id));
    expect(lacking.length).toBeGreaterThan(30);
    expect(lacking.filter(({ status, gating }) => gating || status !== 'unavailable')).toEqual([]);
  });

  test('whose metrics are not there is inconclusive', async () => {
    const { exitCode, stdout } = await gate(['--metrics', `${target.httpUrl}/nowhere`]);
    expect(stdout).toMatch(/^INCONCLUSIVE/);
    expect(stdout).toMatch(/GET \S+\/nowhere\s+answers\s+404/);
    expect(exitCode).toBe(3);
  });
});
