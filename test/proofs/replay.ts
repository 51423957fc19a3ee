/** Plays a tape again, changed as a break changes what leaves the target: to the real observer of its system, and to the judge. */
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { debatePath } from '../../lib/core/debate-path.ts';
import { SENTINEL_PATH } from '../../lib/core/endpoint.ts';
import type { Observation } from '../../lib/core/observation.ts';
import type { JudgeInput } from '../../lib/core/run.ts';
import type { Verdict } from '../../lib/core/verdict.ts';
import { judge } from '../../lib/judge/judge.ts';
import { Collector } from '../../lib/observe/collector.ts';
import { SYSTEMS } from '../../lib/systems/index.ts';
import type { NamedBreak } from '../../lib/target/break.ts';
import type { Distortion } from '../../lib/target/distortion.ts';
import { editing, type OutgoingSpan } from '../../lib/target/span-edits.ts';
import { TRACEPARENT } from '../../lib/target/traceparent.ts';
import { otlpExporter, type ReadableSpan } from '../../lib/target/tracing.ts';
import { onStage, stageClock } from './clock.ts';
import type { Tape } from './tape.ts';

/** The system that a break lies about: the first word of its name. */
export function systemOf({ name }: Pick<NamedBreak, 'name'>): string {
  return name.split('.')[0] ?? name;
}

/** What the judge says of the tape where the break changes it. */
export function replayed(tape: Tape, broken: Pick<NamedBreak, 'name' | 'distortion'>): Promise<Verdict> {
  return observedAndJudged(tape, [systemOf(broken)], () => broken.distortion?.(Date.now) ?? {});
}

/** What the judge says of the tape where these systems observe it again, with what was changed on its way to them. */
export async function observedAndJudged(
  tape: Tape,
  systems: readonly string[],
  distortion: () => Distortion,
): Promise<Verdict> {
  return judge(await factsAgain(tape, systems, distortion), SYSTEMS);
}

/** What is known of the run where these systems observe its tape, and the evidence of the others is as it was. */
export async function factsAgain(
  tape: Tape,
  systems: readonly string[],
  distortion: () => Distortion = () => ({}),
): Promise<JudgeInput> {
  const { plan, load, recording, observations: taped } = tape.facts;
  const again = await onStage(load.startedAtMs, () => observedAgain(tape, systems, distortion()));
  const others = taped.filter(({ kind }) => !systems.includes(kind));
  return { plan, load, recording, observations: [...again, ...others] };
}

async function observedAgain(
  tape: Tape,
  systems: readonly string[],
  distortion: Distortion,
): Promise<readonly Observation[]> {
  const ended = new AbortController();
  const observed = SYSTEMS.filter(({ id }) => systems.includes(id));
  const collector = await Collector.open({ ...tape.wanted, signal: ended.signal }, observed);
  const stage = new Stage(tape, distortion, collector.targetArgs);
  try {
    const httpUrl = await stage.open();
    await collector.before({ ...tape.asked, httpUrl });
    await collector.begin(httpUrl);
    await stage.play();
    const collecting = collector.collect(tape.measured);
    stage.end();
    return (await collecting).filter(({ kind }) => systems.includes(kind));
  } finally {
    await stage.close();
    await collector.close();
  }
}

/** Stands where the target stood. */
class Stage {
  readonly #tape: Tape;
  readonly #distortion: Distortion;
  readonly #otlpUrl: string | undefined;
  readonly #logFile: string | undefined;
  readonly #server: Server;
  /** Of the two requests before the last one, each for a debate: all spans of the trace, by the status of the answer. */
  readonly #read: ReadonlyMap<number, readonly ReadableSpan[]>;
  #asked = 0;
  readonly #loadIsOver = settable();
  /** Settled when whoever scrapes waits for its next turn, after the last scrape of the load. */
  readonly #allAsked = settable();

  constructor(tape: Tape, distortion: Distortion, targetArgs: readonly string[]) {
    const argument = (name: string) =>
      targetArgs.includes(name) ? targetArgs[targetArgs.indexOf(name) + 1] : undefined;
    this.#tape = tape;
    this.#distortion = distortion;
    this.#read = new Map([200, 404].map((status) => [status, spansOfRead(tape, status)]));
    this.#otlpUrl = argument('--otlp');
    this.#logFile = argument('--log');
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Everything up to the end of the load. */
  async play(): Promise<void> {
    if (this.#logFile !== undefined) {
      const { line = (right: string) => [right] } = this.#distortion;
      await writeFile(
        this.#logFile,
        this.#tape.lines
          .flatMap(line)
          .map((text) => `${text}\n`)
          .join(''),
      );
    }
    const later = new Set([...this.#read.values()].flat());
    for (const spans of this.#tape.exports)
      await this.#export(spans.filter((span) => !isLast(span) && !later.has(span)));
    if (this.#asked > 0) await this.#allAsked.set;
    else stageClock.set(this.#tape.measured.load.endedAtMs);
  }

  /** From now on scrapes get what was exposed after the load. */
  end(): void {
    this.#loadIsOver.now();
  }

  async close(): Promise<void> {
    this.end();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/metrics') return this.#expose(response);
    // The requests after the load: two for debates, and one by which it is known that all spans have come.
    const [, traceId = ''] = TRACEPARENT.exec(String(request.headers['traceparent'])) ?? [];
    const status = this.#statusOf(request.url ?? '');
    const own = this.#read.get(status) ?? this.#tape.exports.flat().filter(isLast);
    await this.#export(own, (span) => [
      { ...span, traceId, ...(isOfRequest(span) && { parentSpanId: traceId.slice(16) }) },
    ]);
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  }

  /** 204 of the last request. */
  #statusOf(path: string): number {
    if (!DEBATE.test(path)) return 204;
    return path === debatePath(this.#tape.asked.debateId ?? '') ? 200 : 404;
  }

  async #expose(response: ServerResponse): Promise<void> {
    const { expositions, duringLoad } = this.#tape;
    const at = this.#asked++;
    // Until the tape is at its end it sets the time.
    stageClock.letSleepsTakeTime(at >= expositions.length - 1);
    if (at === duringLoad - 1) stageClock.holdSleepersAt({ opened: this.#loadIsOver.set, reached: this.#allAsked.now });
    const taped = expositions[Math.min(at, expositions.length - 1)];
    if (taped === undefined) throw new Error('the tape has no exposition');
    if (at < expositions.length) stageClock.set(taped.atMs);
    const { status, contentType, body } = this.#distortion.exposition?.(taped) ?? taped;
    response.writeHead(status, { 'content-type': contentType }).end(body);
  }

  async #export(
    spans: readonly ReadableSpan[],
    change?: (span: OutgoingSpan) => readonly OutgoingSpan[],
  ): Promise<void> {
    if (this.#otlpUrl === undefined || spans.length === 0) return;
    const { span: lie } = this.#distortion;
    const real = otlpExporter(this.#otlpUrl);
    const unchanged = (span: OutgoingSpan): readonly OutgoingSpan[] => [span];
    // A span that nobody changes leaves whole: an edited one has only the fields that a break can change.
    const exporter =
      change === undefined && lie === undefined
        ? real
        : editing(real, (span) => (change ?? unchanged)(span).flatMap(lie ?? unchanged));
    await new Promise<void>((resolve, reject) =>
      exporter.export([...spans], ({ error }) => (error === undefined ? resolve() : reject(error))),
    );
    await exporter.shutdown();
  }
}

const DEBATE = /^\/api\/debates\/[^/]+$/;

/** The whole trace of the request for a debate that was answered so, and sent as the load sends its requests. */
function spansOfRead({ exports }: Tape, status: number): readonly ReadableSpan[] {
  const all = exports.flat();
  const isRead = (span: ReadableSpan) =>
    DEBATE.test(String(span.attributes['path'])) &&
    span.attributes['status'] === status &&
    span.parentSpanContext?.spanId === span.spanContext().traceId.slice(16);
  const traceId = all.find(isRead)?.spanContext().traceId;
  return all.filter((span) => span.spanContext().traceId === traceId);
}

/** Of the request after the load, which goes where no journey does. */
export function isLast({ attributes }: ReadableSpan): boolean {
  return attributes['path'] === SENTINEL_PATH;
}

function isOfRequest({ attributes }: Pick<OutgoingSpan, 'attributes'>): boolean {
  return attributes['path'] !== undefined;
}

function settable(): { readonly set: Promise<void>; now(): void } {
  let now = () => {};
  const set = new Promise<void>((resolve) => {
    now = resolve;
  });
  return { set, now: () => now() };
}
