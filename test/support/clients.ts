/** What the clients of one small run measured, as the recording that a real run makes. */
import type { Endpoint } from '../../lib/core/endpoint.ts';
import type { EndpointRecording, EndpointSecond, Recording } from '../../lib/core/recording.ts';
import { SCHEMA_VERSION } from '../../lib/core/schema-version.ts';
import { histogramOf } from './judged.ts';

interface Taken {
  readonly second: number;
  readonly us: number;
  readonly outcome: string;
}

export class Clients {
  readonly #samples = new Map<Endpoint, Taken[]>();

  add(endpoint: Endpoint, us: number, outcome = 'ok', second = Math.floor(Date.now() / 1000)): void {
    const list = this.#samples.get(endpoint) ?? [];
    list.push({ second, us: Math.max(1, Math.round(us)), outcome });
    this.#samples.set(endpoint, list);
  }

  recording(): Recording {
    const entries = [...this.#samples].map(
      ([endpoint, samples]) => [endpoint, recordingOf(endpoint, samples)] as const,
    );
    return { schemaVersion: SCHEMA_VERSION, endpoints: new Map(entries) };
  }
}

function recordingOf(endpoint: Endpoint, samples: readonly Taken[]): EndpointRecording {
  const answered = (some: readonly Taken[]) =>
    histogramOf(some.filter(({ outcome }) => outcome === 'ok').map(({ us }) => us));
  const seconds = [...new Set(samples.map(({ second }) => second))].sort((a, b) => a - b);
  return {
    endpoint,
    limitsUs: [],
    seconds: seconds.map((second): EndpointSecond => {
      const own = samples.filter((sample) => sample.second === second);
      const failed: Record<string, number> = {};
      for (const { outcome } of own) if (outcome !== 'ok') failed[outcome] = (failed[outcome] ?? 0) + 1;
      const sumUs = own.reduce((sum, { us }) => sum + us, 0);
      return { second, count: own.length, failed, dropped: 0, over: [], sumUs, histogram: answered(own) };
    }),
    total: answered(samples),
    traces: [],
  };
}
