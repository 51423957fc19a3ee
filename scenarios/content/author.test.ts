/** Which answers look like one of the server's own. */
import { expect, test } from 'vitest';
import { authorOf, isForeign, isForeignToOwn } from './author.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const OWN = { ...JSON_TYPE, Server: 'aragora' };

test.each<[string, Record<string, string>, Record<string, string> | undefined]>([
  ['the same form', OWN, OWN],
  ['JSON with a charset', { ...OWN, 'Content-Type': 'application/problem+json; charset=utf-8' }, OWN],
  ['no word about the content', { Server: 'aragora' }, OWN],
  ['JSON before any good answer', { ...JSON_TYPE, Server: 'gateway' }, undefined],
  [
    'the front that passes everything on',
    { ...JSON_TYPE, Server: 'nginx', Via: '1.1 a' },
    { ...JSON_TYPE, Server: 'nginx', Via: '1.1 a' },
  ],
])('an answer with %s is the server’s own', (_, answer, own) => {
  expect(isForeign(authorOf(answer), own && authorOf(own))).toBe(false);
});

test.each<[string, Record<string, string>, Record<string, string> | undefined]>([
  ['a web page', { ...OWN, 'Content-Type': 'text/html; charset=utf-8' }, OWN],
  ['a web page before any good answer', { 'Content-Type': 'text/html' }, undefined],
  ['plain text', { 'Content-Type': 'text/plain' }, undefined],
  ['the name of another server', { ...JSON_TYPE, Server: 'awselb/2.0' }, OWN],
  ['the name of a server where good ones have none', { ...JSON_TYPE, Server: 'kong' }, JSON_TYPE],
  ['no name where good ones have one', JSON_TYPE, OWN],
  ['no way where good ones have one', JSON_TYPE, { ...JSON_TYPE, Via: '1.1 a' }],
])('an answer with %s is not', (_, answer, own) => {
  expect(isForeign(authorOf(answer), own && authorOf(own))).toBe(true);
});

test.each<[string, Record<string, string>, Record<string, string> | undefined, boolean]>([
  ['a page before any good answer', { 'Content-Type': 'text/html' }, undefined, false],
  ['a page like the good ones', { 'Content-Type': 'Text/HTML' }, { 'Content-Type': 'text/html; charset=utf-8' }, false],
  ['a page where good ones are JSON', { 'Content-Type': 'text/html' }, OWN, true],
  ['JSON where good ones are pages', JSON_TYPE, { 'Content-Type': 'text/html' }, true],
  ['the name of another server', { ...JSON_TYPE, Server: 'kong' }, OWN, true],
])('of an endpoint that no guide names, %s', (_, answer, own, expected) => {
  expect(isForeignToOwn(authorOf(answer), own && authorOf(own))).toBe(expected);
});
