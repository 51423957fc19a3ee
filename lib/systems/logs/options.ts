/** How a user says where the server's log is. */
import { pathOrStdin, text, url } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';

const group = 'Where its log is';

export const LOGS_OPTIONS = [
  { name: 'logFile', kind: pathOrStdin, value: '<path>', text: 'the log file; - is what is piped in', group },
  { name: 'loki', kind: url, value: '<url>', text: 'a Loki that has it', group, credentials: true },
  {
    name: 'lokiSelector',
    kind: text,
    value: '<logql>',
    text: 'its streams in Loki',
    usual: '{app=~"aragora.*"}',
    group,
  },
  { name: 'lokiTenant', kind: text, value: '<id>', text: 'its tenant in Loki (X-Scope-OrgID)', group },
  {
    name: 'elasticsearch',
    kind: url,
    value: '<url>',
    text: 'an Elasticsearch or OpenSearch that has it',
    group,
    credentials: true,
  },
  {
    name: 'elasticsearchIndex',
    kind: text,
    value: '<name>',
    text: 'its index in Elasticsearch',
    usual: 'aragora-*',
    group,
  },
  { name: 'cloudwatch', kind: text, value: '<group>', text: 'its log group in CloudWatch', group },
  {
    name: 'cloudwatchEndpoint',
    kind: url,
    value: '<url>',
    text: 'the address of CloudWatch',
    usual: "AWS's own",
    group,
  },
] as const satisfies readonly OptionSpec[];
