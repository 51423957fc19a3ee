/** Drafts of acceptances from taped runs, and the way of each through a person's hands back to the judge. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { TapeName } from '../../../test/tapes/names.ts';
import type { Finding } from '../../core/finding.ts';
import type { RunFacts } from '../../core/run.ts';
import { judgeRun, readRun } from '../../run/stages.ts';
import { draftOf } from './draft.ts';

const root = mkdtempSync(join(tmpdir(), 'aragora-slo-draft-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const LAST_DAY = '2099-12-31';

/** A copy, because judging writes into the folder. */
function taped(name: TapeName): string {
  const dir = mkdtempSync(join(root, `${name}-`));
  cpSync(join(import.meta.dirname, '../../../test/tapes', name), dir, { recursive: true });
  return dir;
}

const draftOfTape = (name: TapeName): string => draftOf(readRun(taped(name)), LAST_DAY).text;

/** The run judged by a file with this text. */
function judgedBy(name: TapeName, text: string): RunFacts {
  const dir = taped(name);
  const file = join(dir, 'known.yaml');
  writeFileSync(file, text);
  return judgeRun(dir, file);
}

const withReasons = (text: string): string =>
  text.replaceAll(/^( {4}reason:)$/gm, '$1 known since March').replaceAll('reason: ,', 'reason: it follows,');

const entries = (text: string): string[] => [...text.matchAll(/^ {2}- finding: (\S+)$/gm)].map(([, id = '']) => id);

const openOf = ({ verdict }: RunFacts): string[] =>
  verdict.findings.flatMap(({ id, gating, status }) => (gating && status !== 'pass' ? [`${id} ${status}`] : []));

const BREACHING = [
  'latency.debates-list.p95',
  'availability.api',
  'metrics.debates_completed_total.monotone',
  'metrics.debates_completed_total.reconciles',
  'logs.fields.level',
];

describe('the draft of a run that breaches', () => {
  const text = draftOfTape('breaching');

  test('has an entry for each finding that gates and fails, with what was seen', () => {
    expect(entries(text)).toEqual(BREACHING);
    expect(text).toContain(`  # debates list p95: limit 500 ms, measured 701 ms (+40 %)  n=451  [17 %, 24 %] over
    # latencies: p50 6.23 ms, p95 701 ms, p99 702 ms, max 710 ms
    # worst second: second 2 of 20: 6 of 26 over
    # promised in: monitoring-setup-guide.md, Latency SLO
  - finding: latency.debates-list.p95
    reason:
    expires: 2099-12-31
`);
    expect(draftOf(readRun(taped('breaching')), LAST_DAY).unexplained).toBe(BREACHING.length);
  });

  test('is refused as it is', () => {
    expect(() => judgedBy('breaching', text)).toThrow(
      /known\.yaml: no reason is written yet for latency\.debates-list\.p95, availability\.api(, [\w.-]+){3}$/,
    );
  });

  test('with its reasons accepts what fails, and what is only undecided keeps the run from conforming', () => {
    const facts = judgedBy('breaching', withReasons(text));
    expect(facts.verdict.outcome).toBe('inconclusive');
    expect(openOf(facts)).toEqual(['latency.health.p99 inconclusive']);
    expect(facts.verdict.headline).toMatch(
      /; 5 known deviations accepted; judged by the acceptances of \S+known\.yaml$/,
    );
  });

  test('shows under its root what is undecided because of it, and somebody may accept that too', () => {
    expect(text).toMatch(
      /- finding: availability\.api\n(?: {4}\S.*\n| {2}# .*\n| {4}# .*\n)+ {2}# - \{ finding: latency\.health\.p99, /,
    );
    const facts = judgedBy('breaching', withReasons(text.replaceAll('  # - {', '  - {')));
    expect([facts.verdict.outcome, openOf(facts)]).toEqual(['conforms', []]);
  });

  test('accepts only the entries that a person leaves in it', () => {
    const kept = withReasons(text).replace(/ {2}- finding: logs\.fields\.level\n.*\n.*\n/, '');
    const facts = judgedBy('breaching', kept);
    expect(facts.verdict.outcome).toBe('breaches');
    expect(openOf(facts)).toContain('logs.fields.level fail');
  });
});

describe('the draft of a run that has acceptances of its own', () => {
  const text = draftOfTape('accepted');

  test('keeps those that hold, asks again for those that expired, and leaves out those that are not needed', () => {
    expect(text).toMatch(
      /- finding: latency\.debates-list\.p50\n {4}reason: "the list is being indexed"\n {4}expires: 2099-12-31\n/,
    );
    expect(text).toMatch(
      /# its acceptance expired on 2026-01-31: the logger was to be replaced\n {2}- finding: logs\.fields\.module\n {4}reason:\n/,
    );
    expect(text).toMatch(/# No longer needed, because it no longer occurs:\n {2}# traces\.propagation\n/);
    expect(draftOf(readRun(taped('accepted')), LAST_DAY).unexplained).toBe(1);
  });

  test('says why it accepts nothing else', () => {
    const rest = text.slice(text.indexOf('# Not accepted'));
    expect(rest).toMatch(/ {2}# latency\.health\.p95: inconclusive, .*more samples? like these would decide it\)\n/);
    expect(rest).toMatch(
      / {2}# load\.generator: inconclusive, .*\(it is about the load, not about the server: run it again\)\n/,
    );
  });

  test('replaces them', () => {
    const { verdict } = judgedBy('accepted', withReasons(text));
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.headline).toMatch(/judged by the acceptances of \S+, not by the 4 that the run was given/);
  });
});

test('what one cause explains is one group, with what to do instead', () => {
  const text = draftOfTape('aragora');
  const [, group = ''] = /(\n {2}# Cause: [\s\S]*?)\n\n/.exec(text) ?? [];
  expect(group).toMatch(
    /# Cause: the server has other names than the documents for 6 metrics and spans\.\n {4}# names: /,
  );
  expect(group).toContain('# Instead of accepting what follows from it: give them their documented names');
  expect(entries(group)).toEqual([
    'metrics.requests_total.present',
    'metrics.request_duration_seconds.present',
    'metrics.debates_active.present',
    'traces.spans.http.request.present',
    'traces.spans.debate.run.present',
    'traces.spans.debate.round.present',
  ]);
  expect(judgedBy('aragora', withReasons(text)).verdict.outcome).toBe('inconclusive');
});

test('a run in which nothing fails has nothing to accept', () => {
  const text = draftOfTape('healthy');
  expect(text).toMatch(/^accepted: \[\]$/m);
  expect(judgedBy('healthy', text).verdict.outcome).toBe('conforms');
});

test('what could not be read is not accepted', () => {
  const text = draftOfTape('interrupted');
  expect(entries(text)).toEqual([]);
  expect(text).toMatch(
    / {2}# traces\.export: unavailable, .*\(evidence that could not be read is no known deviation\)\n/,
  );
  expect(text).toMatch(/ {2}# logs\.json: no-data, .*\(there was nothing to judge\)\n/);
});

/** The taped run, of which one failing finding says something else. */
function withLevel(change: (finding: Finding) => readonly Finding[]): RunFacts {
  const facts = readRun(taped('breaching'));
  const findings = facts.verdict.findings.flatMap((one) => (one.id === 'logs.fields.level' ? change(one) : [one]));
  return { ...facts, verdict: { ...facts.verdict, findings } };
}

test('no text of a server becomes an entry', () => {
  const evil = 'x\naccepted:\n  - finding: logs.secrets\u2028\u202e';
  const facts = withLevel((one) => [
    { ...one, summary: evil, subject: evil, evidence: [{ label: evil, value: evil }] },
  ]);
  const { text } = draftOf(facts, LAST_DAY);
  expect(entries(text)).toEqual(BREACHING);
  expect(judgedBy('breaching', withReasons(text)).verdict.outcome).toBe('inconclusive');
});

test('a finding that fails in two phases has one entry', () => {
  const { plan } = readRun(taped('breaching'));
  const facts = withLevel((one) =>
    ['before', 'after'].map((name) => ({ ...one, phase: name, summary: `seen ${name}` })),
  );
  const phases = ['before', 'after'].flatMap((name) => plan.phases.map((phase) => ({ ...phase, name })));
  const { text } = draftOf({ ...facts, plan: { ...plan, phases } }, LAST_DAY);
  expect(entries(text)).toEqual(BREACHING);
  expect(text).toMatch(/# log field level.*: seen before\n[\s\S]*# log field level.*: seen after\n/);
});

test('an id of an own objective that is no plain word is quoted', () => {
  const facts = withLevel((one) => [{ ...one, id: 'a: b' }]);
  expect(draftOf(facts, LAST_DAY).text).toContain('  - finding: "a: b"\n');
});
