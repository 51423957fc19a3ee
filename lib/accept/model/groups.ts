/** What a team could accept of a recorded run, by its causes, and what it can't. */
import { type Finding, OF_LOAD } from '../../core/finding.ts';
import type { Verdict } from '../../core/verdict.ts';

/** What fails for one reason, and what is undecided because of it. */
export interface Group {
  /** Of a cause of the verdict, else of the finding that explains the others. */
  readonly key: string;
  /** Of the entries, each once. */
  readonly ids: readonly string[];
  /** Each id once. */
  readonly undecided: readonly Finding[];
}

export interface Acceptable {
  /** In the order of the causes, then of the findings. */
  readonly groups: readonly Group[];
  /** Gating and not passed, but nothing that anybody could accept. */
  readonly leftOut: readonly Finding[];
  /** What the run accepted, and what passes. */
  readonly gone: readonly Finding[];
  /** How many entries have no reason yet. */
  readonly unexplained: number;
}

export function acceptableOf(verdict: Verdict): Acceptable {
  const { findings } = verdict;
  const entries = findings.filter(isEntry);
  const groups = groupsOf(verdict, entries);
  const shown = new Set(groups.flatMap(({ ids, undecided }) => [...ids, ...undecided.map(({ id }) => id)]));
  const unexplained = entries.filter(({ acceptance }) => acceptance?.state !== 'accepted');
  return {
    groups,
    leftOut: onePerId(findings.filter((finding) => isOpen(finding) && !shown.has(finding.id))),
    gone: onePerId(findings.filter((one) => one.acceptance?.state === 'no-longer-occurs' && !shown.has(one.id))),
    unexplained: onePerId(unexplained).length,
  };
}

/** What fails and gates, and what the run itself accepted: the new list replaces that. Nobody can accept that the load went wrong. */
function isEntry({ status, gating, system, acceptance }: Finding): boolean {
  return system !== OF_LOAD && (acceptance?.state === 'accepted' || (gating && status === 'fail'));
}

function isOpen(finding: Finding): boolean {
  return finding.gating && finding.status !== 'pass' && !isEntry(finding);
}

function groupsOf({ causes, findings }: Verdict, entries: readonly Finding[]): Group[] {
  const keyOf = ({ id, because }: Finding): string =>
    causes.find(({ explains }) => explains.includes(id))?.id ?? because ?? id;
  const listed = new Set(entries.map(({ id }) => id));
  // Evidence that could not be read is no known deviation.
  const undecided = findings.filter(
    (one) => isOpen(one) && one.system !== OF_LOAD && one.status !== 'unavailable' && !listed.has(one.id),
  );
  const keys = new Set([...causes.map(({ id }) => id), ...entries.map(keyOf)]);
  return [...keys].flatMap((key) => {
    const ids = [...new Set(entries.filter((entry) => keyOf(entry) === key).map(({ id }) => id))];
    const follows = ({ because }: Finding): boolean => because !== undefined && ids.includes(because);
    const following = undecided.filter((one) => keyOf(one) === key || follows(one));
    return ids.length === 0 ? [] : [{ key, ids, undecided: onePerId(following) }];
  });
}

function onePerId(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [finding.id, finding])).values()];
}
