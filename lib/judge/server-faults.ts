/** Whether a fault of the server happened, by what was seen of it. It never accuses the server. */
import { type Fault, faultText } from '../core/fault.ts';
import type { Evidence } from '../core/finding.ts';
import { countText, msText, percentText, plural } from '../core/numbers.ts';
import type { CommandCall, ServerFault, Witness } from '../core/server-fault.ts';

export interface ServerProof {
  /** What was seen. */
  readonly text: string;
  /** Why it is not proven; absent: it is. */
  readonly lacks?: string;
  readonly evidence: Evidence;
}

export function serverProof(fault: ServerFault, witness: Witness | null | undefined): ServerProof {
  const seen = seenOf(fault, witness ?? { kind: 'trouble', why: `${fault.kind}: nobody saw it` });
  return { ...seen, evidence: { label: faultText(fault), value: seen.text } };
}

type Seen = Omit<ServerProof, 'evidence'>;

const proven = (isProven: boolean, text: string): Seen => (isProven ? { text } : { text, lacks: text });

function seenOf(fault: Fault, witness: Witness): Seen {
  switch (witness.kind) {
    case 'kill':
      return killed(witness);
    case 'pause':
      return paused(witness);
    case 'cpu':
      return fault.kind === 'cpu' ? busy(fault.percent, witness) : strange(fault);
    case 'memory':
      return fault.kind === 'memory' ? held(fault.bytes, witness) : strange(fault);
    case 'clock':
      return fault.kind === 'clock' ? stepped(fault.stepMs, witness) : strange(fault);
    case 'redis':
      return disconnected(witness);
    case 'command':
      return commanded(witness);
    case 'agents':
    case 'pods':
      return strange(fault);
    case 'trouble':
      return { text: witness.why, lacks: witness.why };
    default:
      throw new Error(`${JSON.stringify(witness satisfies never)} is no witness`);
  }
}

/** A record that is of another fault proves nothing. */
function strange({ kind }: Fault): Seen {
  const text = `${kind}: what was seen is of another fault`;
  return { text, lacks: text };
}

type Of<Kind extends Witness['kind']> = Extract<Witness, { kind: Kind }>;

function killed({ pid, goneAtMs, again }: Of<'kill'>): Seen {
  if (again === null) return proven(false, `kill: process ${pid} was gone, and the server was not started again`);
  const after = msText(again.atMs - goneAtMs);
  return proven(again.pid !== pid, `kill: process ${pid} was gone, and process ${again.pid} was ready ${after} later`);
}

/** As the system says it. */
const STOPPED = 'T';

function paused({ pid, stoppedAtMs, continuedAtMs, states: [first, last, after] }: Of<'pause'>): Seen {
  const forMs = msText(continuedAtMs - stoppedAtMs);
  if (first === STOPPED && last === STOPPED && after !== STOPPED)
    return proven(true, `pause: process ${pid} stood still for ${forMs} (state ${STOPPED}), and went on`);
  return proven(
    false,
    `pause: process ${pid} was to stand still for ${forMs}: states ${first}, ${last}, then ${after}`,
  );
}

/** Of what was ordered, so much has to be seen: the rest is rounding, and the time until an order is heard. */
const MOST_OF_IT = 0.9;

function busy(percent: number, { pid, forMs, burntMs, usedMs }: Of<'cpu'>): Seen {
  const [share, used] = [burntMs / forMs, usedMs / forMs];
  const text = `cpu: process ${pid} was busy for ${percentText(share)} of ${msText(forMs)}; with its work it used ${percentText(used)} of a core`;
  const wanted = (percent / 100) * MOST_OF_IT;
  return proven(forMs > 0 && share >= wanted && used >= wanted, text);
}

function held(bytes: number, { pid, beforeBytes, heldBytes }: Of<'memory'>): Seen {
  const text = `memory: process ${pid} had ${megabytes(beforeBytes)}, and then at least ${megabytes(heldBytes)}`;
  return proven(beforeBytes > 0 && heldBytes - beforeBytes >= bytes * MOST_OF_IT, text);
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** So much later an answer about the time may come. */
const CLOCK_MS = 1000;

function stepped(stepMs: number, { pid, aheadMs: [before, during, last, after] }: Of<'clock'>): Seen {
  const byMs = [during - before, last - after].map(Math.round);
  const text = `clock: that of process ${pid} was changed by ${byMs[0]} ms, and by ${byMs[1]} ms when it was put right`;
  return proven(
    byMs.every((ms) => Math.abs(ms - stepMs) <= CLOCK_MS),
    text,
  );
}

function disconnected({ cut, refused }: Of<'redis'>): Seen {
  if (cut + refused === 0) return proven(false, 'redis: the server had no connection to its Redis, and wanted none');
  return proven(
    true,
    `redis: ${plural(cut, 'connection')} of the server cut, and ${countText(refused)} refused meanwhile`,
  );
}

function commanded({ file, name, begin, end }: Of<'command'>): Seen {
  const call = (deed: string, { how, tookMs }: CommandCall): string => `${deed} ${name}: ${how} (${msText(tookMs)})`;
  return proven(begin.exitCode === 0 && end.exitCode === 0, `${file} ${call('begin', begin)}; ${call('end', end)}`);
}
