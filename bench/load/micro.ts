import exec from 'k6/execution';
import http from 'k6/http';
import { Trend } from 'k6/metrics';
import { Random } from '../../scenarios/random.ts';
export const options = { vus: 1, iterations: 1 };
const latency = new Trend('aragora_latency', true);
const url = `${__ENV['TARGET']}/api/health`;
const tags = { endpoint: 'health', outcome: 'ok' };
const cache: Record<string, typeof tags> = { 'health ok': tags };
const N = 20000;
function time(name: string, f: (i: number) => unknown): void {
  f(0);
  const t = Date.now();
  for (let i = 0; i < N; i++) f(i);
  console.log(name.padEnd(40), (((Date.now() - t) * 1000) / N).toFixed(2), 'us');
}
export default function (): void {
  const r = http.get(url, { responseType: 'text' });
  const sc = exec.scenario;
  time('empty', () => 0);
  time('Date.now', () => Date.now());
  time('exec.scenario', () => exec.scenario);
  time('exec.scenario destructured', () => { const { name, startTime, iterationInTest } = exec.scenario; return name; });
  time('held scenario: name', () => sc.name);
  time('held scenario: startTime', () => sc.startTime);
  time('held scenario: iterationInTest', () => sc.iterationInTest);
  time('new Random', (i) => new Random(1, 'health_0', i));
  const random = new Random(1, 'x', 1);
  time('hex 32', () => random.hex(32));
  time('hex 16', () => random.hex(16));
  time('uint32', () => random.uint32());
  time('toString16', (i) => (0x8fffffff - i).toString(16));
  time('padStart', () => 'abcdef1'.padStart(8, '0'));
  time('latency.add tags', () => latency.add(1.5, tags));
  time('latency.add', () => latency.add(1.5));
  time('key+lookup', () => cache[`${'health'} ${'ok'}`]);
  time('r.json(path)', () => r.json('status'));
  time('r.json()', () => r.json());
  time('JSON.parse', () => JSON.parse(r.body as string));
  time('r.timings.blocked+duration', () => r.timings.blocked + r.timings.duration);
  time('r.timings', () => r.timings);
  time('r.status', () => r.status);
  time('r.body', () => r.body);
  time('r.error_code', () => r.error_code);
  time('__ENV[PLAN]', () => __ENV['PLAN']);
  const t = (name: string, f: () => unknown): void => {
    for (let i = 0; i < 50; i++) f();
    const s = Date.now();
    for (let i = 0; i < 4000; i++) f();
    console.log(name.padEnd(40), (((Date.now() - s) * 1000) / 4000).toFixed(2), 'us wall');
  };
  const tagsOnly = { tags: { name: 'health' } };
  for (let k = 0; k < 2; k++) {
    t('http.get', () => http.get(url));
    t('http.request', () => http.request('GET', url, null));
    t('+responseType', () => http.request('GET', url, null, { responseType: 'text' }));
    t('+timeout', () => http.request('GET', url, null, { timeout: 10000 }));
    t('+redirects', () => http.request('GET', url, null, { redirects: 0 }));
    t('+headers', () => http.request('GET', url, null, { headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' } }));
    t('+tags', () => http.request('GET', url, null, { tags: { name: 'health' } }));
    t('all', () => http.request('GET', url, null, { responseType: 'text', timeout: 10000, redirects: 0, tags: { name: 'health' }, headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' } }));
  }
}
