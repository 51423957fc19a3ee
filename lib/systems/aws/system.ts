/** The observed system `aws`: the secrets that the server loads, as AWS Secrets Manager lists them. Values are never asked for. */
import { collectedOf, onRun } from '../evidence.ts';
import type { System } from '../system.ts';
import { PAGE, SECRET_CHECKS } from './checks/secrets.ts';
import type { AwsObserved } from './observation.ts';
import { AWS_OPTIONS } from './options.ts';

export const AWS: System<null> = {
  id: 'aws',
  title: 'AWS Secrets Manager',
  page: PAGE,
  options: AWS_OPTIONS,
  sources: [{ id: 'direct', title: 'AWS Secrets Manager', options: ['secrets'] }],
  onlyIfNamed: true,
  apartFromLoad: true,
  unobserved: { status: 'no-data', summary: 'Secrets Manager was not asked: the run ended before that' },
  promises: () => null,
  checks: () => onRun(SECRET_CHECKS, (input) => collectedOf<AwsObserved>(input, 'aws')),
  checklist: {},
};
