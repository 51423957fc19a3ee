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
  // The given parts come first, and win.
  const one = { ...span, traceId: '1'.repeat(32), spanId: '2'.repeat(16), name: 'http.request', ...times, ...span };
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

describe('of OTLP/JSON', () => {
  const read = (span: object) => readOtlp(requestOf(span), 'json');
  const attributesOf = (value: object) => read({ attributes: [{ key: 'x', value }] }).spans[0]?.span.attributes['x'];

  test.each<[string, object, object]>([
    [
      'names of kinds and statuses are read',
      { kind: 'SPAN_KIND_SERVER', status: { code: 'STATUS_CODE_ERROR' } },
      { kind: 'server', status: 'error' },
    ],
    ['numbers are, also as texts', { kind: 2, status: { code: '2' } }, { kind: 'server', status: 'error' }],
    [
      'null is what is absent',
      { kind: null, status: null, parentSpanId: null, attributes: null },
      { kind: 'unspecified', status: 'unset', parentSpanId: null, attributes: {} },
    ],
    [
      'fields that nobody knows are passed over, also before all others',
      { later: { kind: 3, attributes: [{ key: 'x' }] }, kind: 2 },
      { kind: 'server', attributes: {} },
    ],
    ['a number of a later version is none that is known', { kind: 9 }, { kind: 'unspecified' }],
  ])('%s', (_, given, seen) => {
    expect(read(given).spans[0]?.span).toMatchObject(seen);
  });

  test('a name that nobody knows rejects the span, with the names that are known', () => {
    expect(read({ kind: 'SPAN_KIND_SERVANT' })).toMatchObject({
      spans: [],
      rejected: [
        expect.stringMatching(
          /^the kind of a span must be a number or one of .*SPAN_KIND_SERVER, .*, got "SPAN_KIND_SERVANT"$/,
        ),
      ],
    });
  });

  test.each<[string, object, unknown]>([
    ['null for an integer', { intValue: null }, ''],
    ['null for a text', { stringValue: null }, ''],
    ['null beside what it is', { stringValue: null, intValue: '7' }, 7],
    ['a field that nobody knows first', { refValue: { x: 1 }, boolValue: true }, true],
    ['nothing', {}, ''],
  ])('an attribute is read with %s', (_, value, seen) => {
    expect(attributesOf(value)).toBe(seen);
  });
});
