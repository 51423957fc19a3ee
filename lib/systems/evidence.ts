/**
 * Which of a run's observations a check reads, and the finding of a check whose evidence is missing. The words for missing evidence are
 * only here.
 */
import type { Finding } from '../core/finding.ts';
import { type Observation, observationsOf } from '../core/observation.ts';
import type { JudgeInput } from '../core/run.ts';
import { lacking, whyUnavailable } from './finding.ts';
import type { Check, System } from './system.ts';

/** What a system gave, from one source or from the first that could be read; undefined when nothing was observed. */
export function evidenceOf<T extends Observation>(
  observations: readonly Observation[],
  system: T['kind'],
  from?: string,
): T | undefined {
  const own = observationsOf<T>(observations, system).filter(({ source }) => from === undefined || source === from);
  return own.find(({ status }) => status === 'collected') ?? own[0];
}

/** The same for a check that is being judged, so its evidence is there. */
export function collectedOf<T extends Extract<Observation, { readonly status: 'collected' }>>(
  { observations }: Pick<JudgeInput, 'observations'>,
  system: T['kind'],
  from?: string,
): T {
  const found = evidenceOf<Observation>(observations, system, from);
  if (found?.status !== 'collected') throw new Error(`a check is judged without the evidence of ${system}`);
  return found as T;
}

/** Judges one check. Without the evidence that it needs, it never passes, and says what is missing. */
export function judgeCheck(check: Check, input: JudgeInput, systems: readonly System[]): Finding {
  for (const need of check.needs) {
    const found = evidenceOf<Observation>(input.observations, need, need === check.system ? check.from : undefined);
    if (found?.status === 'collected') continue;
    if (found !== undefined)
      return check.without?.(found, input) ?? lacking(check, 'unavailable', whyUnavailable(found));
    const { status, summary } = systems.find(({ id }) => id === need)?.unobserved ?? unknownSystem(need);
    return lacking(check, status, summary);
  }
  return check.judge(input);
}

function unknownSystem(id: string): System['unobserved'] {
  return { status: 'unavailable', summary: `this program does not know the system ${id}` };
}

/** The same checks on a run's facts; their view of the facts is made once for each run. */
export function onRun<View>(checks: readonly Check<View>[], viewOf: (input: JudgeInput) => View): Check[] {
  const views = new WeakMap<JudgeInput, { readonly view: View }>();
  const once = (input: JudgeInput): View => {
    const known = views.get(input) ?? { view: viewOf(input) };
    views.set(input, known);
    return known.view;
  };
  return checks.map((check) => ({ ...check, judge: (input) => check.judge(once(input)) }));
}
