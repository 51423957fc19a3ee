/** What the guide says of the server's secrets: which it may read, and where (`IAM Permissions Required`). */
import type { Source } from '../../core/source.ts';

export const SECRETS: Source = {
  document: 'monitoring-setup-guide.md',
  section: 'AWS Secrets Manager, IAM Permissions Required',
};

export const DOCUMENTED_SECRETS = 'aragora/production*';
export const DOCUMENTED_REGION = 'us-east-2';
