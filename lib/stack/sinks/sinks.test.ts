import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { pagerdutyAnswer } from './pagerduty.ts';
import { type Sinks, startSinks } from './server.ts';
import { slackAnswer } from './slack.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const PAYLOAD = { summary: 'Aragora is down', source: 'Alertmanager', severity: 'critical' };
const TRIGGER = { routing_key: KEY, event_action: 'trigger', dedup_key: 'a', payload: PAYLOAD };

function pagerduty(event: unknown, request: { method?: string; path?: string } = {}) {
  const body = typeof event === 'string' || event === null ? event : JSON.stringify(event);
  return pagerdutyAnswer({ method: 'POST', path: '/v2/enqueue', contentType: 'application/json', ...request, body });
}

describe('PagerDuty accepts', () => {
  test.each([
    ['a trigger', TRIGGER],
    ['a trigger without a key of its own', { ...TRIGGER, dedup_key: undefined }],
    ['a time', { ...TRIGGER, payload: { ...PAYLOAD, timestamp: '2026-01-18T12:00:00.000+0000' } }],
    ['a resolve', { routing_key: KEY, event_action: 'resolve', dedup_key: 'a' }],
    ['an acknowledge', { routing_key: KEY, event_action: 'acknowledge', dedup_key: 'a' }],
    ['what Alertmanager sends beside', { ...TRIGGER, client: 'Alertmanager', links: [], images: [] }],
    ['links with a text', { ...TRIGGER, links: [{ href: 'http://a', text: 'graph' }] }],
    [
      'a summary of 1,024 characters, each of two bytes',
      { ...TRIGGER, payload: { ...PAYLOAD, summary: 'ä'.repeat(1024) } },
    ],
  ])('%s', (_, event) => {
    const { status, body, refusals } = pagerduty(event);
    expect({ status, refusals }).toEqual({ status: 202, refusals: [] });
    expect(JSON.parse(body)).toMatchObject({ status: 'success', message: 'Event processed' });
  });

  test('and keeps what matters of the event', () => {
    expect(pagerduty(TRIGGER).event).toEqual({ action: 'trigger', routingKey: KEY, dedupKey: 'a', ...PAYLOAD });
  });
});

describe('PagerDuty refuses', () => {
  test.each([
    ['no JSON', 'nothing', 'the body is no JSON object'],
    ['a list', [], 'the body is no JSON object'],
    ['no key', { ...TRIGGER, routing_key: undefined }, "'routing_key' is missing or blank"],
    [
      'a key that nobody filled in',
      { ...TRIGGER, routing_key: '$PAGERDUTY_SERVICE_KEY' },
      "Length of 'routing_key' is incorrect (should be 32 characters)",
    ],
    [
      'an event of API v1',
      { service_key: KEY, event_type: 'trigger', description: 'x', event_action: '', payload: null },
      "'service_key', 'event_type' of Events API v1: v2 needs 'routing_key' and 'event_action'",
    ],
    [
      'another action',
      { ...TRIGGER, event_action: 'page' },
      "'event_action' must be one of trigger, acknowledge, resolve",
    ],
    ['a resolve of nothing', { routing_key: KEY, event_action: 'resolve' }, "'dedup_key' is missing or blank"],
    ['a long dedup key', { ...TRIGGER, dedup_key: 'a'.repeat(256) }, "'dedup_key' is longer than 255 characters"],
    ['no payload', { ...TRIGGER, payload: undefined }, "'payload' is missing"],
    ['no summary', { ...TRIGGER, payload: { ...PAYLOAD, summary: ' ' } }, "'payload.summary' is missing or blank"],
    [
      'a long summary',
      { ...TRIGGER, payload: { ...PAYLOAD, summary: 'a'.repeat(1025) } },
      "'payload.summary' is longer than 1024 characters",
    ],
    ['no source', { ...TRIGGER, payload: { ...PAYLOAD, source: 7 } }, "'payload.source' is missing or blank"],
    [
      'a severity of somebody else',
      { ...TRIGGER, payload: { ...PAYLOAD, severity: 'page' } },
      "'payload.severity' must be one of critical, error, warning, info",
    ],
    ['no time', { ...TRIGGER, payload: { ...PAYLOAD, timestamp: 'soon' } }, "'payload.timestamp' is no ISO 8601 time"],
    [
      'links without an address',
      { ...TRIGGER, links: [{ text: 'a' }] },
      "'links' must be a list, each entry with 'href'",
    ],
    ['images that are no list', { ...TRIGGER, images: 'a' }, "'images' must be a list, each entry with 'src'"],
  ])('%s', (_, event, problem) => {
    const { status, body, event: kept } = pagerduty(event);
    expect({ status, kept }).toEqual({ status: 400, kept: null });
    const said = { status: 'invalid event', message: 'Event object is invalid', errors: [problem] };
    expect(JSON.parse(body)).toEqual(said);
  });

  test.each([
    [{ path: '/generic/2010-04-15/create_event.json' }, 400],
    [{ path: '/v2/change/enqueue' }, 404],
    [{ method: 'GET' }, 405],
  ])('%o', (request, status) => {
    expect(pagerduty(TRIGGER, request)).toMatchObject({ status, event: null, refusals: [expect.any(String)] });
  });

  test('what is too large', () => {
    expect(pagerduty(null)).toMatchObject({ status: 413, event: null });
  });
});

const ATTACHMENT = { title: '[FIRING:1] HighLatency', text: '', fallback: 'f', color: 'danger' };
const MESSAGE = { channel: '#aragora-warnings', attachments: [ATTACHMENT] };

function slack(message: unknown, request: { method?: string; path?: string; contentType?: string } = {}) {
  const body = typeof message === 'string' || message === null ? message : JSON.stringify(message);
  const asked = { method: 'POST', path: '/services/T0/B0/X', contentType: 'application/json', ...request, body };
  return slackAnswer(asked, ['#aragora-warnings']);
}

describe('Slack accepts', () => {
  test.each([
    ['what Alertmanager sends', MESSAGE],
    ['a text alone', { text: 'a' }],
    ['blocks alone', { blocks: [{ type: 'divider' }] }],
    ['an attachment that has only fields', { attachments: [{ fields: [{ title: 'a', value: 'b' }] }] }],
  ])('%s', (_, message) => {
    expect(slack(message)).toMatchObject({ status: 200, body: 'ok', refusals: [] });
  });

  test('a form', () => {
    const body = new URLSearchParams({ payload: JSON.stringify(MESSAGE) }).toString();
    expect(slack(body, { contentType: 'application/x-www-form-urlencoded' }).message).toEqual({
      channel: '#aragora-warnings',
      text: '',
      attachments: [{ title: ATTACHMENT.title, text: '', fallback: 'f', colour: 'danger' }],
    });
  });
});

describe('Slack refuses', () => {
  test.each([
    ['no JSON', 'nothing', 400, 'invalid_payload'],
    ['a list', [], 400, 'invalid_payload'],
    ['attachments that are no list', { text: 'a', attachments: {} }, 400, 'invalid_payload'],
    ['an attachment that is no object', { attachments: ['a'] }, 400, 'invalid_payload'],
    ['a channel that is a number', { text: 'a', channel: 7 }, 400, 'invalid_payload'],
    ['nothing said', { channel: '#aragora-warnings' }, 400, 'no_text'],
    ['an empty attachment', { attachments: [{ text: ' ' }] }, 400, 'no_text'],
    ['101 attachments', { attachments: Array(101).fill(ATTACHMENT) }, 400, 'too_many_attachments'],
    ['a channel that is not there', { ...MESSAGE, channel: '#nowhere' }, 404, 'channel_not_found'],
    ['what is too large', null, 413, 'payload_too_large'],
  ])('%s', (_, message, status, word) => {
    expect(slack(message)).toEqual({ status, contentType: 'text/html', body: word, refusals: [word], message: null });
  });

  test.each([
    [{ path: '/services/' }, 404, 'no_service'],
    [{ method: 'GET' }, 405, 'method_not_allowed'],
    [{ contentType: 'text/plain' }, 400, 'invalid_payload'],
  ])('%o', (request, status, body) => {
    expect(slack(MESSAGE, request)).toMatchObject({ status, body });
  });
});

describe('over HTTP', () => {
  let sinks: Sinks;
  beforeAll(async () => {
    sinks = await startSinks({ channels: ['#aragora-warnings'] });
  });
  afterAll(() => sinks.stop());

  test('everything that came is kept in order, with its answer', async () => {
    const post = async (url: string, body: string) => {
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      const answer = await fetch(url, { method: 'POST', headers, body });
      return [answer.status, await answer.text()];
    };
    const [status, text] = await post(sinks.pagerdutyUrl, JSON.stringify(TRIGGER));
    expect([status, JSON.parse(`${text}`)]).toEqual([
      202,
      { status: 'success', message: 'Event processed', dedup_key: 'a' },
    ]);
    expect(await post(sinks.slackUrl, JSON.stringify(MESSAGE))).toEqual([200, 'ok']);
    expect(await post(sinks.slackUrl, 'x'.repeat(600_000))).toEqual([413, 'payload_too_large']);
    expect((await fetch(new URL('/elsewhere', sinks.slackUrl))).status).toBe(404);
    expect(sinks.deliveries).toMatchObject([
      { to: 'pagerduty', status: 202, event: { action: 'trigger', dedupKey: 'a' } },
      { to: 'slack', status: 200, message: { channel: '#aragora-warnings' } },
      { to: 'slack', status: 413, message: null },
      { to: 'pagerduty', status: 404, event: null },
    ]);
  });

  test('below its path, PagerDuty takes an event and never answers', async () => {
    const sinks = await startSinks({ channels: [] });
    const asking = fetch(`${sinks.pagerdutyUrl}/silent`, { method: 'POST', body: '{}' }).catch(() => 'no answer');
    await vi.waitFor(() => expect(sinks.deliveries).toMatchObject([{ to: 'pagerduty', status: 0, event: null }]));
    await sinks.stop();
    expect(await asking).toBe('no answer');
  });
});
