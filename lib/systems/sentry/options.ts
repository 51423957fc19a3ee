/** How a user says that the server reports to the harness as its Sentry, and what is expected of the reports. */
import { matching, text, url } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';

const group = 'Sentry';

/** The port that a Sentry of one's own has. */
const USUAL = '127.0.0.1:9000';

export const SENTRY_OPTIONS = [
  {
    name: 'sentryListen',
    kind: matching('an address and a port, for example 127.0.0.1:9000', /^(\[[0-9a-f:]+\]|[^\s:/@]+):\d{1,5}$/i),
    value: '[host:port]',
    bare: USUAL,
    text: `be the Sentry that it reports to, at ${USUAL} without a value`,
    group,
    embedded: true,
  },
  {
    name: 'sentry',
    kind: url,
    value: '<url>',
    text: 'the Sentry that it reports to, read back by its API: a provoked error has to be listed; needs --sentry-project and --sentry-error-path',
    group,
    credentials: true,
  },
  {
    name: 'sentryProject',
    kind: matching('an organization and a project, for example acme/aragora', /^[\w-]+\/[\w-]+$/),
    value: '<organization/project>',
    text: 'the project in that Sentry',
    group,
  },
  {
    name: 'sentryEnvironment',
    kind: text,
    value: '<name>',
    text: 'the environment that its reports have to name',
    group,
    embedded: true,
  },
  {
    name: 'sentryErrorPath',
    kind: matching('a path, for example /sentry-debug', /^\/\S*$/),
    value: '<path>',
    text: 'GET of this path raises an error in it, for example /sentry-debug',
    group,
  },
] as const satisfies readonly OptionSpec[];
