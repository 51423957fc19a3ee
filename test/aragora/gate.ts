/** Gates one server with the command line, as a user would, and reads the results; and reads the server's own count of requests. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { inject } from 'vitest';
import { type Endpoint, endpointsOf } from '../../lib/core/endpoint.ts';
import type { Evidence, Finding } from '../../lib/core/finding.ts';
import type { EndpointSecond, JourneyLoad, LoadResult, Recording } from '../../lib/core/recording.ts';
import { JOURNEYS } from '../../lib/journeys/index.ts';
import { readRecording } from '../../lib/record/index.ts';
import type { FindingsFile } from '../../reports/json.ts';
import type { Aragora } from './server.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export const HTTP_ENDPOINTS = endpointsOf(JOURNEYS).flatMap(({ name, http }) => (http === undefined ? [] : [name]));

interface Left {
  readonly exitCode: number | undefined;
  /** What it wrote on stdout. */
  readonly text: string;
  readonly verdict: FindingsFile;
  readonly load: LoadResult;
  readonly recording: Recording;
}

/** What a run left behind. */
export class Gated {
  readonly exitCode: number | undefined;
  /** What a user saw on stdout. */
  readonly text: string;
  readonly verdict: FindingsFile;
  readonly journeys: readonly JourneyLoad[];
  readonly #recording: Recording;

  constructor({ exitCode, text, verdict, load, recording }: Left) {
    this.exitCode = exitCode;
    this.text = text;
    this.verdict = verdict;
    this.journeys = load.journeys;
    this.#recording = recording;
  }

  /** Throws when there is none with that id. */
  finding(id: string): Finding {
    const found = this.verdict.findings.find((finding) => finding.id === id);
    if (found === undefined) throw new Error(`no finding ${id}`);
    return found;
  }

  /** Ids of the findings with this status, in the verdict's order. */
  withStatus(status: Finding['status']): string[] {
    return this.verdict.findings.filter((finding) => finding.status === status).map(({ id }) => id);
  }

  /** Recorded samples of an endpoint, failed ones included, dropped ones not. */
  recorded(endpoint: Endpoint): number {
    return this.#seconds(endpoint).reduce((sum, { count }) => sum + count, 0);
  }

  /** Failed samples of an endpoint by kind. */
  failed(endpoint: Endpoint): Record<string, number> {
    const kinds: Record<string, number> = {};
    for (const { failed } of this.#seconds(endpoint)) {
      for (const [kind, count] of Object.entries(failed)) kinds[kind] = (kinds[kind] ?? 0) + count;
    }
    return kinds;
  }

  #seconds(endpoint: Endpoint): readonly EndpointSecond[] {
    return this.#recording.endpoints.get(endpoint)?.seconds ?? [];
  }
}

export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a user starts it in `cwd`, without colours, which a machine with `CI` set would have. */
export async function aragoraSlo(args: readonly string[], cwd = ROOT, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const options = { cwd, reject: false, env: { NO_COLOR: '1', ...env } } as const;
  const { exitCode, stdout, stderr } = await execa(process.execPath, [inject('bundled').command, ...args], options);
  return { exitCode, stdout, stderr };
}

/** Runs `aragora-slo run` against a server; `dir` must not exist yet. */
export function recordRun(server: Pick<Aragora, 'httpUrl' | 'wsUrl'>, profile: string, dir: string): Promise<Ended> {
  const target = ['--target', server.httpUrl, '--ws', server.wsUrl, '--contract', 'aragora-2.11'];
  // Its telemetry is known to deviate; here latency, availability and protocol are gated.
  return aragoraSlo(['run', ...target, '--no-telemetry', '--profile', profile, '--out', dir, '--seed', '1']);
}

/** The result of a run against a server with one of the profiles beside this file. */
export async function gate(server: Aragora, profile: string, dir: string): Promise<Gated> {
  const { exitCode, stdout, stderr } = await recordRun(server, path.join(import.meta.dirname, profile), dir);
  const json = async <T>(name: string): Promise<T> => JSON.parse(await readFile(path.join(dir, name), 'utf8')) as T;
  const verdict = await json<FindingsFile>('findings.json').catch((cause: unknown) => {
    throw new Error(`the run left no verdict (exit code ${exitCode}):\n${stdout}\n${stderr}`, { cause });
  });
  const load = await json<LoadResult>('load.json');
  return new Gated({ exitCode, text: stdout, verdict, load, recording: readRecording(dir) });
}

/** Samples of an endpoint in a run folder, failed ones included, dropped ones not. */
export function recorded(dir: string, endpoint: Endpoint): number {
  const { seconds = [] } = readRecording(dir).endpoints.get(endpoint) ?? {};
  return seconds.reduce((sum, { count }) => sum + count, 0);
}

/** The value of a finding's evidence; empty when there is none with that label. */
export function evidence(finding: Finding, label: Evidence['label']): string {
  return finding.evidence.find((candidate) => candidate.label === label)?.value ?? '';
}

/**
 * What the server itself counted, by method and endpoint, for example `GET /api/health`. It counts each request twice: by its path, and by
 * the handler that answered it (`HANDLE HealthHandler`). Scrapes are left out, because this function makes them.
 */
export async function countedByServer({ httpUrl }: Aragora): Promise<Record<string, number>> {
  const response = await fetch(`${httpUrl}/metrics`);
  const counts: Record<string, number> = {};
  for (const line of (await response.text()).split('\n')) {
    const sample = /^aragora_http_requests_total\{endpoint="(.*?)",method="(.*?)",status="\d+"\} (\S+)$/.exec(line);
    const [, endpoint = '', method = '', value] = sample ?? [];
    if (sample === null || endpoint === 'MetricsHandler') continue;
    counts[`${method} ${endpoint}`] = (counts[`${method} ${endpoint}`] ?? 0) + Number(value);
  }
  return counts;
}
