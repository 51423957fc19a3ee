/** Which contract has the names of a server's spans: it exports here what it makes of the requests that `init` sends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { within } from '../core/within.ts';
import type { Span } from '../systems/traces/observation.ts';
import { type Receiver, startReceiver } from '../systems/traces/observe/receiver.ts';
import { tracePromises } from '../systems/traces/promises.ts';

/** `init` starts no debate, so only requests make spans. */
const REQUEST = 'http.request';
/** Exporters send what they have every 5 s. */
const PATIENCE_MS = 12_000;
const POLL_MS = 100;
const SHOWN = 4;

export interface SpansSeen {
  /** undefined: their names show none. */
  readonly contract: ContractName | undefined;
  readonly there: boolean;
  readonly text: string;
}

export interface SpanListener {
  /** Where it listens. */
  readonly url: string;
  /** To be asked after the requests; waits until what they made has come. */
  readonly seen: (signal: AbortSignal) => Promise<SpansSeen>;
  readonly stop: () => Promise<void>;
}

/** @throws SloError `prerequisite-missing` when the port is taken. */
export async function listenForSpans(httpPort: number, patienceMs = PATIENCE_MS): Promise<SpanListener> {
  const receiver = await startReceiver({ httpPort });
  return {
    url: receiver.httpUrl,
    seen: async (signal) => {
      // What comes first can be of the server itself, for example of its start.
      await within({ ms: patienceMs, signal }, async (giveUp) => {
        while (contractOf(namesIn(receiver)) === undefined && !giveUp.aborted) {
          await sleep(POLL_MS, undefined, { signal: giveUp }).catch(() => {});
        }
      });
      signal.throwIfAborted();
      return seenOf(receiver);
    },
    stop: () => receiver.stop(),
  };
}

function namesIn({ spans }: Receiver): string[] {
  const names = spans.counts.namesOf(() => true);
  return [...names].sort(([, a], [, b]) => b - a).map(([name]) => name);
}

/** A request has a name of its own in each contract. */
function contractOf(names: readonly Span['name'][]): ContractName | undefined {
  return Object.values(CONTRACTS).find(({ name }) => requestNameIn(name, names) !== undefined)?.name;
}

function requestNameIn(contract: ContractName, names: readonly string[]): string | undefined {
  const { contract: documented, mapping } = tracePromises(contract);
  const patterns =
    mapping?.renames.flatMap(({ signal, pattern }) => (signal === REQUEST ? [pattern] : [])) ??
    documented.signals.flatMap(({ id, forms }) => (id === REQUEST ? forms.map((one) => one.pattern ?? one.name) : []));
  return names.find((name) => patterns.some((pattern) => new RegExp(`^(?:${pattern})$`).test(name)));
}

function seenOf(receiver: Receiver): SpansSeen {
  const names = namesIn(receiver);
  const contract = contractOf(names);
  const few = names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? `, and ${names.length - SHOWN} more` : '');
  if (contract !== undefined) {
    const text = `its spans have the names of contract "${contract}": that of a request is ${requestNameIn(contract, names)}`;
    return { contract, there: true, text };
  }
  const text =
    names.length === 0
      ? `no span came to ${receiver.httpUrl}${strays(receiver)}: does the server export there (OTEL_EXPORTER_OTLP_ENDPOINT), and does it keep every trace (OTEL_TRACES_SAMPLER)?`
      : `its spans have names of no contract (${few}): contract learn RUN drafts them from a run`;
  return { contract: undefined, there: false, text };
}

function strays({
  exports: {
    strays: [first],
  },
}: Receiver): string {
  return first === undefined ? '' : `, but ${first}`;
}
