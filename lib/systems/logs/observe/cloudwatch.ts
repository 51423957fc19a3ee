/**
 * CloudWatch Logs (`FilterLogEvents`). The only importer of the AWS SDK's client for it, which finds credentials and region itself. No
 * filter pattern is sent, because other implementations of this API ignore it; lines are filtered here.
 */
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { BackendFailure, LogBackend, LogEntry, LogWindow } from './backend.ts';

export interface CloudWatchOptions {
  /** Log group, for example `aragora-api`. */
  readonly group: string;
  /** Default: AWS's own. */
  readonly endpoint?: string | undefined;
  /** Default: the SDK's own search (AWS_REGION, profile). */
  readonly region?: string;
  readonly signal?: AbortSignal;
}

const REQUEST_TIMEOUT_MS = 10_000;
const ATTEMPTS = 2;

export function cloudWatchBackend(options: CloudWatchOptions): LogBackend {
  return {
    source: 'cloudwatch',
    hasLabels: false,
    query: `${options.endpoint ?? 'CloudWatch'} log group ${options.group}`,
    find: async (text, window) => {
      let found = false;
      const failure = await readEvents(options, window, (entry) => {
        found = entry.text.includes(text);
        return !found;
      });
      return failure ?? found;
    },
    read: (window, add) => readEvents(options, window, add),
  };
}

async function readEvents(
  { group, endpoint, region, signal }: CloudWatchOptions,
  { fromMs, toMs }: LogWindow,
  add: (entry: LogEntry) => boolean,
): Promise<BackendFailure | undefined> {
  signal?.throwIfAborted();
  // A warning that later versions need a newer Node is for whoever pins the version, not for a user's terminal.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const client = new CloudWatchLogsClient({
    maxAttempts: ATTEMPTS,
    requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, connectionTimeout: REQUEST_TIMEOUT_MS },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  });
  const input = { logGroupName: group, startTime: Math.floor(fromMs), endTime: Math.ceil(toMs) };
  try {
    for await (const page of paginateFilterLogEvents({ client }, input)) {
      signal?.throwIfAborted();
      for (const { message } of page.events ?? []) {
        if (message !== undefined && !add({ text: message, level: null })) return undefined;
      }
    }
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    return failureOf(error, group, endpoint);
  } finally {
    client.destroy();
  }
}

function failureOf(error: Error, group: string, endpoint: string | undefined): BackendFailure {
  const reason = (what: string) => `CloudWatch Logs${endpoint === undefined ? '' : ` at ${endpoint}`} ${what}`;
  const said = error.message.split('\n')[0] ?? '';
  switch (error.name) {
    case 'ResourceNotFoundException':
      return { reason: reason(`has no log group "${group}"`), hint: 'check its name and the region' };
    case 'CredentialsProviderError':
      return {
        reason: reason('was not asked: there are no credentials'),
        hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE',
      };
    case 'AccessDeniedException':
    case 'UnrecognizedClientException':
    case 'InvalidSignatureException':
    case 'ExpiredTokenException':
      return {
        reason: reason(`refuses the credentials: ${said}`),
        hint: 'the permission logs:FilterLogEvents is needed',
      };
    case 'TimeoutError':
      return { reason: reason('did not answer in time'), hint: 'check the endpoint, the region and the network' };
    default:
      return {
        reason: reason(`could not be read: ${said === '' ? error.name : said}`),
        hint: 'check the endpoint, the region and the network',
      };
  }
}
