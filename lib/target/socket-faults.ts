/** Which WebSocket fault hits when, and the windows of outages. */
import type { Pick, SocketFault } from './behaviour.ts';
import { evenly } from './random.ts';

type Kind = SocketFault['kind'];
type Of<K extends Kind> = Extract<SocketFault, { kind: K }>;
type PickedKind = Exclude<Kind, 'outage'>;

export interface SocketFaults {
  /** The fault of this kind that hits the next handshake, socket, ping … (whatever its pick counts), if any. Call it once for each. */
  due<K extends PickedKind>(kind: K): Of<K> | undefined;
  /** Faults that close a socket at its n-th ping; `ping` is the number of the ping that arrived. */
  dueAtPing(ping: number): Of<'close-at-ping'> | undefined;
  readonly outages: readonly Of<'outage'>[];
}

export function socketFaults(faults: readonly SocketFault[], seed: number): SocketFaults {
  const armed = faults.flatMap((fault, index) =>
    fault.kind === 'outage' ? [] : [{ fault, isDue: picker(fault.pick, seed, `socket/${index}`) }],
  );
  const due = <K extends PickedKind>(kind: K, applies: (fault: Of<K>) => boolean = () => true): Of<K> | undefined => {
    let hit: Of<K> | undefined;
    for (const { fault, isDue } of armed) {
      if (isOf(fault, kind) && applies(fault) && isDue()) hit = fault;
    }
    return hit;
  };
  return {
    due: (kind) => due(kind),
    dueAtPing: (ping) => due('close-at-ping', (fault) => fault.ping === ping),
    outages: faults.filter((fault) => isOf(fault, 'outage')),
  };
}

function isOf<K extends Kind>(fault: SocketFault, kind: K): fault is Of<K> {
  return fault.kind === kind;
}

function picker(pick: Pick, seed: number, stream: string): () => boolean {
  if ('share' in pick) return evenly(pick.share, seed, stream);
  let index = -1;
  return () => {
    index += 1;
    return index >= pick.from && index < pick.from + pick.count;
  };
}

/** Ms until the end of the outage at `nowMs`; 0 outside of one. The first outage begins at `everyMs`. */
export function outageLeftMs(outages: readonly Of<'outage'>[], nowMs: number): number {
  return outages.reduce((leftMs, { everyMs, forMs }) => {
    return nowMs < everyMs ? leftMs : Math.max(leftMs, forMs - (nowMs % everyMs));
  }, 0);
}
