/** Drills one rule: its fault, what follows in Prometheus and at the receivers, and the end of it. */

import { patienceSec } from '../systems/alerts/model/bounds.ts';
import { type DrilledRule, isAbout, newsOf, type Step } from '../systems/alerts/model/timeline.ts';
import type { Fault } from './faults.ts';
import type { StageOptions } from './stage.ts';
import type { Watch } from './watch.ts';

export interface RuleOptions
  extends Pick<StageOptions, 'recorded' | 'server' | 'clockRate' | 'documented' | 'onProgress'> {
  readonly watch: Watch;
  readonly fault: Fault;
}

/** Real time. A machine that is busy with something else can stand still for some seconds. */
const LEAST_PATIENCE_SEC = 10;

/** Resolves when its fault is over. Then `ended` resolves when the alert is over too, or is not waited for any longer. */
export async function drillRule(rule: DrilledRule, options: RuleOptions): Promise<{ readonly ended: Promise<void> }> {
  const { watch, fault, onProgress } = options;
  onProgress(`${rule.name}: ${fault.what}`);
  const begunMs = Date.now();
  await put('on', rule, options);
  const fired = await wait('firing', rule, options, () => watch.state(rule.name) === 'firing');
  const paged = fired && (await wait('delivered', rule, options, () => isTold('fires', rule, options, begunMs)));
  const healedMs = Date.now();
  await put('off', rule, options);
  const follow = async (): Promise<void> => {
    if (!fired) return;
    const isOver = await wait('inactive', rule, options, () => watch.state(rule.name) === 'inactive');
    if (isOver && paged) await wait('resolved', rule, options, () => isTold('over', rule, options, healedMs));
  };
  return { ended: follow() };
}

async function put(is: 'on' | 'off', { name }: DrilledRule, { recorded, server, fault }: RuleOptions): Promise<void> {
  const { what, does, effectMs } = fault;
  const beforeMs = Date.now();
  if (is === 'off') await server.heal();
  else if (does === 'down') await server.end();
  else await server.change(does);
  recorded.add({ kind: 'fault', rule: name, is, what, effectMs, beforeMs, atMs: Date.now() });
}

async function wait(step: Step, rule: DrilledRule, options: RuleOptions, came: () => boolean): Promise<boolean> {
  const { recorded, watch, clockRate, documented } = options;
  const limitSec = Math.max(patienceSec(step, rule, documented.intervals), LEAST_PATIENCE_SEC * clockRate);
  const isThere = await watch.until(came, (1000 * limitSec) / clockRate);
  recorded.add({ kind: 'waited', atMs: Date.now(), rule: rule.name, step, came: isThere, limitSec });
  return isThere;
}

function isTold(news: 'fires' | 'over', rule: DrilledRule, { recorded }: RuleOptions, sinceMs: number): boolean {
  return recorded.entries.some(
    (entry) =>
      entry.kind === 'delivery' &&
      entry.atMs >= sinceMs &&
      isAbout(entry.delivered, rule.name) &&
      newsOf(entry.delivered) === news,
  );
}
