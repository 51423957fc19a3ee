import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Asking } from './asking.ts';
import { compared, labelsOf, MetricsReader } from './expositions.ts';

const PLAIN = `# TYPE aragora_requests_total counter
aragora_requests_total{status="200"} $n
# TYPE aragora_request_duration_seconds histogram
aragora_request_duration_seconds_bucket{le="1"} $n
aragora_request_duration_seconds_bucket{le="+Inf"} $n
aragora_request_duration_seconds_sum 0.5
aragora_request_duration_seconds_count $n
`;
const OPEN = `# TYPE aragora_requests counter
aragora_requests_total{status="200"} $n # {trace_id="a"} 1
aragora_requests_created{status="200"} 1.7e9
# TYPE aragora_request_duration_seconds histogram
aragora_request_duration_seconds_bucket{le="1.0"} $n
aragora_request_duration_seconds_bucket{le="+Inf"} $n
aragora_request_duration_seconds_count $n
aragora_request_duration_seconds_sum 0.5
# EOF
`;

let server: Server;
afterEach(() => void server.close());

/** A server whose `n` grows with each answer, and which may change what Prometheus gets. */
async function reading(forPrometheus: (text: string) => string = (text) => text) {
  let n = 4;
  server = createServer((request, response) => {
    if (request.url === '/metrics') return void response.writeHead(308, { location: '/metrics/' }).end();
    n += 1;
    const isOpen = request.headers.accept?.startsWith('application/openmetrics-text') ?? false;
    const type = isOpen ? 'application/openmetrics-text; version=1.0.0; charset=utf-8' : 'text/plain; version=0.0.4';
    const text = (isOpen ? forPrometheus(OPEN) : PLAIN).replaceAll('$n', String(n));
    response.writeHead(200, { 'content-type': type }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const httpUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked = { httpUrl, wsUrl: '', subprotocol: '', distinctClients: false, debateId: null };
  const asking = new Asking(asked, {}, new AbortController().signal);
  const reader = new MetricsReader(asking, {}, '/metrics');
  const [before, prometheus, after] = [await reader.plain(), await reader.asPrometheus(), await reader.plain()];
  return { asking, before, prometheus, after };
}

test('OpenMetrics has the same samples: other bounds, exemplars and times of creation are none of them', async () => {
  const { before, prometheus, after } = await reading();
  expect(compared(before, prometheus, after)).toMatchObject({
    compared: 5,
    malformed: [],
    lost: [],
    differing: { count: 0 },
  });
});

test('a redirect to the same path with a slash is followed, and counted', async () => {
  expect((await reading()).asking.requests).toBe(6);
});

test('a name that only a plain client gets is lost', async () => {
  const { before, prometheus, after } = await reading((text) => text.replace(/^aragora_requests_.*\n/gm, ''));
  expect(compared(before, prometheus, after).lost).toEqual(['aragora_requests_total']);
});

test('a count that is not between the plain ones differs, and so does a sample that is not there', async () => {
  const wrong = await reading((text) =>
    text.replace('{status="200"} $n #', '{status="200"} 99 #').replace(/.*"1.0".*\n/, ''),
  );
  const { differing } = compared(wrong.before, wrong.prometheus, wrong.after);
  expect(differing).toMatchObject({ count: 2, examples: [/: 99 for Prometheus, 5 to 7/, /only for a plain client/] });
});

test('a line that Prometheus refuses is malformed', async () => {
  const { before, prometheus, after } = await reading((text) => text.replace('# EOF\n', 'aragora_broken\n# EOF\n'));
  expect(compared(before, prometheus, after).malformed).toHaveLength(1);
});

test('expositions of several replicas, or a copy that was kept, are no neighbours', async () => {
  const { before, prometheus, after } = await reading();
  expect(labelsOf(['adhoc_1'], before, after)).toMatchObject({ isNext: true });
  expect(labelsOf(['adhoc_1'], after, before)).toMatchObject({ isNext: false });
  const timesTwo = [...after.samples].map(([key, sample]) => [key, { ...sample, value: 2 * sample.value }] as const);
  const other = { ...after, samples: new Map(timesTwo) };
  expect(labelsOf(['adhoc_1'], before, other)).toMatchObject({ isNext: false });
  expect(compared(before, prometheus, after)).toMatchObject({ isFresh: false });
  const asLast = { ...prometheus, samples: after.samples };
  expect(compared(before, asLast, after)).toMatchObject({ isFresh: true });
  expect(compared(before, other, after)).toMatchObject({ isFresh: false });
});

test('ids in labels are found, and so are new series', async () => {
  const { before, after } = await reading();
  expect(labelsOf(['adhoc_1'], before, after)).toMatchObject({ withId: { count: 0 }, grown: { count: 0 } });
  expect(labelsOf(['200'], before, after)).toMatchObject({ withId: { count: 1 } });
  const empty = { ...before, samples: new Map() };
  expect(labelsOf([], empty, after)).toEqual({ lacking: 'no metrics could be read after the load' });
});
