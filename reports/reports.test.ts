/** Every report except the HTML page, compared with golden files; `vitest run reports -u` rewrites them. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../lib/core/finding.ts';
import type { RunFacts } from '../lib/core/run.ts';
import { SAMPLES } from '../test/support/facts.ts';
import { hostile } from '../test/support/hostile.ts';
import { renderGithubAnnotations, withoutCommands } from './github.ts';
import { renderHtml } from './html/page.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { ordered, tallyText } from './summary.ts';
import { renderText } from './text.ts';

const FORMATS = {
  txt: (facts: RunFacts) => renderText(facts, { reportPath: 'runs/20260921-141320-7f3a/report.html' }),
  md: renderMarkdown,
  xml: renderJunit,
  annotations: renderGithubAnnotations,
  json: renderJson,
} as const;
const names = Object.keys(SAMPLES) as (keyof typeof SAMPLES)[];
const SCHEMA = new URL('../docs/schema/findings.schema.json', import.meta.url);
const sample = SAMPLES.breaching();
const wicked = hostile(sample);

describe.each(names)('a run that is %s', (name) => {
  const facts = SAMPLES[name]();
  it.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])('reads as agreed in .%s', async (format) => {
    await expect(FORMATS[format](facts)).toMatchFileSnapshot(`golden/${name}.${format}`);
  });

  it('fits 100 columns of text, and 72', () => {
    for (const width of [100, 72]) {
      for (const line of renderText(facts, { width }).split('\n'))
        expect([...line].length, line).toBeLessThanOrEqual(width);
    }
  });

  it('is the same text under the paint', () => {
    const painted = renderText(facts, { paint: (tone, text) => `<${tone}>${text}</${tone}>` });
    expect(painted.replace(/<\/?(good|bad|doubt|strong|faint)>/g, '')).toBe(renderText(facts));
  });

  it('is valid by the published schema', () => {
    expect(schemaErrors(JSON.parse(renderJson(facts)))).toEqual([]);
  });
});

function schemaErrors(value: unknown): unknown[] {
  const schema = JSON.parse(readFileSync(SCHEMA, 'utf8')) as object;
  const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
  return validate(value) ? [] : (validate.errors ?? []);
}

it('counts no sample of the generator’s own lateness among those of the target', () => {
  const { recording, ...facts } = SAMPLES.conforming();
  const [own] = recording.endpoints.values();
  if (own === undefined) throw new Error('the sample has no endpoint');
  const late = { ...recording, endpoints: new Map([...recording.endpoints, ['start-lateness', own] as const]) };
  expect(renderText({ ...facts, recording: late })).toBe(renderText({ ...facts, recording }));
});

describe('the schema', () => {
  const file = JSON.parse(renderJson(sample)) as Record<string, unknown>;
  it.each([
    ['an unknown key', { ...file, surprise: 1 }],
    ['another schema version', { ...file, schemaVersion: 1 }],
    ['an exit code that is not the outcome’s', { ...file, exitCode: 0 }],
    ['a status of its own', { ...file, findings: [{ ...(file['findings'] as Finding[])[0], status: 'skipped' }] }],
  ])('refuses %s', (_what, broken) => {
    expect(schemaErrors(broken)).not.toEqual([]);
  });
});

describe('each field of the schema', () => {
  const fields = (node: unknown, path: string): [string, object][] => {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return [];
    const { properties } = node as { properties?: Record<string, object> };
    const own = path.includes('/if') || path.includes('/then') ? [] : Object.entries(properties ?? {});
    const within = Object.entries(node).flatMap(([key, value]) =>
      Array.isArray(value)
        ? value.flatMap((one, at) => fields(one, `${path}/${key}/${at}`))
        : fields(value, `${path}/${key}`),
    );
    return [...own.map(([name, field]): [string, object] => [`${path}/${name}`, field]), ...within];
  };

  it('is documented', () => {
    const all = fields(JSON.parse(readFileSync(SCHEMA, 'utf8')), '').filter(([path]) => !path.startsWith('/allOf'));
    const bare = all.filter(([, field]) => !('description' in field) && !('$ref' in field));
    expect(bare.map(([path]) => path)).toEqual([]);
    expect(all.length).toBeGreaterThan(80);
  });
});

describe('the terminal', () => {
  const textOf = (name: keyof typeof SAMPLES): string[] => renderText(SAMPLES[name]()).split('\n');
  const naming = (lines: readonly string[], words: string): string[] => lines.filter((line) => line.includes(words));

  it('reports in one line of a family what lacks its evidence for one reason', () => {
    expect(naming(textOf('observed'), 'no Prometheus was asked')).toEqual([
      'NO DATA metrics, 4 findings (do not gate): no Prometheus was asked',
    ]);
    expect(naming(textOf('unobserved'), 'UNAVAILABLE metrics')).toHaveLength(1);
    expect(naming(textOf('unobserved'), 'no log was read')).toEqual([
      'NO DATA logs, 2 findings: no log was read (--log-file PATH)',
    ]);
  });

  it('counts what passed of the telemetry, and shows what failed with its evidence', () => {
    expect(naming(textOf('observed'), 'PASS').at(-1)).toBe('PASS logs 2 checks · metrics 4 checks · traces 2 checks');
    expect(naming(textOf('lying'), 'clients 1,800, server 1,788')).toHaveLength(1);
  });

  it('says of a deviation that the team accepts until when and why, wherever it shows', () => {
    const facts = SAMPLES.lying();
    const acceptance = { state: 'accepted', reason: 'a library prints', expires: '2026-12-31' } as const;
    const accept = (finding: Finding): Finding =>
      finding.id === 'logs.json' ? { ...finding, gating: false, acceptance } : finding;
    const accepted = { ...facts, verdict: { ...facts.verdict, findings: facts.verdict.findings.map(accept) } };
    for (const shown of [renderText(accepted), renderMarkdown(accepted)])
      expect(shown).toContain('accepted until 2026-12-31: a library prints');
    expect(renderText(accepted)).toContain('log lines are JSON  source: Log Configuration (accepted)');
  });

  it('says first what is worst: a lying server before an undecided objective', () => {
    const statuses = textOf('lying').flatMap((line) => /^(FAIL|INCONCLUSIVE|NO DATA|PASS) /.exec(line)?.[1] ?? []);
    expect(statuses[0]).toBe('FAIL');
  });
});

describe('the tally', () => {
  it.each<[string, [Finding['status'], boolean][], string]>([
    ['of nothing', [], 'nothing was judged'],
    [
      'is worst first',
      [
        ['pass', true],
        ['no-data', false],
        ['fail', true],
      ],
      '1 fail, 1 no data, 1 pass',
    ],
    [
      'says of a failure beside a yes that it does not gate',
      [
        ['fail', false],
        ['pass', true],
      ],
      '1 fail (does not gate), 1 pass',
    ],
    [
      'and of several',
      [
        ['fail', false],
        ['fail', false],
      ],
      '2 fail (do not gate)',
    ],
    [
      'and not where one of them does',
      [
        ['fail', false],
        ['fail', true],
      ],
      '2 fail',
    ],
  ])('%s', (_, findings, expected) => {
    const [any] = sample.verdict.findings as [Finding];
    const made = findings.map(([status, gating]) => ({ ...any, status, gating }));
    expect(tallyText(made)).toBe(expected);
  });
});

describe('the order of findings', () => {
  const finding = (status: Finding['status'], margin: number | null, gating = true): Finding => ({
    ...(sample.verdict.findings[0] as Finding),
    id: `${status} ${margin} ${gating}`,
    status,
    margin,
    gating,
  });

  it('is failing first, gating before not, worst margin first, and no margin at all the worst breach', () => {
    const right = [
      finding('fail', null),
      finding('fail', -2),
      finding('fail', -0.1),
      finding('fail', -3, false),
      finding('inconclusive', 0.1),
      finding('unavailable', null),
      finding('no-data', null),
      finding('pass', 0.2),
      finding('pass', 0.9),
    ];
    expect(ordered([...right].reverse()).map((one) => one.id)).toEqual(right.map((one) => one.id));
  });
});

describe('JUnit', () => {
  it('has a test case per finding and one for the outcome', () => {
    expect(renderJunit(sample).match(/<testcase /g)).toHaveLength(sample.verdict.findings.length + 1);
  });

  it('is never all green unless the run conforms', () => {
    for (const name of names) {
      const facts = SAMPLES[name]();
      expect(/<(failure|error) /.test(renderJunit(facts)), name).toBe(facts.verdict.outcome !== 'conforms');
    }
  });
});

describe('a hostile target', () => {
  it.each([
    ['::add-mask::x', ': :add-mask::x'],
    ['a\n \t::stop-commands::x\nb', 'a\n \t: :stop-commands::x\nb'],
    ['said ##[set-output name=outcome]conforms', 'said # #[set-output name=outcome]conforms'],
    ['a::b of http://h at 10:30\n  \n', 'a::b of http://h at 10:30\n  \n'],
  ])('gives a runner no command in %j', (text, said) => {
    expect(withoutCommands(text)).toBe(said);
  });

  it('puts no control character into any report but line breaks', () => {
    for (const render of [FORMATS.txt, FORMATS.md, FORMATS.xml, FORMATS.annotations]) {
      expect(render(wicked).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    }
  });

  it('adds no annotation of its own', () => {
    const lines = renderGithubAnnotations(wicked).trimEnd().split('\n');
    expect(lines).toHaveLength(renderGithubAnnotations(sample).trimEnd().split('\n').length);
    for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) title=[^:,]*::/);
  });

  it.each(['breaching', 'lying'] as const)('opens no tag and no cell in the Markdown of a run that is %s', (name) => {
    const facts = SAMPLES[name]();
    const markdown = renderMarkdown(hostile(facts))
      .replace(/```+sh[\s\S]*```+/, '')
      .replace(/`+ [^\n]*? `+/g, '');
    expect(markdown.replace(/<br>|<\/?details>|<\/?summary>/g, '')).not.toMatch(/<[a-z/!]/i);
    const cells = (line: string): number => line.replace(/\\./g, '').split('|').length;
    const rows = markdown.split('\n').filter((line) => line.startsWith('| '));
    expect(new Set(rows.map(cells)), name).toEqual(
      new Set(
        renderMarkdown(facts)
          .split('\n')
          .filter((line) => line.startsWith('| '))
          .map(cells),
      ),
    );
  });

  it('is carried unchanged in JSON', () => {
    const file = JSON.parse(renderJson(wicked)) as { findings: Finding[] };
    expect(file.findings).toEqual(wicked.verdict.findings);
    expect(schemaErrors(file)).toEqual([]);
  });
});

describe('an acceptance', () => {
  const states = {
    accepted: /accepted until 2027-01-31: known since/,
    expired: /its acceptance expired on 2027-01-31: known since/,
    'no-longer-occurs': /accepted until 2027-01-31 \(known since .*\), but it no longer occurs/,
  } as const;
  it.each(Object.keys(states) as (keyof typeof states)[])('that is %s is shown in every format', (state) => {
    const { verdict } = sample;
    const status = state === 'no-longer-occurs' ? 'pass' : 'fail';
    const [first] = ordered(verdict.findings);
    if (first === undefined) throw new Error('the sample has no finding');
    const acceptance = { state, reason: 'known since release 2', expires: '2027-01-31' } as const;
    const finding: Finding = { ...first, status, gating: state !== 'accepted', acceptance };
    const facts: RunFacts = { ...sample, verdict: { ...verdict, findings: [finding] } };
    const words = (text: string) => text.replace(/\s+/g, ' ');
    expect(words(renderText(facts))).toMatch(states[state]);
    expect(words(renderMarkdown(facts)).replaceAll('\\', '')).toMatch(states[state]);
    expect(words(renderJunit(facts))).toMatch(states[state]);
    expect(
      words(renderHtml(facts, { script: '', style: '', scriptHash: '', styleHash: '', version: '0.0.0' })),
    ).toMatch(states[state]);
    expect(schemaErrors(JSON.parse(renderJson(facts)))).toEqual([]);
    // A pass makes no annotation.
    if (status === 'fail') expect(renderGithubAnnotations(facts)).toMatch(states[state]);
  });
});
