/**
 * What PagerDuty's Events API v2 answers to a request, as documented in developer.pagerduty.com: "Send an event" and "PD-CEF". Strict, and
 * pure: it refuses what the real one refuses. Events of the older API v1 are refused by name, because Alertmanager sends one for each
 * `service_key`.
 */
import { PAGERDUTY_ACTIONS, PAGERDUTY_SEVERITIES, type PagerdutyEvent } from './accepted.ts';
import { isRecord, isSaid, LARGEST_BODY_BYTES, parsed, type SinkAnswer, type SinkRequest } from './sink.ts';

export const PAGERDUTY_PATH = '/v2/enqueue';
const V1_PATH = '/generic/2010-04-15/create_event.json';
const ROUTING_KEY_CHARACTERS = 32;
const LONGEST_SUMMARY = 1024;
const LONGEST_DEDUP_KEY = 255;

/** `event` is null when the request was refused. */
export function pagerdutyAnswer(request: SinkRequest): SinkAnswer & { readonly event: PagerdutyEvent | null } {
  const { method, path, body } = request;
  if (path === V1_PATH)
    return refused(400, [`Events API v1 (${V1_PATH}): the documented one is v2, ${PAGERDUTY_PATH}`]);
  if (path !== PAGERDUTY_PATH) return refused(404, [`no such path: ${path}`]);
  if (method !== 'POST') return refused(405, [`method ${method}: events are posted`]);
  if (body === null) return refused(413, [`the event is larger than ${LARGEST_BODY_BYTES / 1024} KiB`]);
  const event = parsed(body);
  if (!isRecord(event)) return refused(400, ['the body is no JSON object']);
  const refusals = wrongWith(event);
  if (refusals.length > 0) return refused(400, refusals);
  const accepted = eventOf(event);
  return {
    ...json(202, { status: 'success', message: 'Event processed', dedup_key: accepted.dedupKey }),
    refusals: [],
    event: accepted,
  };
}

function refused(status: number, refusals: readonly string[]): ReturnType<typeof pagerdutyAnswer> {
  const said = { status: 'invalid event', message: 'Event object is invalid', errors: refusals };
  return { ...json(status, said), refusals, event: null };
}

function json(status: number, body: object): Omit<SinkAnswer, 'refusals'> {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

type Fields = Readonly<Record<string, unknown>>;

function wrongWith(event: Fields): string[] {
  const ofVersion1 = ['service_key', 'event_type', 'incident_key'].filter((name) => isSaid(event[name]));
  if (ofVersion1.length > 0) {
    return [
      `${ofVersion1.map((name) => `'${name}'`).join(', ')} of Events API v1: v2 needs 'routing_key' and 'event_action'`,
    ];
  }
  const { event_action: action } = event;
  return [
    ...keyProblem(event['routing_key']),
    ...(PAGERDUTY_ACTIONS.some((one) => one === action)
      ? []
      : [`'event_action' must be one of ${PAGERDUTY_ACTIONS.join(', ')}`]),
    ...dedupProblem(event['dedup_key'], action !== 'trigger'),
    ...(action === 'trigger' ? payloadProblems(event['payload']) : []),
    ...listProblem(event, 'links', 'href'),
    ...listProblem(event, 'images', 'src'),
  ];
}

function keyProblem(key: unknown): string[] {
  if (!isSaid(key)) return ["'routing_key' is missing or blank"];
  if (key.length === ROUTING_KEY_CHARACTERS) return [];
  return [`Length of 'routing_key' is incorrect (should be ${ROUTING_KEY_CHARACTERS} characters)`];
}

function dedupProblem(key: unknown, isNeeded: boolean): string[] {
  if (key === undefined && !isNeeded) return [];
  if (!isSaid(key)) return ["'dedup_key' is missing or blank"];
  return key.length > LONGEST_DEDUP_KEY ? [`'dedup_key' is longer than ${LONGEST_DEDUP_KEY} characters`] : [];
}

function payloadProblems(payload: unknown): string[] {
  if (!isRecord(payload)) return ["'payload' is missing"];
  const { summary, source, severity, timestamp } = payload;
  const blank = Object.entries({ summary, source })
    .filter(([, value]) => !isSaid(value))
    .map(([name]) => `'payload.${name}' is missing or blank`);
  const tooLong = isSaid(summary) && [...summary].length > LONGEST_SUMMARY;
  const isSeverity = PAGERDUTY_SEVERITIES.some((one) => one === severity);
  const isTime = timestamp === undefined || (isSaid(timestamp) && !Number.isNaN(Date.parse(timestamp)));
  return [
    ...blank,
    ...(tooLong ? [`'payload.summary' is longer than ${LONGEST_SUMMARY} characters`] : []),
    ...(isSeverity ? [] : [`'payload.severity' must be one of ${PAGERDUTY_SEVERITIES.join(', ')}`]),
    ...(isTime ? [] : ["'payload.timestamp' is no ISO 8601 time"]),
  ];
}

function listProblem(event: Fields, name: string, needed: string): string[] {
  const list = event[name];
  if (list === undefined || list === null) return [];
  const isRight = Array.isArray(list) && list.every((one) => isRecord(one) && isSaid(one[needed]));
  return isRight ? [] : [`'${name}' must be a list, each entry with '${needed}'`];
}

function eventOf(event: Fields): PagerdutyEvent {
  const payload = isRecord(event['payload']) ? event['payload'] : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    // It was looked at.
    action: event['event_action'] as PagerdutyEvent['action'],
    routingKey: text(event['routing_key']),
    dedupKey: text(event['dedup_key']),
    summary: text(payload['summary']),
    source: text(payload['source']),
    severity: text(payload['severity']),
  };
}
