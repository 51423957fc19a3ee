/** The form of an answer. */
import { expect, test } from 'vitest';
import { formProblem } from './form.ts';

test.each([
  undefined,
  '',
  'application/json',
  'application/json; charset=utf-8',
  'Application/JSON;charset="UTF-8"',
  'application/problem+json',
  'application/vnd.aragora.v2+json; charset=us-ascii',
  'text/json',
  'application/json; profile="x"; charset=utf8',
])('%s is the form of JSON', (contentType) => {
  expect(formProblem(contentType)).toBeUndefined();
});

test.each([
  ['text/html', 'not-json-type'],
  ['text/plain; charset=utf-8', 'not-json-type'],
  ['application/octet-stream', 'not-json-type'],
  ['application/jsonp', 'not-json-type'],
  ['json', 'not-json-type'],
  ['application/json; charset=latin1', 'wrong-charset'],
  ['application/json; charset="UTF-16LE"', 'wrong-charset'],
] as const)('%s is %s', (contentType, problem) => {
  expect(formProblem(contentType)).toBe(problem);
});
