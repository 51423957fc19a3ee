/**
 * `grafana-stand-in`: stands in for Grafana, which is no part of what is tested here: the documented calls of its HTTP API with their documented
 * answers. Queries go to a real Prometheus. It proves how Grafana is asked and read, not how the real one behaves.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { send } from '../../http/client.ts';
import { HOST } from '../process.ts';
import { answerOf, type GrafanaAnswer, type GrafanaCall, type GrafanaState } from './answers.ts';
import { DashboardStore } from './store.ts';

export interface GrafanaStandInOptions {
  /** Where its only datasource, the default one, is. */
  readonly prometheusUrl: string;
  /** As in the files of a folder that Grafana reads. */
  readonly dashboards: readonly unknown[];
  /** That each call needs but the one for its health; default: nobody has to sign in. */
  readonly token?: string;
  /** What its health says of its database; default: `ok`. */
  readonly database?: 'ok' | 'failing';
  /** Default: a free one. */
  readonly port?: number;
}

export interface GrafanaStandIn {
  readonly url: string;
  /** Of `dashboards`: which it does not have, and why. */
  readonly refused: readonly string[];
  /** Calls so far that it did not expect, each answered with 404. */
  readonly unexpected: readonly string[];
  close(): Promise<void>;
}

/** The documented dashboards name their datasource by a variable, so any uid does. */
const DATASOURCE = { uid: 'prometheus', name: 'Prometheus' } as const;

/** Most bytes of an imported dashboard that are kept. */
const LARGEST_BODY_BYTES = 4 * 1024 * 1024;

export async function startGrafanaStandIn(options: GrafanaStandInOptions): Promise<GrafanaStandIn> {
  const { prometheusUrl, dashboards, token, database = 'ok', port = 0 } = options;
  const store = new DashboardStore(dashboards);
  const unexpected: string[] = [];
  const state: GrafanaState = { store, datasource: { ...DATASOURCE, url: prometheusUrl }, token, database };
  const server = createServer((request, response) => {
    callOf(request)
      .then((call) => answered(call, state, unexpected))
      .then((answer) => write(response, answer))
      // The caller is gone.
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  let closing: Promise<void> | undefined;
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    refused: store.refused,
    unexpected,
    close: () => (closing ??= close()),
  };
}

interface TextAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

async function answered(call: GrafanaCall, state: GrafanaState, unexpected: string[]): Promise<TextAnswer> {
  const answer = answerOf(call, state);
  if ('forward' in answer) return await forwarded(state.datasource.url, answer.forward);
  if ('unexpected' in answer) {
    unexpected.push(answer.unexpected);
    return jsonText({ status: 404, json: { message: 'Not found' } });
  }
  return jsonText(answer);
}

/** As the datasource answers; 502 where it does not. */
async function forwarded(prometheusUrl: string, path: string): Promise<TextAnswer> {
  const answer = await send(`${prometheusUrl.replace(/\/+$/, '')}${path}`);
  if ('trouble' in answer) return { status: 502, contentType: 'text/plain; charset=utf-8', text: 'Bad Gateway' };
  const { status, contentType, text } = answer;
  return { status, contentType, text };
}

function jsonText({ status, json }: GrafanaAnswer): TextAnswer {
  return { status, contentType: 'application/json; charset=UTF-8', text: JSON.stringify(json) };
}

async function callOf(request: IncomingMessage): Promise<GrafanaCall> {
  const { method = 'GET', url = '/', headers } = request;
  const { pathname: path, searchParams: query } = new URL(url, `http://${HOST}`);
  return { method, path, query, body: await bodyOf(request), authorization: headers.authorization };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function write(response: ServerResponse, { status, contentType, text }: TextAnswer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
