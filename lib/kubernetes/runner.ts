/** One engine in a pod: started and stopped, its records fetched through the API server's proxy, and its end explained. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineRecord } from '../core/engine-protocol.ts';
import type { LoadReason } from '../core/recording.ts';
import type { EngineRequest } from '../load/engines.ts';
import { OVERTIME_SEC, PATIENCE } from '../load/load.ts';
import { type Fetched, NumberedReader } from '../load/sources/numbered.ts';
import { type Api, messageOf } from './api.ts';
import { CONTROL_PORT, RECORDS_PORT } from './manifests.ts';
import { type Pod, podEnd } from './pods.ts';

export interface RunnerPod {
  readonly api: Api;
  readonly pod: string;
  /** How the pod is now; undefined: there is none of that name; null: the API server did not answer. */
  readonly look: () => Promise<Pod | undefined | null>;
  readonly durationSec: number;
  /** How long nothing may be heard; default: as of an engine here. */
  readonly silenceMs?: number;
}

/** An engine answers a request for records within 10 s, even if there are none. */
const ANSWER_MS = 15_000;
const CONTROL_MS = 10_000;
const RETRY_MS = 500;

export class Runner {
  readonly #in: RunnerPod;
  readonly #reader = new NumberedReader();
  readonly #silenceMs: number;
  #deadlineMs = Infinity;
  #heardAtMs = performance.now();
  /** Why nobody reads on; undefined: somebody does. */
  #given: LoadReason | undefined;
  #stoppedBy: LoadReason | undefined;
  #stoppedAtMs = Infinity;

  constructor(runner: RunnerPod) {
    this.#in = runner;
    this.#silenceMs = runner.silenceMs ?? PATIENCE.silenceMs;
  }

  /** Its version, by its first record; undefined while it does not answer. */
  async version(signal: AbortSignal): Promise<string | undefined> {
    const answer = await this.#in.api.ask('GET', this.#path(RECORDS_PORT, 'records?after=0'), { signal });
    if ('silence' in answer || answer.status !== 200) return undefined;
    return /"engineVersion":"k6 (v[^"]+)"/.exec(answer.text)?.[1];
  }

  /** @throws SloError when the order does not reach it. */
  async begin(signal: AbortSignal): Promise<void> {
    const body = status({ paused: false });
    await this.#in.api.get('PATCH', this.#path(CONTROL_PORT, 'v1/status'), { body, signal, timeoutMs: CONTROL_MS });
  }

  /** Reads it to its end, whichever way it ends. */
  async read({ onRecord, onClock, decided, signal }: Omit<EngineRequest, 'segment'>): Promise<LoadReason> {
    this.#heardAtMs = performance.now();
    this.#deadlineMs = this.#heardAtMs + (this.#in.durationSec + OVERTIME_SEC) * 1000;
    const over = new AbortController();
    this.#stopOn(signal, over.signal, () => ({ kind: 'interrupted', signal: String(signal.reason) }));
    this.#stopOn(decided, over.signal, () => decided.reason as LoadReason);
    const heard = (record: EngineRecord): void => {
      this.#heardAtMs = performance.now();
      onRecord(record);
    };
    const server = {
      fetch: (after: number) => this.#fetch(after),
      acknowledge: (last: number) => this.#acknowledge(last),
    };
    // The signals outlive it: what still listened would stay for as long as they do.
    const { stream, error } = await this.#reader.read(server, heard).finally(() => over.abort());
    onClock?.(this.#reader.clockOffsetMs ?? 0);
    if (this.#stoppedBy?.kind === 'decided-early' && !stream.complete) return endedEarly(stream.detail);
    if (this.#stoppedBy !== undefined) return this.#stoppedBy;
    if (this.#given !== undefined) return this.#withLoss(this.#given);
    if (!stream.complete) return endedEarly(stream.detail);
    return error === undefined ? { kind: 'finished' } : endedEarly(`it was ended: ${error}`);
  }

  /** No log has the records, so those that a dead engine had not handed over are gone. */
  #withLoss(reason: LoadReason): LoadReason {
    if (reason.kind !== 'engine-died') return reason;
    return {
      ...reason,
      detail: `${reason.detail}; what it recorded after its record ${this.#reader.received} is lost`,
    };
  }

  /** Asks until there is an answer, or a reason to ask no more. */
  async #fetch(after: number): Promise<Fetched | undefined> {
    let silence: string | undefined;
    for (;;) {
      this.#given ??= this.#tooLate(silence);
      if (this.#given !== undefined || performance.now() - this.#stoppedAtMs > PATIENCE.endMs) return undefined;
      const sentAtMs = Date.now();
      const path = this.#path(RECORDS_PORT, `records?after=${after}`);
      const answer = await this.#in.api.ask('GET', path, { timeoutMs: ANSWER_MS });
      if (!('silence' in answer) && answer.status === 200)
        return { text: answer.text, sentAtMs, arrivedAtMs: Date.now() };
      silence = 'silence' in answer ? answer.silence : undefined;
      if (!('silence' in answer)) {
        // It has fewer records than have arrived from it: it is not the same process.
        if (answer.status === 409) this.#given ??= endedEarly(`it was started again: ${messageOf(answer.text)}`);
        await this.#lookAtPod();
      }
      await sleep(RETRY_MS);
    }
  }

  async #acknowledge(last: number): Promise<void> {
    // It ends as soon as it has heard it, perhaps before it can answer.
    await this.#in.api.ask('GET', this.#path(RECORDS_PORT, `records?after=${last}`), { timeoutMs: CONTROL_MS });
  }

  async #lookAtPod(): Promise<void> {
    const pod = await this.#in.look();
    if (pod === null) return;
    const end = pod === undefined ? { exitCode: null, detail: `its pod ${this.#in.pod} is gone` } : podEnd(pod);
    if (end !== undefined) this.#given ??= { kind: 'engine-died', signal: null, ...end };
  }

  /** @param silence why the API server did not answer the last time. */
  #tooLate(silence: string | undefined): LoadReason | undefined {
    const silentMs = performance.now() - this.#heardAtMs;
    const silentSec = Math.floor(silentMs / 1000);
    if (silentMs >= this.#silenceMs)
      return silence === undefined
        ? { kind: 'engine-hung', silentSec }
        : { kind: 'connection-lost', silentSec, detail: silence };
    return performance.now() >= this.#deadlineMs ? { kind: 'overtime', overSec: OVERTIME_SEC } : undefined;
  }

  /** @param over aborted when there is nothing left to stop. */
  #stopOn(signal: AbortSignal, over: AbortSignal, reason: () => LoadReason): void {
    const stop = (): void => {
      if (this.#stoppedBy !== undefined) return;
      this.#stoppedBy = reason();
      this.#stoppedAtMs = performance.now();
      void this.#stop();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true, signal: over });
  }

  /** Over a connection of its own: the other one waits for records. One that does not hear it ends with its pod. */
  async #stop(): Promise<void> {
    const api = this.#in.api.another();
    const body = status({ stopped: true });
    await api.ask('PATCH', this.#path(CONTROL_PORT, 'v1/status'), { body, timeoutMs: CONTROL_MS });
    await api.close();
  }

  #path(port: number, what: string): string {
    return `${this.#in.api.path('api/v1', 'pods', `${this.#in.pod}:${port}`)}/proxy/${what}`;
  }
}

const endedEarly = (detail: string): LoadReason => ({ kind: 'ended-early', detail });

/** What k6's own API takes. */
function status(attributes: Readonly<Record<string, boolean>>) {
  return { data: { type: 'status', id: 'default', attributes } };
}
