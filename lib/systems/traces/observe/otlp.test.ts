import { describe, expect, test } from 'vitest';
import { secretFinder } from '../../../observe/secrets.ts';
import { leakPlaces } from './leaks.ts';
import { readOtlp } from './otlp.ts';

const SECRET = 'canary-5f1c9ab-0123456789';
const value = (text: string) => ({ stringValue: text });
const attribute = (text: string) => ({ attributes: [{ key: 'note', value: value(text) }] });
const named = (key: string) => ({ attributes: [{ key, value: value('x') }] });

/** A request of one span, with these parts besides. */
function requestOf(span: object, scope: object = {}, resource: object = {}): Uint8Array {
  const times = { startTimeUnixNano: '1795318155000000000', endTimeUnixNano: '1795318155000000001' };
  const one = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), name: 'http.request', ...times, ...span };
  return Buffer.from(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [one] }] }] }));
}

function placesIn(body: Uint8Array): string[] {
  const finder = secretFinder([SECRET]);
  return readOtlp(body, 'json').spans.flatMap(({ span, otherTexts }) => leakPlaces(span, otherTexts, finder));
}

describe('a secret in a span is found', () => {
  test.each<[string, Uint8Array]>([
    ['in its name', requestOf({ name: SECRET })],
    ['in an attribute', requestOf(attribute(SECRET))],
    ['in the name of an attribute', requestOf(named(SECRET))],
    ['in an attribute, behind what is kept of it', requestOf(attribute(`${'x'.repeat(5000)}${SECRET}`))],
    [
      'in the last of very many attributes',
      requestOf({
        attributes: Array.from({ length: 200 }, (_, at) => ({
          key: `k${at}`,
          value: value(at === 199 ? SECRET : 'x'),
        })),
      }),
    ],
    [
      'in bytes',
      requestOf({ attributes: [{ key: 'x', value: { bytesValue: Buffer.from(SECRET).toString('base64') } }] }),
    ],
    ['in the name of an event', requestOf({ events: [{ name: SECRET }] })],
    ['in an event', requestOf({ events: [{ name: 'x', ...attribute(SECRET) }] })],
    ['in a link', requestOf({ links: [attribute(SECRET)] })],
    ["in a link's state", requestOf({ links: [{ traceState: `a=${SECRET}` }] })],
    ['in the trace state', requestOf({ traceState: `aragora=${SECRET}` })],
    ['in the message of its status', requestOf({ status: { code: 2, message: `Bearer ${SECRET}` } })],
    ['in the name of its scope', requestOf({}, { name: SECRET })],
    ['in the version of its scope', requestOf({}, { name: 'x', version: SECRET })],
    ['in an attribute of its scope', requestOf({}, attribute(SECRET))],
    ['in an attribute of its resource', requestOf({}, {}, attribute(SECRET))],
    ['in the name of an attribute of its resource', requestOf({}, {}, named(SECRET))],
  ])('%s', (_, body) => {
    const places = placesIn(body);
    expect(places).toHaveLength(1);
    expect(places.join()).not.toContain(SECRET);
  });

  test('and nowhere else', () => {
    expect(
      placesIn(requestOf({ ...attribute('x'), events: [{ name: 'x' }], traceState: 'a=b' }, { name: 'x' })),
    ).toEqual([]);
  });
});
