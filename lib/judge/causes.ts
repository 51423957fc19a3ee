/**
 * Files findings under the finding that explains them. A pure function of findings and facts: systems and objectives declare what explains
 * what (lib/systems/causes.ts), and nothing is filed that they do not explain fully. Status, gating and outcome stay as they are.
 */
import type { Finding } from '../core/finding.ts';
import type { JudgeInput } from '../core/run.ts';
import type { Implication } from '../systems/causes.ts';

export interface Filing {
  /** If several explain the same finding, one of its own system counts, and among those the one that is declared first. */
  readonly implications: readonly Implication[];
  /** The facts that a finding of this phase rests on; undefined: those of the whole run. */
  inputOf(phase: string | undefined): JudgeInput;
}

/** The same findings in the same order; those that another one explains name it. A cause is never filed under something itself. */
export function withCauses(findings: readonly Finding[], filing: Filing): Finding[] {
  const open = findings.filter(({ status }) => status !== 'pass');
  const direct = new Map(
    open.flatMap((follower) => {
      const cause = causeOf(follower, open, filing);
      return cause === undefined ? [] : [[follower, cause] as const];
    }),
  );
  return findings.map((finding) => {
    const root = rootOf(finding, direct);
    return root === finding ? finding : { ...finding, because: root.id };
  });
}

function causeOf(follower: Finding, open: readonly Finding[], { implications, inputOf }: Filing): Finding | undefined {
  if (isIdle(follower)) return undefined;
  const input = inputOf(follower.phase);
  const explaining = implications.flatMap(({ cause: id, explains }) => {
    const cause = open.find((one) => one.id === id && isSamePhase(one, follower));
    if (cause === undefined || cause === follower || !outranks(cause, follower)) return [];
    return explains({ cause, follower, input }) ? [cause] : [];
  });
  return explaining.find(({ system }) => system === follower.system) ?? explaining[0];
}

/** Nobody connected or provoked it, so nothing went wrong that could have a cause. */
function isIdle({ status, gating, acceptance }: Finding): boolean {
  return !gating && acceptance === undefined && status !== 'fail';
}

function isSamePhase({ phase }: Finding, follower: Finding): boolean {
  return phase === undefined || phase === follower.phase;
}

/** What gates is not hidden under what does not, nor what fails under what is only undecided. */
function outranks(cause: Finding, follower: Finding): boolean {
  return (cause.gating || !follower.gating) && (cause.status === 'fail' || follower.status !== 'fail');
}

/** The end of the way from cause to cause; the finding itself if the way goes in a circle. */
function rootOf(finding: Finding, direct: ReadonlyMap<Finding, Finding>): Finding {
  const way = new Set([finding]);
  let root = finding;
  for (let next = direct.get(root); next !== undefined; next = direct.get(root)) {
    if (way.has(next)) return finding;
    way.add(next);
    root = next;
  }
  return root;
}

/** Those of `findings` that nothing among them explains. */
export function rootCauses(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ because }) => because === undefined);
}
