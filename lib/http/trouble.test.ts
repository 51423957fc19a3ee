import { expect, test } from 'vitest';
import { troubleOf } from './trouble.ts';

const coded = (code: string, message = 'why') => Object.assign(new Error(message), { code });

test.each<[string, unknown, string]>([
  [
    'a name with several addresses',
    new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]),
    'connection refused',
  ],
  ['fetch failed', new TypeError('fetch failed', { cause: coded('EAI_AGAIN') }), 'the host name does not resolve'],
  [
    'a deadline of the caller',
    AbortSignal.abort(new DOMException('late', 'TimeoutError')).reason,
    'no answer within 5 s',
  ],
  [
    'headers beyond all measure',
    coded('UND_ERR_HEADERS_OVERFLOW', 'Headers Overflow Error'),
    'the headers of its answer are larger than 16 KiB',
  ],
  ['a pipe that broke', coded('EPIPE'), 'connection reset'],
  [
    'a certificate for another name',
    coded('ERR_TLS_CERT_ALTNAME_INVALID', "IP: 127.0.0.1 is not in the cert's list"),
    "TLS fails (ERR_TLS_CERT_ALTNAME_INVALID: IP: 127.0.0.1 is not in the cert's list)",
  ],
  [
    'a certificate that expired',
    coded('CERT_HAS_EXPIRED', 'certificate has expired'),
    'TLS fails (CERT_HAS_EXPIRED: certificate has expired)',
  ],
  [
    'OpenSSL',
    coded('ERR_SSL_WRONG_VERSION_NUMBER', 'C0A7:error:0A00010B:SSL routines'),
    'TLS fails (ERR_SSL_WRONG_VERSION_NUMBER)',
  ],
  ['something new', coded('ENETUNREACH', 'connect ENETUNREACH'), 'connect ENETUNREACH (ENETUNREACH)'],
  ['no error at all', 'a text', 'a text (Error)'],
])('%s has plain words', (_, error, words) => {
  expect(troubleOf(error, 5_000).words).toBe(words);
});
