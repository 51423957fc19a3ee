/**
 * CloudWatch Logs (`FilterLogEvents`). The only importer of the AWS SDK's client for it, which finds credentials and region itself. No
 * filter pattern is sent, because other implementations of this API ignore it; lines are filtered here.
 */
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { awsFailure, awsSettings } from '../../aws/observe/client.ts';
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
  const client = new CloudWatchLogsClient(awsSettings({ endpoint, region }));
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
  const service = `CloudWatch Logs${endpoint === undefined ? '' : ` at ${endpoint}`}`;
  if (error.name === 'ResourceNotFoundException')
    return { reason: `${service} has no log group "${group}"`, hint: 'check its name and the region' };
  return awsFailure(error, { service, permission: 'logs:FilterLogEvents' });
}
