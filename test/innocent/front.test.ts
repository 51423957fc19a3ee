/** Healthy servers behind fronts of other kinds, each in a load of its own: nobody accuses them. */
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import type { IncomingRequest, OutgoingAnswer } from '../../lib/target/distortion.ts';
import { startTarget } from '../../lib/target/target.ts';
import { certificate } from '../support/certificate.ts';
import { type FrontOptions, startFront } from './front.ts';
import type { Innocent } from './innocent.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-front-'));
const LOAD_SEC = 8;
const at = (ratePerSec: number) => ({ ratePerSec, durationSec: LOAD_SEC });
const PROFILE = {
  name: 'innocent',
  journeys: {
    // Few enough for a busy machine to serve them all.
    health: at(12),
    'debates-list': at(6),
    agents: at(3),
    consensus: at(6),
    websocket: { sockets: 6, durationSec: LOAD_SEC },
  },
  gates: 'all',
};
/** So many lines after the first: long enough for each to be seen between two others. */
const ROTATIONS: Readonly<Record<number, (log: string) => void>> = {
  120: (log) => renameSync(log, `${log}.1`),
  320: (log) => truncateSync(log),
};
/** Larger than what a reader keeps. */
const OLD_LINES = 40_000;

interface FrontInnocent extends Innocent {
  /** HTTP status of a creation that succeeds. */
  readonly createdStatus?: number;
  readonly front: () => FrontOptions;
}

const INNOCENTS: readonly FrontInnocent[] = [
  {
    name: 'HTTP/2 over TLS under a path, /metrics packed and 1.5 s late, a log that is rotated',
    because: 'that is how a server stands behind an ingress',
    front: () => ({ tls: certificate(dir), host: 'localhost', prefix: '/aragora/v1', scrapesAfterMs: 1500 }),
  },
  {
    name: 'IPv6 alone, 100 requests for each connection, a redirect to the path with a slash, frames packed and in parts, creations answered with 201',
    because: 'each of them is what a standard allows',
    createdStatus: 201,
    front: () => ({ host: '::1', requestsEach: 100, addsSlash: true, cutsFrames: true }),
  },
];

beforeAll(() => ensureEngine({ onProgress: () => {} }));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test.for(INNOCENTS)('nobody accuses $name', async ({ front, createdStatus = 200, because }) => {
  const findings = await findingsBehind(front(), createdStatus);
  const failed = findings.filter(({ gating, status }) => gating && status === 'fail');
  // Whether it is slow depends on the machine.
  expect(failed.filter(({ id }) => !id.startsWith('latency.')).map(words), because).toEqual([]);
  for (const system of ['metrics', 'traces', 'logs']) {
    const passed = findings.filter(
      ({ id, gating, status }) => id.startsWith(`${system}.`) && gating && status === 'pass',
    );
    expect(passed.length, system).toBeGreaterThan(8);
  }
});

const words = ({ id, status, summary }: Finding) => `${id} ${status}: ${summary}`;

async function findingsBehind(options: FrontOptions, createdStatus: number): Promise<readonly Finding[]> {
  const place = mkdtempSync(join(dir, 'run-'));
  const [otlpPort = 0] = await freePorts(1);
  const log = join(place, 'server.log');
  writeFileSync(log, `${JSON.stringify({ timestamp: '2026-01-18T00:00:00Z', message: 'old' })}\n`.repeat(OLD_LINES));
  let lines = 0;
  const written = (line: string) => {
    ROTATIONS[++lines]?.(log);
    appendFileSync(log, `${line}\n`);
    return [line];
  };
  const target = await startTarget({
    tracing: { otlpUrl: `http://127.0.0.1:${otlpPort}` },
    log: { to: join(place, 'as-written.log') },
    breaks: [
      {
        ...{ name: 'odd', description: 'odd', finding: 'none' },
        distortion: () => ({ line: written, answer: (right, asked) => created(right, asked, createdStatus) }),
      },
    ],
  });
  const { httpUrl, wsUrl, stop } = await startFront(target, options);
  const profile = join(place, 'innocent.profile.json');
  writeFileSync(profile, JSON.stringify(PROFILE));
  const out = join(place, 'run');
  const named = ['--target', httpUrl, '--ws', wsUrl, '--profile', profile, '--out', out, '--seed', '1'];
  const sources = ['--otlp-port', String(otlpPort), '--log-file', log];
  const ca = options.tls === undefined ? [] : ['--ca', trusting(place, options.tls.cert)];
  try {
    const args = [inject('bundled').command, 'run', ...named, ...sources, ...ca];
    await execa(process.execPath, args, { reject: false, env: { NO_COLOR: '1' } });
  } finally {
    await stop();
    // Nobody receives its last spans any more.
    await target.stop().catch(() => {});
  }
  return (JSON.parse(readFileSync(join(out, 'findings.json'), 'utf8')) as { findings: readonly Finding[] }).findings;
}

function created(right: OutgoingAnswer, { method, path }: IncomingRequest, status: number): OutgoingAnswer {
  const isGood = method === 'POST' && path === '/api/debates' && right.status === 200;
  return isGood ? { ...right, status } : right;
}

/** The file of an authority that nobody else trusts. */
function trusting(place: string, pem: string): string {
  const file = join(place, 'ca.pem');
  writeFileSync(file, pem);
  return file;
}
