/** The part `oauth`: Google and GitHub as the server's sign-in providers, where nobody has to type a password. */
import type { Part } from '../part.ts';

export const oauth: Part = {
  name: 'oauth',
  title: 'sign-in provider',
  standsInFor: 'Google and GitHub',
  needs: [],
  start: async ({ port }) => {
    // Only who starts it waits for the web server that it brings along.
    const { startOAuthProvider } = await import('../oauth-provider.ts');
    const { url, stop } = await startOAuthProvider(port === undefined ? {} : { port });
    return { url, stop, targetArgs: ['--oauth-provider', url], values: { oauth: 'google,github', oauthProvider: url } };
  },
};
