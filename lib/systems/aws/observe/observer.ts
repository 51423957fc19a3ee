/**
 * Asks Secrets Manager once, after the load, for names and times: ListSecrets for the beginning of names, DescribeSecret for a name. These are
 * the only calls that are ever made. The only importer of the AWS SDK's client for it.
 */
import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  paginateListSecrets,
  type SecretListEntry,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { ObserveContext, Observer } from '../../../observe/observer.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { AwsObservation, SecretSeen, WantedSecret } from '../observation.ts';
import type { AWS_OPTIONS } from '../options.ts';
import { DOCUMENTED_REGION } from '../promises.ts';
import { awsFailure, awsSettings } from './client.ts';

/** More than any server loads. */
const MOST_SECRETS = 1000;

export function observeAws({ options, signal }: ObserveContext): Observer {
  const { secrets = '', secretsRegion, secretsEndpoint: endpoint }: OptionValues<typeof AWS_OPTIONS> = options;
  const region = secretsRegion ?? (process.env['AWS_REGION'] || DOCUMENTED_REGION);
  const place = { endpoint, region };
  return {
    collect: async () => [],
    after: async () => [await observed(secrets.split(','), place, signal)],
  };
}

async function observed(
  patterns: readonly string[],
  place: { readonly endpoint: string | undefined; readonly region: string },
  signal: AbortSignal,
): Promise<AwsObservation> {
  const { endpoint, region } = place;
  const service = `Secrets Manager in ${region}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
  const client = new SecretsManagerClient(awsSettings(place));
  const wanted: WantedSecret[] = [];
  let permission = '';
  try {
    for (const pattern of patterns) {
      const isBeginning = pattern.endsWith('*');
      permission = `secretsmanager:${isBeginning ? 'ListSecrets' : 'DescribeSecret'}`;
      const found = isBeginning
        ? await listed(client, pattern.slice(0, -1), signal)
        : await described(client, pattern, signal);
      wanted.push({ pattern, found });
    }
    return { kind: 'aws', status: 'collected', source: 'direct', from: service, region, wanted };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    return { kind: 'aws', status: 'unavailable', source: 'direct', ...awsFailure(error, { service, permission }) };
  } finally {
    client.destroy();
  }
}

async function listed(client: SecretsManagerClient, prefix: string, signal: AbortSignal): Promise<SecretSeen[]> {
  const found: SecretSeen[] = [];
  const filters = prefix === '' ? {} : { Filters: [{ Key: 'name' as const, Values: [prefix] }] };
  for await (const page of paginateListSecrets({ client }, { IncludePlannedDeletion: true, ...filters })) {
    signal.throwIfAborted();
    for (const entry of page.SecretList ?? []) if (entry.Name?.startsWith(prefix)) found.push(seenIn(entry));
    if (found.length >= MOST_SECRETS) break;
  }
  return found;
}

/** [] where there is none of this name. */
async function described(client: SecretsManagerClient, name: string, signal: AbortSignal): Promise<SecretSeen[]> {
  try {
    return [seenIn(await client.send(new DescribeSecretCommand({ SecretId: name }), { abortSignal: signal }))];
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return [];
    throw error;
  }
}

/** Descriptions, tags and ARNs are left out. */
function seenIn(entry: SecretListEntry | DescribeSecretCommandOutput): SecretSeen {
  return {
    name: entry.Name ?? '',
    deletedAtMs: msOf(entry.DeletedDate),
    changedAtMs: msOf(entry.LastChangedDate),
    rotatedAtMs: msOf(entry.LastRotatedDate),
    rotates: entry.RotationEnabled ?? false,
  };
}

const msOf = (date: Date | undefined): number | null => date?.getTime() ?? null;
