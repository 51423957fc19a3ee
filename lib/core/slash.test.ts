import { expect, test } from 'vitest';
import { slashRedirect } from './slash.ts';

const URL = 'http://front:8080/api/debates';

test.each([
  ['GET', 307, `${URL}/`, `${URL}/`],
  ['POST', 308, '/api/debates/', `${URL}/`],
  ['GET', 301, 'https://behind/api/debates/', `${URL}/`],
  ['POST', 301, '/api/debates/', undefined],
  ['GET', 307, '/login', undefined],
  ['GET', 307, undefined, undefined],
  ['GET', 200, '/api/debates/', undefined],
  ['GET', 307, URL, undefined],
])('%s answered with %i and %s is sent again to %s', (method, status, location, again) => {
  expect(slashRedirect({ method, url: URL, status, location })).toBe(again);
});

test('a slash may be taken away', () => {
  expect(slashRedirect({ method: 'GET', url: `${URL}/`, status: 307, location: '/api/debates' })).toBe(URL);
});
