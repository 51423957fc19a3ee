/** Whether the secrets that the server loads are there, and stay. */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { plural } from '../../../core/numbers.ts';
import { lacking, property } from '../../finding.ts';
import { type Check, type CheckInfo, checkOf } from '../../system.ts';
import type { AwsObserved, SecretSeen } from '../observation.ts';
import { DOCUMENTED_REGION, SECRETS } from '../promises.ts';

export const PAGE = 'docs/checks/aws.md';
const shared = { system: 'aws', gating: true, needs: ['aws'], source: SECRETS, page: PAGE } as const;

const EXIST: CheckInfo = {
  ...shared,
  id: 'aws.secrets-exist',
  subject: 'secrets in AWS',
  proves: 'Secrets Manager has a secret for each name that the server loads.',
};

const STAY: CheckInfo = {
  ...shared,
  id: 'aws.secrets-stay',
  subject: 'no secret is to be deleted',
  proves: 'None of these secrets is scheduled for deletion.',
};

export const SECRET_CHECKS: readonly Check<AwsObserved>[] = [checkOf(EXIST, judgeExist), checkOf(STAY, judgeStay)];

function judgeExist(check: CheckInfo, { wanted, from, region }: AwsObserved): Finding {
  const missing = wanted.filter(({ found }) => found.length === 0).map(({ pattern }) => pattern);
  const evidence = [{ label: 'asked', value: from }, ...wanted.flatMap(({ found }) => found.map(changeOf))];
  if (missing.length > 0 && region !== DOCUMENTED_REGION) {
    const summary = `there is no ${missing.join(', ')} in ${region}: the guide has ${DOCUMENTED_REGION}, is it this region?`;
    return lacking(check, 'inconclusive', summary, evidence);
  }
  const names = wanted.flatMap(({ found }) => found.map(({ name }) => name));
  const summary =
    missing.length === 0
      ? `${plural(names.length, 'secret')} in ${region}`
      : `there is no ${missing.join(', ')} in ${region}`;
  return property(check, { samples: wanted.length, bad: missing.length, summary, evidence });
}

function judgeStay(check: CheckInfo, { wanted, region }: AwsObserved): Finding {
  const found = new Map(wanted.flatMap((one) => one.found.map((secret) => [secret.name, secret] as const)));
  if (found.size === 0) return lacking(check, 'no-data', `there is none of them in ${region}`);
  const going = [...found.values()].filter(({ deletedAtMs }) => deletedAtMs !== null);
  const summary = going.length === 0 ? `none of ${plural(found.size, 'secret')}` : going.map(goingText).join('; ');
  return property(check, { samples: found.size, bad: going.length, summary });
}

function goingText({ name, deletedAtMs }: SecretSeen): string {
  return `${name} is to be deleted${deletedAtMs === null ? '' : `, by a request of ${day(deletedAtMs)}`}`;
}

/** For whoever looks: how old a secret may be is nowhere promised. */
function changeOf({ name, changedAtMs, rotatedAtMs, rotates }: SecretSeen): Evidence {
  const changed = changedAtMs === null ? 'never changed' : `last changed ${day(changedAtMs)}`;
  const rotated = rotatedAtMs === null ? 'never' : `last ${day(rotatedAtMs)}`;
  return { label: name, value: `${changed}; rotation ${rotates ? `on, ${rotated}` : 'off'}` };
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
