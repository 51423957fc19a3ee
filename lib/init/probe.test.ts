/** What `init` finds at servers of versions that it does not know, and what it can't reach. */
import { afterAll, expect, test } from 'vitest';
import { closeFakes, fakeHttp } from '../../test/cli/support/servers.ts';
import { fakeRelease } from '../../test/support/releases.ts';
import { targetUrls } from '../config/target.ts';
import { probe } from './probe.ts';

afterAll(closeFakes);

const EXPOSITION = `# TYPE aragora_http_requests_total counter
# TYPE aragora_http_request_duration_seconds histogram
# TYPE aragora_active_debates gauge
# TYPE aragora_debate_duration_seconds histogram
`;

/** @param metrics null: there are none. */
async function seenAt(version: string, metrics: string | null) {
  const { host } = await fakeHttp(({ url }, response) => {
    if (url === '/api/health') return response.end(JSON.stringify({ status: 'healthy', version }));
    return metrics === null || url !== '/metrics' ? response.writeHead(404).end() : response.end(metrics);
  });
  const server = { ...targetUrls(`http://${host}`, 'ws://127.0.0.1:1/ws'), token: undefined };
  const { contract, seen } = await probe(server, new AbortController().signal);
  return { contract, lines: seen.map(({ there, text }) => `${there ? '✓' : '·'} ${text.replaceAll(host, 'HOST')}`) };
}

const NOT_ASKED = expect.stringMatching(/^· not asked: the names of its spans and the fields of its log; /);

test('a version without a contract gets the one that fits best, with how well', async () => {
  const { contract, lines } = await seenAt('2.10.0', EXPOSITION);
  expect(contract).toBe('aragora-2.11');
  expect(lines.slice(4)).toEqual([
    expect.stringMatching(/^✓ its metrics have the names of contract "aragora-2\.11": 4 of 12 names; not there: /),
    '· it says version 2.10.0, which has no contract of its own: "aragora-2.11" fits best, by 4 of 12 names of metrics',
    NOT_ASKED,
  ]);
});

test('a version that has a contract needs no such words', async () => {
  const { lines } = await seenAt('2.11.1', EXPOSITION);
  expect(lines.slice(4)).toEqual([expect.stringMatching(/^✓ its metrics have the names/), NOT_ASKED]);
});

test('what could not be reached is said, and shows no contract', async () => {
  const { contract, lines } = await seenAt('2.7.4', null);
  expect(contract).toBeUndefined();
  expect(lines).toEqual([
    '✓ http://HOST/api/health answers 200',
    expect.stringMatching(/^· http:\/\/HOST\/api\/debates answers 404: this path is not there; /),
    expect.stringMatching(
      /^· http:\/\/HOST\/metrics answers 404: this path is not there; name where they are with --metrics/,
    ),
    expect.stringMatching(/^· no WebSocket opens: /),
    '· its metrics do not show the contract: "documented" is used',
    '· it says version 2.7.4, which has no contract of its own, and its metrics do not show which one fits',
    NOT_ASKED,
  ]);
});

async function seenAtRelease(version: Parameters<typeof fakeRelease>[0]) {
  const host = await fakeRelease(version);
  const server = { ...targetUrls(`http://${host}`, 'ws://127.0.0.1:1/ws'), token: undefined };
  const { contract, seen } = await probe(server, new AbortController().signal);
  return { contract, lines: seen.map(({ there, text }) => `${there ? '✓' : '·'} ${text.replaceAll(host, 'HOST')}`) };
}

test('Aragora 2.10.0 has the contract of 2.11, and says another version than it is', async () => {
  const { contract, lines } = await seenAtRelease('2.10.0');
  expect(contract).toBe('aragora-2.11');
  expect(lines).toEqual([
    '✓ http://HOST/api/health answers 200',
    '✓ http://HOST/api/debates answers 200',
    '✓ http://HOST/metrics answers 200',
    expect.stringMatching(/^· no WebSocket opens: /),
    '✓ its metrics have the names of contract "aragora-2.11": 8 of 12 names; not there: aragora_consensus_reached_total, aragora_elo_updates_total, aragora_debate_timeouts_total, aragora_debates_completed_total',
    '· it says version 2.0.3, which has no contract of its own: "aragora-2.11" fits best, by 8 of 12 names of metrics',
    NOT_ASKED,
  ]);
});

test('Aragora 2.7.4 shows no metrics: the contract of the newest release is taken, and the load that goes with it', async () => {
  const { contract, lines } = await seenAtRelease('2.7.4');
  expect(contract).toBe('aragora-2.11');
  expect(lines).toEqual([
    '✓ http://HOST/api/health answers 200',
    '· http://HOST/api/debates answers 401 ("Authentication required"): it asks for a token; set ARAGORA_API_TOKEN to a token that this server issued (docs/real-server.md)',
    '· http://HOST/metrics answers 500 ("Internal server error"); its log may say why, and --no-telemetry judges a run without it',
    expect.stringMatching(/^· no WebSocket opens: /),
    '· its metrics do not show the contract: "aragora-2.11" is used, because its answers say that it is a release',
    '· it says version 2.0.3, which has no contract of its own, and its metrics do not show which one fits',
    NOT_ASKED,
  ]);
});

test('spans show the contract of a server without metrics, and then only its log was not asked', async () => {
  const host = await fakeRelease('2.7.4');
  const spans = {
    url: '',
    seen: async () => ({ contract: 'aragora-2.11', there: true, text: 'its spans have them' }) as const,
    stop: async () => {},
  };
  const server = { ...targetUrls(`http://${host}`, 'ws://127.0.0.1:1/ws'), token: undefined, spans };
  const { contract, seen } = await probe(server, new AbortController().signal);
  expect(contract).toBe('aragora-2.11');
  expect(seen.map(({ text }) => text).slice(4)).toEqual([
    'its metrics do not show the contract: "aragora-2.11" is used, because its spans have those names',
    'its spans have them',
    expect.stringContaining('it says version 2.0.3'),
    expect.stringMatching(/^not asked: the fields of its log; /),
  ]);
});
