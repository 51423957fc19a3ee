/** Secrets in moto, which stands in for AWS Secrets Manager: they are found by name, and moto's own record shows that no value was asked for. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ObserveContext } from '../../lib/observe/observer.ts';
import type { AwsObservation } from '../../lib/systems/aws/observation.ts';
import { observeAws } from '../../lib/systems/aws/observe/observer.ts';
import { AWS } from '../../lib/systems/aws/system.ts';
import { type Backend, launchMoto } from '../backends/launch.ts';
import { judgeObserved } from '../support/judge-system.ts';
import { factsOf } from '../support/judged.ts';

const REGION = 'us-east-2';
const VALUE = 'a-value-that-nobody-may-read';

let moto: Backend;
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_REGION', '');
  moto = await launchMoto();
  for (const name of ['aragora/production', 'aragora/production/oauth', 'aragora/production/old', 'other'])
    await call('CreateSecret', { Name: name, SecretString: VALUE });
  await call('DeleteSecret', { SecretId: 'aragora/production/old', RecoveryWindowInDays: 7 });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await moto.stop();
});

/** moto checks no signature, only its region. */
async function call(operation: string, input: object): Promise<void> {
  const answer = await fetch(moto.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `secretsmanager.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/secretsmanager/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({ ClientRequestToken: '0123456789abcdef0123456789abcdef', ...input }),
  });
  expect([operation, answer.status, await answer.text()]).toEqual([operation, 200, expect.any(String)]);
}

async function seenOf(options: Readonly<Record<string, unknown>>): Promise<AwsObservation> {
  const all = { secretsEndpoint: moto.url, ...options };
  const observer = observeAws({ options: all, signal: new AbortController().signal } as unknown as ObserveContext);
  const { load, recording } = factsOf([], {});
  const [seen] = (await observer.after?.({ load, recording, started: {} })) ?? [];
  return seen as AwsObservation;
}

const wordsOf = (seen: AwsObservation) =>
  judgeObserved(AWS, [seen]).map(({ id, status, summary }) => `${id} ${status}: ${summary}`);

async function recorder(step: string): Promise<string> {
  const method = step.startsWith('download') ? 'GET' : 'POST';
  return (await fetch(`${moto.url}/moto-api/recorder/${step}`, { method })).text();
}

test('names are listed and described, one is to be deleted, and no call but these two was made', async () => {
  await recorder('reset-recording');
  await recorder('start-recording');
  const listed = await seenOf({ secrets: 'aragora/production*' });
  const described = await seenOf({ secrets: 'aragora/production,aragora/production/nobody' });
  const elsewhere = await seenOf({ secrets: 'aragora/production*', secretsRegion: 'eu-west-1' });
  await recorder('stop-recording');
  const record = await recorder('download-recording');
  const calls = [...record.matchAll(/secretsmanager\.(\w+)/gi)].map(([, operation]) => operation);
  expect(calls.length, record).toBeGreaterThan(3);
  expect([...new Set(calls)].sort()).toEqual(['DescribeSecret', 'ListSecrets']);
  expect(wordsOf(listed)).toEqual([
    `aws.secrets-exist pass: 3 secrets in ${REGION}`,
    expect.stringMatching(/^aws\.secrets-stay fail: aragora\/production\/old is to be deleted, by a request of \d/),
  ]);
  expect(wordsOf(described)).toEqual([
    `aws.secrets-exist fail: there is no aragora/production/nobody in ${REGION}`,
    'aws.secrets-stay pass: none of 1 secret',
  ]);
  expect(wordsOf(elsewhere)[0]).toMatch(/^aws\.secrets-exist inconclusive: .*the guide has us-east-2/);
  expect(JSON.stringify([listed, described, record])).not.toContain(VALUE);
});
