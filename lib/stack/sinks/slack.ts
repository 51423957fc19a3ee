/**
 * What a Slack incoming webhook answers to a request, as documented in docs.slack.dev: "Sending messages using incoming webhooks", with its
 * statuses and words for errors. Strict, and pure.
 */
import type { SlackAttachment, SlackMessage } from './accepted.ts';
import { isRecord, isSaid, parsed, type SinkAnswer, type SinkRequest } from './sink.ts';

/** The documented `SLACK_WEBHOOK_URL` has this form: https://hooks.slack.com/services/xxx. */
export const SLACK_PREFIX = '/services/';
const MOST_ATTACHMENTS = 100;

/** `channels`: those that the workspace has, for example `#aragora-alerts`. `message` is null when the request was refused. */
export function slackAnswer(
  { method, path, contentType, body }: SinkRequest,
  channels: readonly string[],
): SinkAnswer & { readonly message: SlackMessage | null } {
  if (!path.startsWith(SLACK_PREFIX) || path.length === SLACK_PREFIX.length) return refused(404, 'no_service');
  if (method !== 'POST') return refused(405, 'method_not_allowed');
  if (body === null) return refused(413, 'payload_too_large');
  const payload = payloadOf(contentType, body);
  if (!isRecord(payload)) return refused(400, 'invalid_payload');
  const { text, attachments = [], blocks = [], channel = '' } = payload;
  if (!Array.isArray(attachments) || !attachments.every(isRecord)) return refused(400, 'invalid_payload');
  if (!Array.isArray(blocks) || typeof channel !== 'string') return refused(400, 'invalid_payload');
  if (attachments.length > MOST_ATTACHMENTS) return refused(400, 'too_many_attachments');
  if (!isSaid(text) && blocks.length === 0 && !attachments.some(saysSomething)) return refused(400, 'no_text');
  if (channel !== '' && !channels.includes(channel)) return refused(404, 'channel_not_found');
  const message = { channel, text: isSaid(text) ? text : '', attachments: attachments.map(attachmentOf) };
  return { status: 200, contentType: 'text/html', body: 'ok', refusals: [], message };
}

function refused(status: number, word: string): ReturnType<typeof slackAnswer> {
  return { status, contentType: 'text/html', body: word, refusals: [word], message: null };
}

/** As JSON, or as the field `payload` of a form. */
function payloadOf(contentType: string, body: string): unknown {
  if (contentType === 'application/json') return parsed(body);
  if (contentType !== 'application/x-www-form-urlencoded') return undefined;
  return parsed(new URLSearchParams(body).get('payload') ?? '');
}

type Fields = Readonly<Record<string, unknown>>;

function saysSomething(attachment: Fields): boolean {
  const words = ['title', 'text', 'pretext', 'fallback'].some((name) => isSaid(attachment[name]));
  const { fields, blocks } = attachment;
  return words || [fields, blocks].some((list) => Array.isArray(list) && list.length > 0);
}

function attachmentOf(attachment: Fields): SlackAttachment {
  const text = (name: string): string => {
    const value = attachment[name];
    return typeof value === 'string' ? value : '';
  };
  return { title: text('title'), text: text('text'), fallback: text('fallback'), colour: text('color') };
}
