/** Secrets by their names: what Secrets Manager lists is judged, and why it may not answer. A fake proves how we ask; test/real has moto. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeBackend, type FakeScript } from '../../../test/support/fake-backend.ts';
import { judgeObserved } from '../../../test/support/judge-system.ts';
import { factsOf } from '../../../test/support/judged.ts';
import type { ObserveContext } from '../../observe/observer.ts';
import type { AwsObservation, SecretSeen, WantedSecret } from './observation.ts';
import { observeAws } from './observe/observer.ts';
import { AWS } from './system.ts';

const CALL = 'POST /';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_REGION', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function seenOf(options: Readonly<Record<string, unknown>>): Promise<AwsObservation> {
  const observer = observeAws({ options, signal: new AbortController().signal } as unknown as ObserveContext);
  const { load, recording } = factsOf([], {});
  const [seen] = (await observer.after?.({ load, recording, started: {} })) ?? [];
  return seen as AwsObservation;
}

async function asked(script: FakeScript, secrets = 'aragora/production*') {
  const fake = await FakeBackend.start(script);
  const seen = await seenOf({ secrets, secretsEndpoint: fake.url });
  await fake.stop();
  return { seen, calls: fake.calls };
}

const secret = (name: string, more: Partial<SecretSeen> = {}): SecretSeen => ({
  ...{ name, deletedAtMs: null, changedAtMs: Date.UTC(2026, 10, 1), rotatedAtMs: null, rotates: false },
  ...more,
});

function found(wanted: readonly WantedSecret[], region = 'us-east-2') {
  const seen: AwsObservation = { kind: 'aws', status: 'collected', source: 'direct', from: 'a', region, wanted };
  return judgeObserved(AWS, [seen]);
}
const statuses = (findings: ReturnType<typeof found>) => findings.map(({ status }) => status);

describe('what is judged', () => {
  const pattern = 'aragora/production*';

  test('passes for secrets that are there and stay, and shows when they were changed', () => {
    const rotated = { rotates: true, rotatedAtMs: Date.UTC(2026, 9, 1) };
    const findings = found([
      { pattern, found: [secret('aragora/production'), secret('aragora/production/b', rotated)] },
    ]);
    expect(statuses(findings)).toEqual(['pass', 'pass']);
    expect(findings[0]?.evidence.map(({ value }) => value)).toEqual([
      'a',
      'last changed 2026-11-01; rotation off',
      'last changed 2026-11-01; rotation on, last 2026-10-01',
    ]);
  });

  test('fails for a name that nothing has', () => {
    const findings = found([
      { pattern, found: [secret('aragora/production')] },
      { pattern: 'b', found: [] },
    ]);
    expect(findings.map(({ status, summary }) => [status, summary])).toEqual([
      ['fail', 'there is no b in us-east-2'],
      ['pass', 'none of 1 secret'],
    ]);
  });

  test('blames nobody in another region than the guide has', () => {
    expect(statuses(found([{ pattern, found: [] }], 'eu-west-1'))).toEqual(['inconclusive', 'no-data']);
  });

  test('fails for a secret that is to be deleted', () => {
    const going = secret('aragora/production', { deletedAtMs: Date.UTC(2026, 10, 20) });
    expect(statuses(found([{ pattern, found: [going] }]))).toEqual(['pass', 'fail']);
  });
});

describe('what is asked', () => {
  test('is a list for the beginning of names, page by page, and nothing but its names and times is kept', async () => {
    const entry = {
      Name: 'aragora/production/a',
      ARN: 'arn:a',
      Description: 'private',
      LastChangedDate: 1_700_000_000,
    };
    const pages = [
      { json: { SecretList: [entry, { Name: 'other' }], NextToken: 'more' } },
      { json: { SecretList: [{ Name: 'aragora/production/b', DeletedDate: 1_700_000_000 }] } },
    ];
    const { seen, calls } = await asked({ [CALL]: pages });
    expect(calls.map(({ headers }) => headers['x-amz-target'])).toEqual(Array(2).fill('secretsmanager.ListSecrets'));
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
      IncludePlannedDeletion: true,
      Filters: [{ Key: 'name', Values: ['aragora/production'] }],
    });
    expect(seen).toMatchObject({
      region: 'us-east-2',
      wanted: [{ found: [{ changedAtMs: 1_700_000_000_000 }, { deletedAtMs: 1_700_000_000_000 }] }],
    });
    expect(JSON.stringify(seen)).not.toMatch(/private|arn:|other/);
  });

  test('is a description for a name', async () => {
    const missing = { status: 400, json: { __type: 'ResourceNotFoundException', message: 'no' } };
    const { seen, calls } = await asked({ [CALL]: [{ json: { Name: 'a' } }, missing] }, 'a,b');
    expect(calls.map(({ headers }) => headers['x-amz-target'])).toEqual(Array(2).fill('secretsmanager.DescribeSecret'));
    expect(seen).toMatchObject({ wanted: [{ found: [{ name: 'a' }] }, { found: [] }] });
  });
});

describe('what does not answer is unavailable, in one line', () => {
  const refusal = (type: string) => ({ status: 400, json: { __type: type, message: 'not for you' } });

  test.each([
    ['AccessDeniedException', 'aragora/production*', 'secretsmanager:ListSecrets'],
    ['AccessDeniedException', 'a', 'secretsmanager:DescribeSecret'],
    ['UnrecognizedClientException', 'a', 'secretsmanager:DescribeSecret'],
  ])('%s for %s', async (type, secrets, permission) => {
    const { seen } = await asked({ [CALL]: [refusal(type)] }, secrets);
    expect(seen).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/^Secrets Manager in us-east-2 at \S+ refuses the credentials: not for you$/),
      hint: `the permission ${permission} is needed`,
    });
    expect(statuses(judgeObserved(AWS, [seen]))).toEqual(['unavailable', 'unavailable']);
  });

  test('no credentials', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    const seen = await seenOf({ secrets: 'a', secretsEndpoint: 'http://127.0.0.1:1' });
    expect(seen).toMatchObject({ reason: expect.stringContaining('was not asked: there are no credentials') });
  });

  test('nobody there, as with a region that does not exist', async () => {
    const seen = await seenOf({ secrets: 'a', secretsRegion: 'us-nowhere-9', secretsEndpoint: 'http://127.0.0.1:1' });
    expect(seen).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/^Secrets Manager in us-nowhere-9 at \S+ could not be read: .*ECONNREFUSED/),
      hint: expect.stringContaining('the region'),
    });
  });
});
