/**
 * Wrong answers about sign-in providers, by name; each is found by its finding alone. They are not in the catalogue of the reference target's
 * breaks, because a run with `--break` has the embedded target, which nobody asks for providers.
 */
import type { NamedBreak } from '../../../target/break.ts';
import type { OutgoingAnswer } from '../../../target/distortion.ts';
import { PROVIDERS_PATH } from '../system.ts';

export const OAUTH_BREAKS: readonly NamedBreak[] = [
  broken('oauth.providers.one-missing', 'oauth.providers', 'github is not among the sign-in providers', {
    status: 200,
    body: '{"providers":[{"id":"google"}]}',
  }),
  broken('oauth.providers.no-list', 'oauth.providers', 'there is no list of sign-in providers', {
    status: 404,
    body: '{"error":"Not found"}',
  }),
  broken('oauth.secrets.not-loaded', 'oauth.secrets-loaded', 'no secret was loaded, so there is no sign-in provider', {
    status: 200,
    body: '{"providers":[]}',
  }),
];

function broken(name: string, finding: string, description: string, wrong: OutgoingAnswer): NamedBreak {
  const distortion = () => ({
    answer: (right: OutgoingAnswer, { path }: { readonly path: string }) => (path === PROVIDERS_PATH ? wrong : right),
  });
  return { name, finding, description, distortion };
}
