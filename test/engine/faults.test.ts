/** Each preset of the layer of faults does what it says, as seen by a client that knows nothing of it. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Fault, isOfServer, type LayerFault } from '../../lib/core/fault.ts';
import type { ServerFaultKind } from '../../lib/core/server-fault.ts';
import { type FaultLayer, startFaultLayer } from '../../lib/faults/layer.ts';
import { FAULT_PRESETS, type FaultPreset, type FaultPresetName } from '../../thresholds/faults.ts';

const BODY = 'an answer of sixty bytes, which is sent as a whole and at once';
let server: Server;
let layer: FaultLayer;
let url = '';
let asked = 0;

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    asked += 1;
    response.end(url === '/large' ? 'x'.repeat(32_000) : BODY);
  });
  new WebSocketServer({ server });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  layer = await startFaultLayer([`http://127.0.0.1:${port}`], { onProgress: () => {} });
  url = layer.urls[0] ?? '';
}, 900_000);

afterAll(async () => {
  await layer.stop();
  server.close();
  server.closeAllConnections();
});

interface Got {
  /** The status, or why there is no whole answer. */
  readonly how: number | 'broken' | 'cut' | 'silent';
  readonly tookMs: number;
}

const SILENT_MS = 1000;

/** Over a connection of its own. @param silentMs an answer that has not begun by then does not come. */
async function get(silentMs = 30_000, path = '/'): Promise<Got> {
  const began = performance.now();
  const as = (how: Got['how']): Got => ({ how, tookMs: performance.now() - began });
  const signal = AbortSignal.timeout(silentMs);
  try {
    const response = await fetch(`${url}${path}`, { headers: { connection: 'close' }, signal });
    const body = await response.text().catch(() => null);
    return as(body === null ? 'broken' : response.status);
  } catch {
    return as(signal.aborted ? 'silent' : 'cut');
  }
}

/** Ten, one after the other. */
async function ten(): Promise<Got[]> {
  const all: Got[] = [];
  for (let nth = 0; nth < 10; nth++) all.push(await get());
  return all;
}

const counted = (all: readonly Got[], how: Got['how']) => all.filter((one) => one.how === how).length;

/** What a client sees while the preset is active. Times are bounds from below alone: a busy machine makes everything later. */
const SEEN: Readonly<Record<Exclude<FaultPresetName, ServerFaultKind>, () => Promise<void>>> = {
  latency: async () => expect((await get()).tookMs).toBeGreaterThanOrEqual(150),
  // 32 kB at 16 kB a second.
  bandwidth: async () => expect((await get(30_000, '/large')).tookMs).toBeGreaterThanOrEqual(1500),
  reset: async () => expect((await get()).how).toBe('cut'),
  'black-hole': async () => {
    const before = asked;
    expect([(await get(SILENT_MS)).how, asked - before]).toEqual(['silent', 0]);
  },
  'half-open': async () => {
    const before = asked;
    expect([(await get(SILENT_MS)).how, asked - before]).toEqual(['silent', 1]);
  },
  errors: async () => {
    const all = await ten();
    expect([counted(all, 503), counted(all, 200)]).toEqual([1, 9]);
  },
  delays: async () => {
    const all = await ten();
    expect(all.filter(({ tookMs }) => tookMs >= 2000).length).toBeGreaterThanOrEqual(1);
    expect(counted(all, 200)).toBe(10);
  },
  truncated: async () => expect(counted(await ten(), 'broken')).toBe(1),
  'slow-body': async () => {
    const all = await ten();
    expect(Math.max(...all.map(({ tookMs }) => tookMs))).toBeGreaterThanOrEqual(500);
    expect(counted(all, 200)).toBe(10);
  },
  'socket-drop': async () => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'));
    await once(socket, 'open');
    const began = performance.now();
    await once(socket, 'close');
    expect(performance.now() - began).toBeGreaterThanOrEqual(4500);
    expect((await get()).how).toBe(200);
  },
};

const isOfLayer = (fault: Fault): fault is LayerFault => !isOfServer(fault);
/** Those of the server are in processes/server-faults.test.ts. */
const ours = Object.entries<FaultPreset>(FAULT_PRESETS).filter(([, { faults }]) => faults.every(isOfLayer));

test.each(ours)('%s: $description', async (name, { faults }) => {
  expect((await get()).how).toBe(200);
  await layer.set(faults.filter(isOfLayer));
  await SEEN[name as keyof typeof SEEN]();
  const { counts } = await layer.set([]);
  expect(counts.map(({ hit }) => hit)).toEqual(faults.map((fault) => ('share' in fault ? 1 : 0)));
  expect((await get()).how).toBe(200);
});

test('a server that is gone has its connection cut, and no answer of the layer', async () => {
  const gone = await startFaultLayer(['http://127.0.0.1:1'], { onProgress: () => {} });
  await expect(fetch(gone.urls[0] ?? '')).rejects.toThrow('fetch failed');
  await gone.stop();
});

test('an order that it can not obey is refused in its words, and the next one is obeyed', async () => {
  const wrong = { kind: 'status', status: 503, share: 7 } as const;
  await expect(layer.set([wrong])).rejects.toThrow('the share of status must be above 0 and at most 1, got 7');
  expect((await layer.counts()).counts).toEqual([]);
});
