/**
 * A stand-in for Uptime Kuma, which can't be had here: its status page's three answers and its /metrics, in the shape that its public source
 * and recorded answers show. Any other call fails. It proves how we ask and read, not how the real one behaves.
 */
import { FakeBackend, type FakeScript } from './fake-backend.ts';

export interface FakeMonitor {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  /** Whether the public page shows its URL. */
  readonly sendUrl?: boolean;
  /** As heartbeats are in the answer. */
  readonly beats: readonly unknown[];
}

export interface FakeKuma {
  /** Of its page. */
  readonly url: string;
  readonly backend: FakeBackend;
}

const NAME = 'aragora';
/** What its API key is sent as. */
export const KUMA_KEY = { kind: 'basic', user: 'harness', password: 'uk1_fake' } as const;

/** @param asked what will be asked: an answer that nobody asks for makes `stop` fail. */
export async function fakeKuma(
  monitors: readonly FakeMonitor[],
  asked: { readonly metrics?: true; readonly atRoot?: true } = {},
): Promise<FakeKuma> {
  const script: FakeScript = {
    [`GET /api/status-page/${NAME}`]: [{ json: pageOf(monitors) }],
    [`GET /api/status-page/heartbeat/${NAME}`]: [
      {
        json: {
          heartbeatList: Object.fromEntries(monitors.map(({ id, beats }) => [id, beats])),
          uptimeList: Object.fromEntries(monitors.map(({ id }) => [`${id}_24`, 1])),
        },
      },
    ],
    ...(asked.atRoot && {
      'GET /api/entry-page': [{ json: { type: 'statusPageMatchedDomain', statusPageSlug: NAME } }],
    }),
    ...(asked.metrics && {
      'GET /metrics': [
        ({ headers }) => {
          const right = `Basic ${Buffer.from(`${KUMA_KEY.user}:${KUMA_KEY.password}`).toString('base64')}`;
          return headers.authorization === right ? { text: metricsOf(monitors) } : { status: 401, json: '' };
        },
      ],
    }),
  };
  const backend = await FakeBackend.start(script);
  return { url: asked.atRoot ? backend.url : `${backend.url}/status/${NAME}`, backend };
}

function pageOf(monitors: readonly FakeMonitor[]) {
  const monitorList = monitors.map(({ id, name, url, sendUrl = false }) => ({
    ...{ id, name, sendUrl: sendUrl ? 1 : 0, type: 'http' },
    ...(sendUrl && { url }),
  }));
  return {
    config: { slug: NAME, title: 'Aragora', published: true, showTags: false },
    incident: null,
    publicGroupList: [{ id: 1, name: 'Services', weight: 1, monitorList }],
    maintenanceList: [],
  };
}

function metricsOf(monitors: readonly FakeMonitor[]): string {
  const lines = monitors.map(
    ({ id, name, url }) =>
      `monitor_status{monitor_id="${id}",monitor_name="${name}",monitor_type="http",monitor_url="${url}",monitor_hostname="null",monitor_port="null"} 1`,
  );
  return ['# HELP monitor_status Monitor Status', '# TYPE monitor_status gauge', ...lines, ''].join('\n');
}

/** Unix ms as Uptime Kuma writes it: UTC without a zone. */
export function kumaTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').replace('Z', '');
}
