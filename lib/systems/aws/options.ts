/** How a user says which secrets the server loads. Credentials are found by AWS's SDK. */
import { matching, url } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';
import { DOCUMENTED_REGION, DOCUMENTED_SECRETS } from './promises.ts';

const group = 'AWS Secrets Manager';
const NAME = '[\\w/+=.@-]+\\*?';

export const AWS_OPTIONS = [
  {
    name: 'secrets',
    kind: matching(
      'names of secrets with commas between them; a * at the end stands for more',
      new RegExp(`^${NAME}(,${NAME})*$`),
    ),
    value: '[names]',
    bare: DOCUMENTED_SECRETS,
    text: `names of the secrets that it loads, whose values are never asked for; ${DOCUMENTED_SECRETS} without a value`,
    group,
  },
  {
    name: 'secretsRegion',
    kind: matching('the name of a region, for example us-east-2', /^[a-z0-9-]+$/),
    value: '<region>',
    text: 'region that has them',
    usual: `AWS_REGION, or ${DOCUMENTED_REGION}`,
    group,
  },
  {
    name: 'secretsEndpoint',
    kind: url,
    value: '<url>',
    text: 'address of Secrets Manager',
    usual: "AWS's own",
    group,
  },
] as const satisfies readonly OptionSpec[];
