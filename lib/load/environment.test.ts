import { expect, test } from 'vitest';
import { engineEnvironment } from './environment.ts';

test('the load engine gets what a program needs, and no secret, option or proxy', () => {
  const needed = { PATH: '/bin', HOME: '/home/x', LC_ALL: 'C', TZ: 'UTC', SSL_CERT_FILE: 'ca.pem', GOMAXPROCS: '2' };
  const others = {
    ARAGORA_API_TOKEN: 'secret',
    ARAGORA_SLO_LOKI_TOKEN: 'secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
    K6_HTTP_DEBUG: 'full',
    HTTP_PROXY: 'http://proxy',
    https_proxy: 'http://proxy',
    DATABASE_URL: 'postgres://x:secret@y',
  };
  expect(engineEnvironment({ ...needed, ...others })).toEqual(needed);
});
