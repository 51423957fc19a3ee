/** Reads OTLP trace requests, protobuf and JSON. Each span is validated; the others are reported. */
import type { Span, SpanValue } from '../observation.ts';
import { decodeRequest } from './otlp-schema.ts';

export type OtlpEncoding = 'protobuf' | 'json';

export interface ReceivedSpan {
  readonly span: Span;
  /** Texts that came with it besides its name and attributes: in its events, links, status and trace state, its scope and its resource. */
  readonly otherTexts: readonly string[];
}

export interface OtlpTraces {
  readonly spans: readonly ReceivedSpan[];
  /** Why each of the other spans was refused. */
  readonly rejected: readonly string[];
}

/** Not an export request at all; its message is for the sender. */
export class MalformedOtlp extends Error {}

type Fields = Readonly<Record<string, unknown>>;

/** @throws MalformedOtlp when the body is not an export request; a malformed span is only left out */
export function readOtlp(body: Uint8Array, encoding: OtlpEncoding): OtlpTraces {
  const request = parse(body, encoding);
  const spans: ReceivedSpan[] = [];
  const rejected: string[] = [];
  for (const { resource, scopeSpans, schemaUrl } of listOf(request, 'resourceSpans')) {
    const service = attributesOf(resource, 'resource.attributes')['service.name'];
    const ofResource = textsIn([resource, schemaUrl]);
    for (const { spans: some, ...scope } of listOf({ scopeSpans }, 'scopeSpans')) {
      const ofScope = [...ofResource, ...textsIn(scope)];
      for (const fields of listOf({ spans: some }, 'spans')) {
        try {
          const span = spanOf(fields, typeof service === 'string' ? service : null);
          spans.push({ span, otherTexts: [...ofScope, ...textsBeside(fields)] });
        } catch (error) {
          if (!(error instanceof MalformedOtlp)) throw error;
          rejected.push(error.message);
        }
      }
    }
  }
  return { spans, rejected };
}

function parse(body: Uint8Array, encoding: OtlpEncoding): Fields {
  let request: unknown;
  try {
    request = encoding === 'json' ? (JSON.parse(Buffer.from(body).toString('utf8')) as unknown) : decodeRequest(body);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new MalformedOtlp(
      `the body is not a ${encoding === 'json' ? 'JSON' : 'protobuf'} export request: ${problem}`,
    );
  }
  if (!isFields(request)) throw new MalformedOtlp('the body must be an object with resourceSpans');
  return request;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** [] when the field is absent. */
function listOf(fields: Fields, key: string): readonly Fields[] {
  const value = fields[key] ?? [];
  if (!Array.isArray(value) || !value.every(isFields)) throw new MalformedOtlp(`${key} must be a list of objects`);
  return value;
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;

function spanOf(fields: Fields, serviceName: string | null): Span {
  const traceId = idOf(fields['traceId'], 32);
  const spanId = idOf(fields['spanId'], 16);
  if (traceId === null) throw new MalformedOtlp('a span has no valid traceId: 16 bytes, not all zero');
  if (spanId === null) throw new MalformedOtlp('a span has no valid spanId: 8 bytes, not all zero');
  const name = fields['name'] ?? '';
  if (typeof name !== 'string') throw new MalformedOtlp('a span name must be a string');
  const status = isFields(fields['status']) ? fields['status']['code'] : undefined;
  return {
    traceId,
    spanId,
    parentSpanId: idOf(fields['parentSpanId'], 16),
    name,
    kind: enumOf('kind', fields['kind'], { prefix: 'SPAN_KIND_', members: KINDS }),
    startUnixNano: nanosOf(fields['startTimeUnixNano'], 'startTimeUnixNano'),
    endUnixNano: nanosOf(fields['endTimeUnixNano'], 'endTimeUnixNano'),
    attributes: attributesOf(fields, 'span.attributes'),
    status: enumOf('status', status, { prefix: 'STATUS_CODE_', members: STATUSES }),
    serviceName,
    // An exporter that knows no flags sends 0 too.
    flags: typeof fields['flags'] === 'number' && fields['flags'] !== 0 ? fields['flags'] : null,
  };
}

interface Enum<Member extends string> {
  readonly prefix: string;
  /** In the order of their numbers. */
  readonly members: readonly [Member, ...Member[]];
}

/**
 * OTLP/JSON asks for numbers; the JSON of protobuf also knows names. The first member when it is absent, or a number of a later version.
 * @throws MalformedOtlp for an unknown name.
 */
function enumOf<Member extends string>(what: string, value: unknown, { prefix, members }: Enum<Member>): Member {
  const [first] = members;
  if (value === undefined || value === null) return first;
  const number = Number(value);
  if (Number.isInteger(number)) return members[number] ?? first;
  const named = members.find((member) => value === `${prefix}${member.toUpperCase()}`);
  if (named === undefined) {
    const names = members.map((member) => `${prefix}${member.toUpperCase()}`).join(', ');
    throw new MalformedOtlp(`the ${what} of a span must be a number or one of ${names}, got ${JSON.stringify(value)}`);
  }
  return named;
}

/** Lower-case hexadecimal; null when it is absent, empty, of another length or all zero. */
function idOf(value: unknown, digits: number): string | null {
  const hex = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  if (typeof hex !== 'string' || hex.length !== digits || !/^[0-9a-f]+$/i.test(hex) || /^0+$/.test(hex)) return null;
  return hex.toLowerCase();
}

/** 64-bit numbers are sent as strings. JSON writers send numbers too, and above 2⁵³ those have lost their last digits. */
function nanosOf(value: unknown, key: string): string {
  const text = typeof value === 'number' && Number.isInteger(value) ? BigInt(value).toString() : value;
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text)) throw new MalformedOtlp(`${key} must be a 64-bit integer`);
  return text;
}

/** Longer texts are cut, because evidence must stay small. */
export const MAX_CHARS = 4096;
export const MAX_ATTRIBUTES = 128;

function attributesOf(holder: unknown, what: string): Record<string, SpanValue> {
  if (!isFields(holder)) return {};
  const attributes: Record<string, SpanValue> = {};
  for (const { key, value } of listOf(holder, 'attributes').slice(0, MAX_ATTRIBUTES)) {
    if (typeof key !== 'string') throw new MalformedOtlp(`a key of ${what} must be a string`);
    attributes[key] = spanValue(value);
  }
  return attributes;
}

/** Lists of plain values stay lists, deeper values become JSON text, bytes become Base64, and a missing value becomes "". */
function spanValue(any: unknown): SpanValue {
  const plain = plainOf(any);
  if (Array.isArray(plain) && plain.every(isPlain)) return plain;
  return isPlain(plain) ? plain : JSON.stringify(plain).slice(0, MAX_CHARS);
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

const VALUES = [
  'stringValue',
  'boolValue',
  'intValue',
  'doubleValue',
  'arrayValue',
  'kvlistValue',
  'bytesValue',
] as const;

/** Deeper than anything meaningful, and shallow enough for any stack. */
const MAX_DEPTH = 32;

function plainOf(any: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new MalformedOtlp(`an attribute is nested more than ${MAX_DEPTH} deep`);
  if (!isFields(any)) return '';
  // A field that is null is absent, and one that nobody knows is skipped.
  const [kind, value] = VALUES.flatMap((name) => (any[name] == null ? [] : [[name, any[name]] as const]))[0] ?? [];
  switch (kind) {
    case 'stringValue':
      return String(value).slice(0, MAX_CHARS);
    case 'boolValue':
      return value === true;
    case 'intValue':
    case 'doubleValue':
      // JSON has no such numbers, so they are kept as words.
      return Number.isFinite(Number(value)) ? Number(value) : String(value);
    case 'arrayValue':
      return isFields(value) ? listOf(value, 'values').map((item) => plainOf(item, depth + 1)) : [];
    case 'kvlistValue':
      return isFields(value)
        ? Object.fromEntries(
            listOf(value, 'values').map((pair) => [String(pair['key']), plainOf(pair['value'], depth + 1)]),
          )
        : {};
    case 'bytesValue':
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value);
    default:
      return '';
  }
}

/** Everything but what the span itself has: its name and its attributes, as far as they were kept. */
function textsBeside({ name: _, attributes, ...others }: Fields): string[] {
  const pairs = Array.isArray(attributes) ? attributes : [];
  const long = textsIn(pairs).filter((text) => text.length > MAX_CHARS);
  return [...textsIn(others), ...long, ...textsIn(pairs.slice(MAX_ATTRIBUTES))];
}

/** Every text in it, however deep, and bytes as if they were one. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
