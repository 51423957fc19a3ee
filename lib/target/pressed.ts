/** How the target behaves under pressure on its process, and after it. */
import type { Patch } from './behaviour.ts';
import type { Clock } from './clock.ts';
import type { LiveBehaviour } from './live.ts';

export interface Pressed {
  readonly meanwhile?: Patch;
  readonly after?: Patch;
  /** How long `after` lasts; absent: for ever. */
  readonly afterForMs?: number;
}

/** Tells the target whether there is pressure on its process from now on. */
export function reactsToPressure(
  reactions: readonly Pressed[],
  live: Pick<LiveBehaviour, 'change'>,
  clock: Pick<Clock, 'after'>,
): (isOn: boolean) => void {
  let wasOn = false;
  let now: readonly { readonly patch: Patch; readonly forMs: number }[] = [];
  const change = (next: typeof now): void => {
    now = next;
    live.change(...next.map(({ patch }) => patch));
  };
  return (isOn) => {
    if (isOn === wasOn || reactions.length === 0) return;
    wasOn = isOn;
    const next = reactions.map(({ meanwhile = {}, after = {}, afterForMs = Infinity }) =>
      isOn ? { patch: meanwhile, forMs: Infinity } : { patch: after, forMs: afterForMs },
    );
    change(next);
    for (const one of next) {
      if (Number.isFinite(one.forMs)) clock.after(one.forMs, () => change(now.filter((other) => other !== one)));
    }
  };
}
