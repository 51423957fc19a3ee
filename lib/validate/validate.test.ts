import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type NamedFile, validateFiles } from './validate.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-validate-'));
afterAll(() => rmSync(dir, { recursive: true }));

const TODAY = '2026-11-22';
let files = 0;
function file(content: unknown, ending = 'yaml'): string {
  const path = join(dir, `${files++}.${ending}`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const slo = (name = 'fast') => ({
  apiVersion: 'openslo/v1',
  kind: 'SLO',
  metadata: { name },
  spec: {
    service: 'aragora',
    indicator: { spec: { thresholdMetric: { metricSource: { type: 'aragora-slo', spec: { endpoint: 'health' } } } } },
    objectives: [
      { value: 20, target: 0.95 },
      { value: 50, target: 0.99 },
    ],
  },
});
const profile = (gates: unknown = 'all') => ({
  name: 'mine',
  journeys: { health: { ratePerSec: 5, durationSec: 10 }, consensus: { ratePerSec: 5, durationSec: 20 } },
  gates,
});
const accept = (finding = 'logs.json', expires = TODAY) => ({ accepted: [{ finding, reason: 'known', expires }] });
const said = async (named: readonly (string | NamedFile)[]) =>
  (
    await validateFiles(
      named.map((one) => (typeof one === 'string' ? { path: one } : one)),
      TODAY,
    )
  ).map(({ valid, text }) => `${valid ? '✓' : '✗'} ${text}`);

describe('a file is recognised by its content:', () => {
  const cases: Record<string, [content: unknown, says: string | RegExp, ending?: string]> = {
    objectives: [slo(), '✓ 2 objectives'],
    'a list of objectives': [[slo(), slo('other')], '✓ 4 objectives'],
    'a profile': [profile(), '✓ profile mine, 2 journeys, 20 s'],
    'an acceptance on its last day': [accept(), '✓ 1 accepted deviation'],
    'an acceptance that has expired': [
      accept('logs.json', '2026-11-21'),
      /^✗ expired: "logs\.json" on 2026-11-21 \(it gates again/,
    ],
    'an acceptance of no finding': [accept('log.json'), /^✗ "finding" names "log\.json".*nearest: logs\.json/],
    'own names': [
      { contract: 'aragora-2.11', metrics: { aragora_requests_total: { name: 'hits' } }, logs: { level: 'severity' } },
      '✓ 2 own names over the contract aragora-2.11',
    ],
    'own names with a misspelt metric': [
      { metrics: { aragora_request_total: { name: 'hits' } } },
      /^✗ "metrics" has no key "aragora_request_total" \(did you mean "aragora_requests_total"\?/,
    ],
    'a draft of own names of which none is sure': [
      { contract: 'documented', metrics: null },
      '✓ 0 own names over the contract documented',
    ],
    'a config with the address of metrics': [{ metrics: 'http://h/metrics' }, '✓ config of metrics'],
    'a config': [{ target: 'http://h', profile: 'smoke' }, '✓ config of target, profile'],
    'a config in TypeScript': ['export default { profile: "smoke" } satisfies object;', '✓ config of profile', 'ts'],
    'a config with a misspelt key': [
      { target: 'http://h', prophile: 'x' },
      /^✗ the document has no key "prophile".*"profile"/,
    ],
    'a config whose certificate is not there': [
      { target: 'http://h', backendCa: './none.pem' },
      /^✗ cannot read .*none\.pem/,
    ],
    'a config whose inline profile gates nothing': [
      { profile: profile(['latency.helth.p50']) },
      /^✗ profile mine: "gates" names "latency\.helth\.p50".*did you mean "latency\.health\.p50"/,
    ],
    'a profile that gates nothing': [profile(['nothing.']), /^✗ profile mine: "gates" names "nothing\."/],
    'a profile without journeys': [{ ...profile(), journeys: {} }, /^✗ "journeys" names no journey/],
    'an SLO of another kind': [{ ...slo(), kind: 'Service' }, /^✗ "kind" must be "SLO", got "Service"/],
    'an empty list': ['[]', /^✗ it is neither objectives/],
    'something else': [{ hello: 'world' }, /^✗ it is neither objectives .*say which with --slo/],
    'an empty file': ['', /^✗ it is neither objectives/],
    'no YAML': ['a: [', /^✗ .*is not valid YAML/],
  };
  test.each(Object.entries(cases))('%s', async (_, [content, says, ending]) => {
    expect(await said([file(content, ending)])).toEqual([
      typeof says === 'string' ? says : expect.stringMatching(says),
    ]);
  });
});

describe('a file is recognised by its option:', () => {
  test('what it lacks is then said of that kind', async () => {
    const path = file({ hello: 'world' });
    expect(await said([{ path, kind: 'accept' }])).toEqual([expect.stringMatching(/^✗ .*"accepted"|^✗ .*accepted/)]);
    expect(await said([{ path, kind: 'profile' }])).toEqual([expect.stringMatching(/^✗ /)]);
    expect(await said([{ path, kind: 'slo' }])).toEqual([expect.stringMatching(/^✗ "apiVersion"/)]);
  });

  test('one that is not there is reported', async () => {
    expect(await said([{ path: join(dir, 'none.yaml'), kind: 'slo' }])).toEqual([
      expect.stringMatching(/^✗ cannot read .*none\.yaml: it does not exist/),
    ]);
  });
});

describe('a config is checked with the files that it names', () => {
  const names = (path: string) => relative(dir, path);

  test('against its own objectives, as a run would', async () => {
    const [own, gating, accepted] = [file(slo()), file(profile(['fast.1'])), file(accept('fast.2'))];
    const config = file({ slo: names(own), profile: names(gating), accept: names(accepted) });
    expect(await said([config])).toEqual([
      '✓ config of slo, profile, accept',
      '✓ 2 objectives',
      '✓ profile mine, 2 journeys, 20 s',
      '✓ 1 accepted deviation',
    ]);
  });

  test('so that a gate on an objective that it has replaced is refused, and one of a bare file is not', async () => {
    const gating = file(profile(['latency.health.p50']));
    const config = file({ slo: names(file(slo())), profile: names(gating) });
    expect(await said([config])).toEqual([
      '✓ config of slo, profile',
      '✓ 2 objectives',
      expect.stringMatching(/^✗ .*"latency\.health\.p50", which no objective is called/),
    ]);
    expect(await said([gating])).toEqual(['✓ profile mine, 2 journeys, 20 s']);
  });

  test('each once, also when it is named beside it', async () => {
    const own = file(slo());
    expect(await said([file({ slo: names(own) }), own])).toEqual(['✓ config of slo', '✓ 2 objectives']);
  });

  test('and what is broken in one does not hide another', async () => {
    const config = file({ slo: './none.yaml', accept: names(file(accept('logs.json', '2020-01-01'))) });
    expect(await said([config])).toEqual([
      '✓ config of slo, accept',
      expect.stringMatching(/^✗ cannot read/),
      expect.stringMatching(/^✗ expired/),
    ]);
  });
});

describe('objectives for a journey that a profile describes', () => {
  const { spec } = slo();
  const source = { type: 'aragora-slo', spec: { endpoint: 'search' } };
  const searched = file({
    ...slo(),
    spec: { ...spec, indicator: { spec: { thresholdMetric: { metricSource: source } } } },
  });
  const search = { path: '/api/search', ratePerSec: 5, durationSec: 10 };

  test('are valid beside that profile, or where a config names both, and nowhere else', async () => {
    const searching = file({ name: 'searching', journeys: { search }, gates: ['fast.1'] });
    const both = ['✓ 2 objectives', '✓ profile searching, 1 journey, 10 s'];
    expect(await said([searching, searched])).toEqual(both);
    const config = file({ slo: relative(dir, searched), profile: relative(dir, searching) });
    expect(await said([config])).toEqual(['✓ config of slo, profile', ...both]);
    expect(await said([searched])).toEqual([expect.stringMatching(/^✗ .*must be one of health, .*, got "search"$/)]);
  });

  test('are not known by a profile that is not valid', async () => {
    const broken = file({ name: 'searching', journeys: { search: { ...search, method: 'LOOK' } } });
    expect(await said([broken, searched])).toEqual([
      expect.stringMatching(/^✗ .*got "search"$/),
      expect.stringMatching(/^✗ .*LOOK/),
    ]);
  });
});
