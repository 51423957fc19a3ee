/** Learns the names of a taped run whose server was renamed, and judges the run by what was learned. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Finding } from '../core/finding.ts';
import type { RunFacts } from '../core/run.ts';
import { sealRun } from '../run/seal.ts';
import { judgeRun, readRun } from '../run/stages.ts';
import type { MetricsObserved } from '../systems/metrics/observation.ts';
import type { Span, TracesObserved } from '../systems/traces/observation.ts';
import { learnFromExposition, learnFromRun } from './learn.ts';
import { draftOf } from './report/draft.ts';

const root = mkdtempSync(join(tmpdir(), 'aragora-slo-learn-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** `aragora_requests_total` → `aragora_total_requests`. */
const metricName = (documented: string): string => `aragora_${documented.split('_').slice(1).reverse().join('_')}`;
const spanName = (documented: string): string => `own.${documented.replace('.', '-')}`;

function renamedMetrics(observed: MetricsObserved): MetricsObserved {
  const families = observed.families.map((family) => {
    const name = metricName(family.name);
    const series = family.series.map((one) => ({ ...one, name: one.name.replace(family.name, name) }));
    return { ...family, name, series };
  });
  return { ...observed, families };
}

function renamedSpan(span: Span): Span {
  const { method, path, status, ...others } = span.attributes;
  const own = method === undefined ? span.attributes : { ...others, verb: method, route: path, code: status };
  return { ...span, name: spanName(span.name), attributes: own as Span['attributes'] };
}

function renamedSpans(observed: TracesObserved): TracesObserved {
  const names = Object.entries(observed.spanNames).map(([name, count]) => [spanName(name), count] as const);
  return { ...observed, spanNames: Object.fromEntries(names), spans: observed.spans.map(renamedSpan) };
}

type Change = (observed: MetricsObserved) => MetricsObserved;

/** The conforming tape in a folder of its own, with what its server says changed; its spans too, if they have other names as well. */
function taped(change: Change | null, hasOtherSpans = true): string {
  const dir = mkdtempSync(join(root, 'run-'));
  cpSync(join(import.meta.dirname, '../../test/tapes/healthy'), dir, { recursive: true });
  if (change === null) return dir;
  const file = join(dir, 'observations.json');
  const observations = (JSON.parse(readFileSync(file, 'utf8')) as RunFacts['observations']).map((one) => {
    if (one.kind === 'metrics' && one.status === 'collected') return change(one as MetricsObserved);
    return hasOtherSpans && one.kind === 'traces' && one.status === 'collected'
      ? renamedSpans(one as TracesObserved)
      : one;
  });
  writeFileSync(file, JSON.stringify(observations));
  sealRun(dir);
  return dir;
}

const draftedFrom = (dir: string): string =>
  draftOf(learnFromRun(readRun(dir)), { from: 'the run', subprotocol: 'aragora-v1' }).text;

/** As a person confirms a draft who knows the release: the right lines, and no other. */
const confirmed = (draft: string): string =>
  draft.replaceAll(/^ {2}# (\S+): (\{ name: (\S+) .*)$/gm, (line, documented: string, value: string, name: string) =>
    name === metricName(documented) || name === spanName(documented) ? `  ${documented}: ${value}` : line,
  );

function judgedBy(dir: string, contract: string): readonly Finding[] {
  const file = join(dir, 'own.yaml');
  writeFileSync(file, contract);
  return judgeRun(dir, undefined, file).verdict.findings;
}

const statuses = (findings: readonly Finding[], wanted = /^(metrics|traces)\./): Record<string, string> =>
  Object.fromEntries(findings.flatMap(({ id, status }) => (wanted.test(id) ? [[id, status]] : [])));

const failing = (findings: readonly Finding[]): string[] =>
  findings.flatMap(({ id, status, gating }) => (gating && status === 'fail' ? [id] : []));

const RENAMED = taped(renamedMetrics);
const DRAFT = draftedFrom(RENAMED);

describe('the draft of a renamed server', () => {
  test('names what values show, with the checks that show it', () => {
    expect(DRAFT).toContain(`contract: documented
# WebSockets opened with this one, or without any:
# subprotocol: aragora-v1

metrics:
  # metrics.requests_total.reconciles passes: all of 3,206 answered requests are counted, and no other
  aragora_requests_total: { name: aragora_total_requests }
`);
    expect(DRAFT).toMatch(/^ {2}aragora_debate_duration_seconds: \{ name: aragora_seconds_duration_debate \}$/m);
    expect(DRAFT).toMatch(
      /\n {2}# verb is what the client knows as method, in \d+ spans\n {2}# route is what the client knows as path, .*\n {2}# code is .*\n.*\n {2}http\.request: \{ name: own\.http-request, attributes: \{ method: verb, path: route, status: code \} \}\n/,
    );
    expect(DRAFT).toMatch(/^ {2}db\.query: \{ name: own\.db-query \}$/m);
  });

  test('writes as a comment what two names fit, and what nothing shows', () => {
    expect(DRAFT).toContain(`  # not sure, because 1 other name would fit as well
  # aragora_debates_completed_total: { name: aragora_total_completed_debates }
`);
    expect(DRAFT).toContain(`  # nothing that clients know shows what it counts
  # aragora_memory_tier_size: { name: aragora_size_tier_memory }
`);
  });
});

describe('judging the renamed server', () => {
  test('without its names, they fail', () => {
    const failed = failing(judgeRun(RENAMED).verdict.findings);
    expect(failed).toContain('metrics.requests_total.present');
    expect(failed).toContain('traces.spans.http.request.present');
  });

  test('with the draft alone, only what is not confirmed yet fails', () => {
    const failed = failing(judgedBy(RENAMED, DRAFT));
    expect(failed.length).toBeGreaterThan(0);
    for (const id of failed) expect(DRAFT).toContain(`  # aragora_${id.split('.')[1]}: { name: `);
  });

  test('with the names that a person confirmed, every check says what it says of the server without other names', () => {
    const named = statuses(judgeRun(taped(null), undefined, 'documented').verdict.findings);
    expect(statuses(judgedBy(RENAMED, confirmed(DRAFT)))).toEqual(named);
    expect(Object.values(named)).toContain('pass');
  });

  test('is the same in a folder of another name, and says by what it was judged', () => {
    const file = join(RENAMED, 'own.yaml');
    const { plan } = judgeRun(RENAMED, undefined, file);
    expect(plan.ownNames?.metrics?.['aragora_requests_total']).toEqual({ name: 'aragora_total_requests' });
    expect(plan.notes?.join('\n')).toMatch(
      /^judged by the contract documented \+ \S+own\.yaml, and the run was made with documented$/m,
    );
  });
});

describe('a lie in values', () => {
  const doubled: Change = (observed) => {
    const renamed = renamedMetrics(observed);
    const families = renamed.families.map((family) => {
      if (family.name !== 'aragora_total_requests') return family;
      const series = family.series.map((one) => ({ ...one, values: one.values.map((value) => 2 * Number(value)) }));
      return { ...family, series };
    });
    return { ...renamed, families };
  };

  test('is found under the learned name', () => {
    expect(failing(judgedBy(taped(doubled), confirmed(DRAFT)))).toContain('metrics.requests_total.reconciles');
  });

  test('is no evidence of a name', () => {
    const draft = draftedFrom(taped(doubled));
    expect(draft).toMatch(
      /\n {2}# metrics\.requests_total\.reconciles fails: .*\n(?: {2}# metrics\..*\n)* {2}# aragora_requests_total: \{ name: aragora_total_requests \}\n/,
    );
    expect(draft).not.toMatch(/^ {2}aragora_requests_total:/m);
  });
});

describe('a server that calls labels something else', () => {
  const OWN: Readonly<Record<string, string>> = { endpoint: 'route', method: 'verb', provider: 'vendor' };
  const relabelled: Change = (observed) => ({
    ...observed,
    families: observed.families.map((family) => {
      const series = family.series.map((one) => {
        const labels = Object.entries(one.labels).map(([label, value]) => [OWN[label] ?? label, value]);
        return { ...one, labels: Object.fromEntries(labels) as Record<string, string> };
      });
      return { ...family, series };
    }),
  });
  const run = taped(relabelled, false);
  const draft = draftedFrom(run);

  test('fails by their documented names, and the finding names the labels that it has', () => {
    const findings = judgeRun(run).verdict.findings;
    expect(failing(findings)).toEqual(expect.arrayContaining(['metrics.requests_total.labels']));
    expect(findings.find(({ id }) => id === 'metrics.requests_total.labels')?.evidence).toContainEqual({
      label: 'further labels',
      value: 'verb, route',
    });
  });

  test('has those in its draft that its counts show, and the others as a comment', () => {
    expect(
      draft,
    ).toContain(`  # metrics.requests_total.reconciles passes: all of 3,206 answered requests are counted, and no other
  aragora_requests_total: { name: aragora_requests_total, labels: { method: verb, endpoint: route } }
`);
    expect(draft).toMatch(
      /^ {2}aragora_request_duration_seconds: \{ name: aragora_request_duration_seconds, labels: \{ method: verb, endpoint: route \} \}$/m,
    );
    expect(draft).toMatch(
      /\n {2}# nothing that clients know shows what its labels say\n {2}# aragora_agent_latency_seconds: \{ name: aragora_agent_latency_seconds, labels: \{ provider: vendor \} \}\n/,
    );
  });

  test('is judged with them as if they were documented', () => {
    const all = draft.replaceAll(/^ {2}# (aragora_\w+: \{ .*labels.*)$/gm, '  $1');
    const named = statuses(judgeRun(taped(null), undefined, 'documented').verdict.findings, /^(metrics|logs)\./);
    expect(statuses(judgedBy(run, all), /^(metrics|logs)\./)).toEqual(named);
  });

  test('is still accused of a lie in its values', () => {
    const lying = taped((observed) => {
      const { families, ...rest } = relabelled(observed);
      return {
        ...rest,
        families: families.map((family) => ({
          ...family,
          series: family.series.map((one) => {
            const times = one.name === 'aragora_requests_total' ? 2 : 1;
            return { ...one, values: one.values.map((value) => (typeof value === 'number' ? times * value : value)) };
          }),
        })),
      };
    }, false);
    expect(draftedFrom(lying)).not.toMatch(/^ {2}aragora_requests_total:/m);
    expect(failing(judgedBy(lying, draft))).toContain('metrics.requests_total.reconciles');
  });
});

test('a metric of which only the name was recorded is not sure, and the run is not judged by it', () => {
  const dir = taped((observed) => {
    const families = observed.families.map((family) =>
      family.name === 'aragora_requests_total' ? { ...family, name: 'http_requests_total', series: [] } : family,
    );
    return { ...observed, families };
  });
  expect(draftedFrom(dir)).not.toMatch(/^ {2}aragora_requests_total:/m);
  expect(() => judgedBy(dir, 'metrics: { aragora_requests_total: { name: http_requests_total } }')).toThrow(
    /did not record the values of http_requests_total/,
  );
});

test('from names alone nothing is sure', () => {
  const learned = learnFromExposition('# TYPE aragora_http_requests_total counter\n# TYPE other_total counter\n');
  const { text, sure } = draftOf(learned, { from: 'a server', subprotocol: null });
  expect(sure).toBe(0);
  expect(text).toMatch(/^contract: aragora-2\.11$/m);
  expect(text).toMatch(/ {2}# aragora_agent_calls_total: its values show which metric it is, so a run is needed\n/);
  expect(text).toMatch(/# Nothing was learned of traces: there is no evidence of them\.\n/);
});
