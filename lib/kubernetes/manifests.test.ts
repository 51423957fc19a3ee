/** What a load makes in a cluster: TestRuns (test/real/test-run.test.ts: k6-operator takes them), Jobs with the same load, and one owner of all. */
import { expect, test } from 'vitest';
import { LOAD, OWNER } from '../../test/support/kubernetes/load.ts';
import { configMap, jobs, secret, testRun } from './manifests.ts';

test('the TestRun says no argument with a space, and starts the records', () => {
  expect(testRun(LOAD, OWNER).spec).toMatchObject({
    parallelism: 3,
    arguments:
      '--summary-mode=disabled --no-thresholds --no-usage-report --no-color --out hdr=plan=/test/engine.json,listen=:6566 --system-tags scenario',
    script: { configMap: { name: LOAD.name, file: 'engine.js' } },
    runner: { image: 'registry/engine:1', envFrom: [{ secretRef: { name: LOAD.name } }] },
  });
});

test('each Job has its part of the load, and waits', () => {
  const made = jobs(LOAD, OWNER);
  expect(made.map(({ metadata }) => metadata.name)).toEqual([1, 2, 3].map((k) => `${LOAD.name}-${k}`));
  const [container] = made[1]?.spec.template.spec.containers ?? [];
  expect(container?.command).toContain('--paused');
  expect(container?.args.join(' ')).toMatch(
    /--execution-segment 1\/3:2\/3 --execution-segment-sequence 0,1\/3,2\/3,1 \/test\/engine\.js$/,
  );
  // A harness that was killed leaves Jobs that end by themselves.
  expect(made[0]?.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 706, ttlSecondsAfterFinished: 600 });
});

test('everything belongs to the ConfigMap, which belongs to nobody', () => {
  const owned = [secret(LOAD, OWNER), testRun(LOAD, OWNER), ...jobs(LOAD, OWNER)];
  for (const one of owned)
    expect(one?.metadata).toMatchObject({
      ownerReferences: [{ kind: 'ConfigMap', ...OWNER }],
      labels: { 'aragora-slo/run': LOAD.name },
    });
  expect(configMap(LOAD).metadata).not.toHaveProperty('ownerReferences');
});

test('a secret is in a Secret alone, and without one there is none', () => {
  const others = [configMap(LOAD), testRun(LOAD, OWNER), ...jobs(LOAD, OWNER)];
  expect(JSON.stringify(others)).not.toContain('t0ken');
  expect(secret(LOAD, OWNER)?.stringData).toEqual({ ARAGORA_API_TOKEN: 't0ken' });
  const open = { ...LOAD, secrets: {} };
  expect(secret(open, OWNER)).toBeUndefined();
  expect(JSON.stringify(jobs(open, OWNER))).not.toContain('secretRef');
});

test('scripts that no ConfigMap can hold are refused', () => {
  expect(() => configMap({ ...LOAD, script: 'x'.repeat(1_100_000) })).toThrow(/a ConfigMap can hold 1000000/);
});
