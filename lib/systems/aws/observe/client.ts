/** How every client of AWS's SDK is set up here, and what its refusals mean. The SDK finds credentials itself. */

export interface AwsPlace {
  /** Default: AWS's own. */
  readonly endpoint?: string | undefined;
  /** Default: the SDK's own search (AWS_REGION, profile). */
  readonly region?: string | undefined;
}

export interface AwsFailure {
  readonly reason: string;
  readonly hint: string;
}

const REQUEST_TIMEOUT_MS = 10_000;
const ATTEMPTS = 2;

export function awsSettings({ endpoint, region }: AwsPlace) {
  // A warning that later versions need a newer Node is for whoever pins the version, not for a user's terminal.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  return {
    maxAttempts: ATTEMPTS,
    requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, connectionTimeout: REQUEST_TIMEOUT_MS },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  };
}

export interface Asked {
  /** For a person, for example `CloudWatch Logs at http://…`. */
  readonly service: string;
  /** The permission that it takes. */
  readonly permission: string;
}

const CHECK = 'check the endpoint, the region and the network';

/** Why AWS did not answer, without a credential. */
export function awsFailure(error: Error, { service, permission }: Asked): AwsFailure {
  const said = error.message.split('\n')[0] ?? '';
  const failure = (what: string, hint: string): AwsFailure => ({ reason: `${service} ${what}`, hint });
  switch (error.name) {
    case 'CredentialsProviderError':
      return failure(
        'was not asked: there are no credentials',
        'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE',
      );
    case 'AccessDeniedException':
    case 'UnrecognizedClientException':
    case 'InvalidSignatureException':
    case 'ExpiredTokenException':
      return failure(`refuses the credentials: ${said}`, `the permission ${permission} is needed`);
    case 'TimeoutError':
      return failure('did not answer in time', CHECK);
    default:
      return failure(`could not be read: ${said === '' ? error.name : said}`, CHECK);
  }
}
