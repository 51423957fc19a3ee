/** Receivers of alerts on loopback: they stand in for PagerDuty and Slack, answer as those do, and keep what came with its time. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HOST } from '../process.ts';
import type { PagerdutyEvent, SlackMessage } from './accepted.ts';
import { PAGERDUTY_PATH, pagerdutyAnswer } from './pagerduty.ts';
import { LARGEST_BODY_BYTES, type SinkAnswer, type SinkRequest } from './sink.ts';
import { SLACK_PREFIX, slackAnswer } from './slack.ts';

interface Came {
  /** When the whole request was there; real time. */
  readonly atMs: number;
  readonly path: string;
  /** What was answered; 0: nothing. */
  readonly status: number;
  /** In the words of the answer; [] when it was accepted. */
  readonly refusals: readonly string[];
}

/** What was delivered; null for what was refused. */
export type Delivery =
  | (Came & { readonly to: 'pagerduty'; readonly event: PagerdutyEvent | null })
  | (Came & { readonly to: 'slack'; readonly message: SlackMessage | null });

export interface Sinks {
  /** For `pagerduty_url`. */
  readonly pagerdutyUrl: string;
  /** For `slack_api_url`. */
  readonly slackUrl: string;
  /** Whatever came so far, in order. */
  readonly deliveries: readonly Delivery[];
  stop(): Promise<void>;
}

export interface SinkOptions {
  /** That the Slack workspace has. */
  readonly channels: readonly string[];
  readonly onDelivery?: (delivery: Delivery) => void;
  /** Default: a free one. */
  readonly port?: number | undefined;
}

/** Below its path, PagerDuty takes an event and never answers. */
const SILENT_PATH = `${PAGERDUTY_PATH}/silent`;
/** A sender that never stops can't take all memory. */
const MOST_KEPT = 20_000;

export async function startSinks({ channels, onDelivery, port = 0 }: SinkOptions): Promise<Sinks> {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => {
        const { answer, delivery } = answered(sinkRequest(request, body), channels);
        if (deliveries.length < MOST_KEPT) deliveries.push(delivery);
        if (answer !== null) write(response, answer);
        onDelivery?.(delivery);
      })
      // The sender is gone.
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const base = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  let stopping: Promise<void> | undefined;
  return {
    pagerdutyUrl: base + PAGERDUTY_PATH,
    slackUrl: `${base}${SLACK_PREFIX}T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX`,
    deliveries,
    stop: () => (stopping ??= close()),
  };
}

/** A path of neither counts as one of PagerDuty, which refuses it. */
function answered(
  request: SinkRequest,
  channels: readonly string[],
): { readonly answer: SinkAnswer | null; readonly delivery: Delivery } {
  const came = { atMs: Date.now(), path: request.path };
  if (request.path === SILENT_PATH) {
    return { answer: null, delivery: { ...came, to: 'pagerduty', status: 0, refusals: ['no answer'], event: null } };
  }
  if (request.path.startsWith(SLACK_PREFIX)) {
    const { message, ...answer } = slackAnswer(request, channels);
    const { status, refusals } = answer;
    return { answer, delivery: { ...came, to: 'slack', status, refusals, message } };
  }
  const { event, ...answer } = pagerdutyAnswer(request);
  const { status, refusals } = answer;
  return { answer, delivery: { ...came, to: 'pagerduty', status, refusals, event } };
}

function sinkRequest(request: IncomingMessage, body: string | null): SinkRequest {
  const { method = 'GET', url = '/', headers } = request;
  const [contentType = ''] = (headers['content-type'] ?? '').split(';');
  const [path = '/'] = url.split('?');
  return { method, path, contentType: contentType.trim().toLowerCase(), body };
}

/** null when it is too large: the rest is read and dropped, so that the sender gets the answer. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
  }
  return bytes <= LARGEST_BODY_BYTES ? Buffer.concat(chunks).toString('utf8') : null;
}

function write(response: ServerResponse, { status, contentType, body }: SinkAnswer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
