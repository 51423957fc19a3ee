/** How a user says which sign-in providers a server has to have, and how a sign-in can be tried without a person. */
import { matching, url, wholeNumber } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';

const group = 'OAuth';

/** Which providers a server has to name differs by deployment, so the user names them. The guide has google and github. */
export const OAUTH_OPTIONS = [
  {
    name: 'oauth',
    kind: matching('names of sign-in providers with commas between them', /^[\w.-]+(,[\w.-]+)*$/),
    value: '<names>',
    text: 'sign-in providers that the server has to name, and by which a sign-in has to begin; the guide has google,github',
    group,
    embedded: true,
  },
  {
    name: 'oauthProvider',
    kind: url,
    value: '<url>',
    text: 'a stand-in provider that the server is set up to use: a sign-in there needs no person, so it is finished',
    group,
  },
  {
    name: 'oauthStateTtl',
    kind: wholeNumber(1, 86_400, 'a number of seconds'),
    value: '<seconds>',
    text: "how long a sign-in that was begun can be finished (the server's OAUTH_STATE_TTL_SECONDS)",
    group,
  },
] as const satisfies readonly OptionSpec[];
