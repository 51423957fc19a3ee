/**
 * Records the tapes: real run folders that tapes.test.ts judges again. By hand: `node --import tsx test/tapes/record.ts [name…]`; without a
 * name, all of them. Then `UPDATE_TAPES=1 npx vitest run test/tapes` writes what is expected of them. The machine should do nothing else
 * meanwhile, because `healthy` and `no-telemetry` must conform.
 */
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { startEmbeddedTarget } from '../../lib/embedded/process.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { startAragora } from '../aragora/server.ts';
import { recordedSeconds } from '../support/journal.ts';
import { TAPES, type TapeName } from './names.ts';

const BIN = fileURLToPath(new URL('../../bin/aragora-slo.mjs', import.meta.url));

/** Everything that judging reads. A folder has the first ones, or, if the harness was killed, the journal. */
const KEPT = [
  'SHA256SUMS',
  'engine.ndjson',
  'environment.json',
  'load.json',
  'observations.json',
  'plan.json',
  'recording.hlog',
  'recording.json',
];

const NEVER = new AbortController().signal;

interface Rates {
  readonly durationSec: number;
  readonly health: number;
  readonly others: number;
  readonly agents: number;
  readonly sockets: number;
}

/** The least that decides every objective: 299 samples for a P99, 2,995 answers for 99.9 %, 598 seconds of sockets for 99.5 %. */
const FULL: Rates = { durationSec: 18, health: 110, others: 25, agents: 18, sockets: 40 };
const SHORT: Rates = { durationSec: 10, health: 40, others: 12, agents: 6, sockets: 10 };
const FEW: Rates = { durationSec: 10, health: 4, others: 2, agents: 1, sockets: 2 };
/** Aragora 2.11 can take one debate a second. */
const GENTLE: Rates = { durationSec: 12, health: 10, others: 5, agents: 1, sockets: 5 };

/** A folder to work in. Whatever a command names is beside it, so no path of this machine is recorded. */
class Studio {
  readonly folder = mkdtempSync(join(tmpdir(), 'aragora-slo-tapes-'));
  readonly #env: NodeJS.ProcessEnv;

  constructor(enginePath: string) {
    symlinkSync(enginePath, this.path('k6'));
    // Settings of a CI or a team for the harness, its engine or its target are left out.
    const listenedTo = /^(GITHUB_|ARAGORA_|OTEL_|AWS_|K6_|FORCE_COLOR$)/;
    const plain = Object.entries(process.env).filter(([name]) => !listenedTo.test(name));
    this.#env = { ...Object.fromEntries(plain), NO_COLOR: '1', TMPDIR: '.', ARAGORA_SLO_K6: './k6' };
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  json(name: string, value: unknown): string {
    writeFileSync(this.path(name), JSON.stringify(value));
    return name;
  }

  /** Runs to its end, or until the signal, which is sent once this many seconds are recorded. */
  async run(args: readonly string[], end?: { readonly signal: NodeJS.Signals; readonly afterSec: number }) {
    const options = { cwd: this.folder, env: this.#env, extendEnv: false, reject: false } as const;
    const run = execa(process.execPath, [BIN, 'run', '--seed', '1', '--out', 'tape', ...args], options);
    if (end !== undefined) {
      while (recordedSeconds(this.path('tape')) < end.afterSec) await sleep(20);
      run.kill(end.signal);
    }
    const { stdout, stderr, exitCode } = await run;
    console.log(`${stdout || stderr}\nexit code ${exitCode ?? 'none'}`);
  }

  /** Puts what judging needs where the test looks for it, and replaces an older tape. The expected files stay. */
  keep(name: TapeName): void {
    const tape = fileURLToPath(new URL(`${name}/`, import.meta.url));
    for (const file of KEPT) {
      rmSync(join(tape, file), { force: true });
      const recorded = this.path(`tape/${file}`);
      if (existsSync(recorded)) cpSync(recorded, join(tape, file), { preserveTimestamps: true });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function profileOf(name: string, rates: Rates, gates: 'all' | readonly string[] = 'all') {
  const { durationSec, health, others, agents, sockets } = rates;
  const at = (ratePerSec: number) => ({ ratePerSec, durationSec });
  return {
    name,
    journeys: {
      health: at(health),
      'debates-list': at(others),
      agents: at(agents),
      consensus: at(others),
      websocket: { sockets, durationSec },
    },
    gates,
  };
}

/** Some of the accepted findings fail before their date, some after it, and some do not fail. */
const ACCEPTED = {
  accepted: [
    { finding: 'metrics.debate_timeouts_total.present', reason: 'renamed in the next release', expires: '2099-12-31' },
    { finding: 'latency.debates-list.p50', reason: 'the list is being indexed', expires: '2099-12-31' },
    { finding: 'logs.fields.module', reason: 'the logger was to be replaced', expires: '2026-01-31' },
    { finding: 'traces.propagation', reason: 'the proxy cut traceparent', expires: '2099-12-31' },
  ],
};

const RECORDINGS: Readonly<Record<TapeName, (studio: Studio) => Promise<void>>> = {
  healthy: (studio) => studio.run(['--profile', studio.json('healthy.json', profileOf('healthy', FULL))]),

  breaching: (studio) => {
    const profile = studio.json('breaching.json', profileOf('breaching', FULL));
    const ofClients = ['latency.debates-list.p95', 'availability.health.status-500'];
    const ofTelemetry = ['metrics.debates_completed_total.half', 'logs.level.missing'];
    return studio.run(['--profile', profile, '--break', ...ofClients, ...ofTelemetry]);
  },

  'version-2': (studio) => studio.run(['--profile', studio.json('healthy.json', profileOf('healthy', FULL))]),

  inconclusive: (studio) => studio.run(['--profile', studio.json('few.json', profileOf('few', FEW))]),

  interrupted: (studio) => {
    const profile = studio.json('interrupted.json', profileOf('interrupted', { ...SHORT, durationSec: 60 }));
    return studio.run(['--profile', profile], { signal: 'SIGINT', afterSec: 8 });
  },

  'no-telemetry': (studio) => {
    const profile = studio.json('no-telemetry.json', profileOf('no-telemetry', FULL));
    return studio.run(['--profile', profile, '--no-telemetry']);
  },

  accepted: (studio) => {
    const profile = studio.json('accepted.json', profileOf('accepted', FULL));
    const accept = studio.json('known.json', ACCEPTED);
    const breaks = ['metrics.debate_timeouts_total.missing', 'latency.debates-list.p50', 'logs.module.missing'];
    return studio.run(['--profile', profile, '--accept', accept, '--break', ...breaks]);
  },

  named: async (studio) => {
    const target = await startEmbeddedTarget(['--log', studio.path('server.log')], NEVER);
    try {
      const server = ['--target', target.httpUrl, '--ws', target.wsUrl, '--log-file', 'server.log'];
      await studio.run([...server, '--profile', studio.json('named.json', profileOf('named', SHORT))]);
    } finally {
      await target.stop();
    }
  },

  aragora: async (studio) => {
    const [port = 0] = await freePorts(1);
    const otlpEndpoint = `http://127.0.0.1:${port}/v1/traces`;
    const server = await startAragora({ otlpEndpoint, logFile: studio.path('server.log') });
    try {
      const target = ['--target', server.httpUrl, '--ws', server.wsUrl, '--contract', 'aragora-2.11'];
      const sources = ['--otlp-port', String(port), '--log-file', 'server.log'];
      await studio.run([...target, ...sources, '--profile', studio.json('gentle.json', profileOf('gentle', GENTLE))]);
    } finally {
      await server.stop();
    }
  },

  ended: (studio) => {
    const profile = studio.json('ended.json', profileOf('ended', { ...SHORT, durationSec: 60 }));
    return studio.run(['--profile', profile], { signal: 'SIGKILL', afterSec: 8 });
  },
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !TAPES.some((tape) => tape === name));
if (unknown !== undefined) throw new Error(`there is no tape "${unknown}": ${TAPES.join(', ')}`);
const { path } = await ensureEngine({ onProgress: (line) => console.error(line) });
for (const name of TAPES.filter((tape) => asked.length === 0 || asked.includes(tape))) {
  console.log(`\n${name}`);
  const studio = new Studio(path);
  try {
    await RECORDINGS[name](studio);
    studio.keep(name);
  } finally {
    studio.remove();
  }
}
