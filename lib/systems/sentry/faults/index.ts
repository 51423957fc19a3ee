/** Carries out each fault of what is reported to Sentry, and has the named breaks. */
import type { IncomingHttpHeaders } from 'node:http';
import { unreachable } from '../../../core/error.ts';
import { breakBy, carriedOut } from '../../../target/break.ts';
import type { Distortion } from '../../../target/distortion.ts';
import type { Report } from '../../../target/reports.ts';
import type { SentryFault } from './faults.ts';

function distortionOf(fault: SentryFault): Distortion {
  switch (fault.kind) {
    case 'errors-lost':
      return { report: (right) => (right['type'] === 'transaction' ? right : null) };
    case 'field-changed': {
      const { field, to } = fault;
      return { report: ({ [field]: _, ...right }) => (to === null ? right : { ...right, [field]: to }) };
    }
    case 'header-kept': {
      const { header } = fault;
      return { report: (right, { [header]: sent }) => withHeader(right, header, sent) };
    }
    case 'cookie-copied':
      return { report: (right, headers) => withCopy(right, cookieOf(headers, fault.cookie), fault.to) };
    case 'share':
      return { reportedShare: fault.share };
    default:
      return unreachable(fault);
  }
}

function withHeader(right: Report, header: string, sent: string | undefined): Report {
  const request = Object(right['request']) as Report;
  if (sent === undefined) return right;
  return { ...right, request: { ...request, headers: { ...Object(request['headers']), [header]: sent } } };
}

function cookieOf({ cookie = '' }: IncomingHttpHeaders, name: string): string | undefined {
  return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(cookie)?.[1];
}

function withCopy(right: Report, value: string | undefined, to: 'breadcrumb' | 'user'): Report {
  if (value === undefined) return right;
  if (to === 'user') return { ...right, user: { id: 'anonymous', email: value } };
  const crumb = { category: 'auth', message: `session ${encodeURIComponent(Buffer.from(value).toString('base64'))}` };
  return { ...right, breadcrumbs: { values: [crumb] } };
}

/** What a run has to be asked for to notice them: a free port. */
const ASKS = { sentryListen: '127.0.0.1:0' } as const;

const broken = (name: string, finding: string, description: string, fault: SentryFault) => ({
  ...breakBy(`sentry.${name}`, `sentry.${finding}`, description, fault),
  asks: ASKS,
});

export const SENTRY_BREAKS = carriedOut<SentryFault>(
  [
    broken('error-lost', 'arrives', 'errors are never reported', { kind: 'errors-lost' }),
    broken('environment-wrong', 'environment', 'reports name the environment development, whatever it is set to', {
      kind: 'field-changed',
      field: 'environment',
      to: 'development',
    }),
    broken('environment-missing', 'environment', 'reports name no environment', {
      kind: 'field-changed',
      field: 'environment',
      to: null,
    }),
    broken('release-missing', 'release', 'reports name no release', {
      kind: 'field-changed',
      field: 'release',
      to: null,
    }),
    broken('authorization-kept', 'authorization', 'reports keep the header Authorization', {
      kind: 'header-kept',
      header: 'authorization',
    }),
    broken('cookie-kept', 'cookie', 'reports keep the header Cookie', { kind: 'header-kept', header: 'cookie' }),
    broken('breadcrumb-secret', 'secrets', "a breadcrumb has a session's secret, in base64", {
      kind: 'cookie-copied',
      cookie: 'aragora_slo_canary',
      to: 'breadcrumb',
    }),
    broken('user-email', 'email', 'reports name the user by an e-mail address', {
      kind: 'cookie-copied',
      cookie: 'aragora_slo_email',
      to: 'user',
    }),
    broken('sampling-all', 'sampling', 'every request is a transaction', { kind: 'share', share: 1 }),
    broken('sampling-none', 'sampling', 'no request is a transaction', { kind: 'share', share: 0 }),
  ],
  distortionOf,
);
