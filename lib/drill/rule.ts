/** Drills one rule: its fault, what follows in Prometheus and at the receivers, and the end of it. */
import { patienceSec } from '../systems/alerts/model/bounds.ts';
import type { DrilledRule, Step } from '../systems/alerts/model/timeline.ts';
import type { Recorded } from './record.ts';
import type { DrilledStack, Fault, Notice } from './stack.ts';
import type { Watch } from './watch.ts';

export interface RuleOptions {
  readonly stack: DrilledStack;
  readonly recorded: Recorded;
  readonly watch: Watch;
  readonly onProgress: (line: string) => void;
}

/** Real time. A machine that is busy with something else can stand still for some seconds. */
const LEAST_PATIENCE_SEC = 10;

/** Resolves when its fault is over. Then `ended` resolves when the alert is over too, or is not waited for any longer. */
export async function drillRule(rule: DrilledRule, options: RuleOptions): Promise<{ readonly ended: Promise<void> }> {
  const { stack, onProgress } = options;
  const fault = stack.fault(rule.name);
  if (fault === null) return undrilled(rule, 'nobody said how it is provoked', options);
  onProgress(`${rule.name}: ${fault.what}`);
  const begunMs = Date.now();
  const why = await begun(fault, rule, options);
  if (why !== null) return undrilled(rule, why, options);
  const { fired, paged } = await provoked(fault, rule, options, begunMs);
  const healedMs = Date.now();
  await end(fault, rule, options);
  const follow = async (): Promise<void> => {
    if (!fired) return;
    const isOver = await wait('inactive', rule, options, () => yesIf(options.watch.state(rule.name) === 'inactive'));
    if (isOver && paged) await wait('resolved', rule, options, () => stack.notice('over', rule, healedMs));
  };
  return { ended: follow() };
}

function undrilled({ name }: DrilledRule, why: string, { recorded, onProgress }: RuleOptions) {
  onProgress(`${name}: not drilled: ${why}`);
  recorded.add({ kind: 'undrilled', atMs: Date.now(), rule: name, why });
  return { ended: Promise.resolve() };
}

/** null when the fault is on. */
async function begun(fault: Fault, { name }: DrilledRule, { recorded }: RuleOptions): Promise<string | null> {
  const { what, effectMs } = fault;
  const beforeMs = Date.now();
  const why = await fault.start();
  if (why === null) recorded.add({ kind: 'fault', rule: name, is: 'on', what, effectMs, beforeMs, atMs: Date.now() });
  return why;
}

async function end(fault: Fault, { name }: DrilledRule, { recorded }: RuleOptions): Promise<void> {
  const { what, effectMs } = fault;
  const beforeMs = Date.now();
  await fault.stop();
  recorded.add({ kind: 'fault', rule: name, is: 'off', what, effectMs, beforeMs, atMs: Date.now() });
}

/** What came of it while it was on. */
async function provoked(fault: Fault, rule: DrilledRule, options: RuleOptions, begunMs: number) {
  const { stack, watch } = options;
  try {
    const fired = await wait('firing', rule, options, () => yesIf(watch.state(rule.name) === 'firing'));
    const paged = fired && (await wait('delivered', rule, options, () => stack.notice('fires', rule, begunMs)));
    if (paged && stack.repeats) await sentAgain(rule, options);
    return { fired, paged };
  } catch (error) {
    if (fault.outlivesDrill) await end(fault, rule, options);
    throw error;
  }
}

/** A page that comes sooner than it may be is none of these: it says something new, or is found by its time. */
async function sentAgain(rule: DrilledRule, options: RuleOptions): Promise<void> {
  const { stack } = options;
  const { repeatSec, groupIntervalSec } = stack.intervals;
  const dueMs = Date.now() + (1000 * (repeatSec - groupIntervalSec)) / stack.clockRate;
  await wait('again', rule, options, () => stack.notice('fires', rule, dueMs));
}

function yesIf(is: boolean): Notice {
  return is ? 'yes' : 'no';
}

async function wait(step: Step, rule: DrilledRule, options: RuleOptions, came: () => Notice): Promise<boolean> {
  const { recorded, watch, stack } = options;
  const { clockRate, intervals } = stack;
  const limitSec = Math.max(patienceSec(step, rule, intervals), LEAST_PATIENCE_SEC * clockRate);
  await watch.until(() => came() !== 'no', (1000 * limitSec) / clockRate);
  const isThere = came() === 'yes';
  recorded.add({ kind: 'waited', atMs: Date.now(), rule: rule.name, step, came: isThere, limitSec });
  return isThere;
}
