/** How a user says where the server's log is. */
import { pathOrStdin, text, url } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';

const group = 'Logs';

export const LOGS_OPTIONS = [
  { name: 'logFile', kind: pathOrStdin, value: '<path>', text: 'its log file; - is what is piped in', group },
  { name: 'loki', kind: url, value: '<url>', text: 'a Loki that has its log', group, credentials: true },
  {
    name: 'lokiSelector',
    kind: text,
    value: '<logql>',
    text: 'streams of its log in Loki',
    usual: '{app=~"aragora.*"}',
    group,
  },
  { name: 'lokiTenant', kind: text, value: '<id>', text: 'tenant in Loki (X-Scope-OrgID)', group },
  {
    name: 'elasticsearch',
    kind: url,
    value: '<url>',
    text: 'an Elasticsearch or OpenSearch that has its log',
    group,
    credentials: true,
  },
  {
    name: 'elasticsearchIndex',
    kind: text,
    value: '<name>',
    text: 'index of its log in Elasticsearch',
    usual: 'aragora-*',
    group,
  },
  { name: 'cloudwatch', kind: text, value: '<group>', text: 'log group of its log in CloudWatch', group },
  {
    name: 'cloudwatchEndpoint',
    kind: url,
    value: '<url>',
    text: 'address of CloudWatch',
    usual: "AWS's own",
    group,
  },
] as const satisfies readonly OptionSpec[];
