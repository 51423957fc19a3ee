/** Reads what SDKs send to Sentry: envelopes of several items, and the single events of the older API. */

/** One item of an envelope. */
export interface Item {
  readonly type: string;
  /** Its JSON; undefined for an item that is none, for example an attachment. */
  readonly data: unknown;
  /** As it came. */
  readonly text: string;
}

export interface Envelope {
  /** What the sender says of the trace: its sample rate, for example. */
  readonly trace: Readonly<Record<string, unknown>>;
  readonly items: readonly Item[];
}

/** The body is not what an SDK sends. */
export class MalformedEnvelope extends Error {}

/** Those that are looked at. Others are skipped as they are: a replay may be large. */
const READ: ReadonlySet<string> = new Set(['event', 'transaction', 'client_report']);
/** More are no envelope of an SDK. */
const MOST_ITEMS = 1000;
const NEW_LINE = 0x0a;

/** @throws MalformedEnvelope */
export function readEnvelope(body: Buffer): Envelope {
  let at = 0;
  const line = (): Buffer => {
    const end = body.indexOf(NEW_LINE, at);
    const from = at;
    at = end === -1 ? body.length : end + 1;
    return body.subarray(from, end === -1 ? body.length : end);
  };
  const head = objectIn(line().toString('utf8'), 'the header of the envelope');
  const items: Item[] = [];
  while (at < body.length) {
    const words = line().toString('utf8').trim();
    if (words === '') continue;
    if (items.length >= MOST_ITEMS) throw new MalformedEnvelope(`an envelope has more than ${MOST_ITEMS} items`);
    const { type, length } = objectIn(words, 'the header of an item');
    let payload: Buffer;
    if (typeof length === 'number') {
      if (!(length >= 0 && at + length <= body.length)) throw new MalformedEnvelope('an item is shorter than it says');
      payload = body.subarray(at, at + length);
      at += length + 1;
    } else payload = line();
    items.push(itemOf(String(type), payload));
  }
  return { trace: fieldsOf(head['trace']), items };
}

function itemOf(type: string, payload: Buffer): Item {
  if (!READ.has(type)) return { type, data: undefined, text: '' };
  const text = payload.toString('utf8');
  return { type, data: objectIn(text, `an item of type ${type}`), text };
}

/** The body of a request to the older API: one event. @throws MalformedEnvelope */
export function readStored(body: Buffer): Envelope {
  const text = body.toString('utf8');
  const data = objectIn(text, 'the event');
  const type = data['type'] === 'transaction' ? 'transaction' : 'event';
  return { trace: {}, items: [{ type, data, text }] };
}

function objectIn(text: string, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MalformedEnvelope(`${what} is no JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedEnvelope(`${what} is no JSON object`);
  return value as Readonly<Record<string, unknown>>;
}

/** {} for what is no object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
