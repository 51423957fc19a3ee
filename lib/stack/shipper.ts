/** Brings a log to Loki while it grows: it reads what was added to the file and pushes it, labelled as the guide's pipeline does. */
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../core/within.ts';

export interface Shipper {
  /** Brings the rest, and ends. */
  stop(): Promise<void>;
}

const EVERY_MS = 500;
const CHUNK_BYTES = 1024 * 1024;
const TIMEOUT_MS = 10_000;
/** What Loki did not take is brought again, but not for ever when it ends. */
const LAST_TRIES = 10;

export function startShipper(file: string, lokiUrl: string): Shipper {
  const over = new AbortController();
  const state: Reading = { file, offset: 0 };
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await shipped(state, lokiUrl);
      await sleep(EVERY_MS, undefined, { signal: over.signal }).catch(() => {});
    }
    for (let tries = 0; tries < LAST_TRIES && (await shipped(state, lokiUrl)); tries++);
  };
  const running = run();
  return {
    stop: async () => {
      over.abort();
      await running;
    },
  };
}

interface Reading {
  readonly file: string;
  /** Bytes that Loki has. */
  offset: number;
}

/** Whether something was brought. What Loki did not take is read again at the next time. */
async function shipped(state: Reading, lokiUrl: string): Promise<boolean> {
  const { text, bytes } = await added(state);
  const lines = text.split('\n').filter((line) => line !== '');
  if (bytes === 0 || !(await push(lokiUrl, lines))) return false;
  state.offset += bytes;
  return true;
}

/** Up to the end of the last line that is whole. */
async function added({ file, offset }: Reading): Promise<{ readonly text: string; readonly bytes: number }> {
  // It is not there before the server is.
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return { text: '', bytes: 0 };
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, offset);
    const whole = buffer.subarray(0, buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1);
    return { text: whole.toString('utf8'), bytes: whole.length };
  } finally {
    await handle.close();
  }
}

/** false: Loki did not take it. */
async function push(lokiUrl: string, lines: readonly string[]): Promise<boolean> {
  const nowMs = Date.now();
  const streams = lines.map((text, at) => streamOf(text, nowMs, at));
  const answered = within({ ms: TIMEOUT_MS }, async (signal) => {
    const answer = await fetch(`${lokiUrl}/loki/api/v1/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ streams }),
      signal,
    });
    await answer.arrayBuffer();
    return answer.ok;
  });
  return answered.catch(() => false);
}

/** The trace id is with the line and no label: Loki takes only some thousand streams, and each trace would be one. */
function streamOf(text: string, nowMs: number, at: number): object {
  const { level, timestamp, trace_id: traceId } = fieldsOf(text);
  const saidMs = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  // Lines of one moment keep their order.
  const atNs = BigInt(Number.isNaN(saidMs) ? nowMs : saidMs) * 1_000_000n + BigInt(at % 1_000_000);
  return {
    stream: { app: 'aragora', ...(typeof level === 'string' ? { level } : {}) },
    values: [[`${atNs}`, text, typeof traceId === 'string' ? { trace_id: traceId } : {}]],
  };
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
