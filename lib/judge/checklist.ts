/** Ticks the documents' verification checklists, from findings alone, and never without every one of them. */
import type { CheckedItem, ChecklistGround, ChecklistItem } from '../core/checklist.ts';
import type { Finding } from '../core/finding.ts';
import { plural } from '../core/numbers.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';

type Planned = Pick<TelemetryPlan, 'checklist' | 'systems'>;
type Findings = Exclude<ChecklistGround, { readonly cannotTell: string }>;
type Decided = Pick<CheckedItem, 'tick' | 'reason'>;

/**
 * Crossed when a finding that the item rests on fails; ticked when all of them pass; not connected when one is open because nobody named its
 * source; otherwise there is no evidence.
 */
export function judgeChecklist({ checklist, systems }: Planned, findings: readonly Finding[]): CheckedItem[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return checklist.map(({ ground, ...item }: ChecklistItem) => {
    const about = { id: item.id, words: item.words, source: item.source };
    if ('cannotTell' in ground) return { ...about, tick: 'no-evidence', reason: ground.cannotTell, findings: [] };
    const found = ground.findings.flatMap((findingId) => byId.get(findingId) ?? []);
    return {
      ...about,
      ...tickOf(ground, found, systems),
      findings: found.map(({ id, status }) => ({ id, status })),
    };
  });
}

function tickOf(ground: Findings, found: readonly Finding[], systems: TelemetryPlan['systems']): Decided {
  const failed = found.filter(({ status }) => status === 'fail');
  if (failed.length > 0) return { tick: 'crossed', reason: saying(failed) };
  const open = found.filter(({ status }) => status !== 'pass');
  const apart = open.filter(({ system }) =>
    isApart(systems[system]?.sources, ground.source?.system === system ? ground.source.id : null),
  );
  if (apart.length > 0) return { tick: 'not-connected', reason: ground.without ?? saying(apart) };
  if (open.length > 0) return { tick: 'no-evidence', reason: saying(open) };
  const missing = ground.findings.filter((id) => !found.some((one) => one.id === id));
  if (missing.length > 0 || found.length === 0) return notMade(ground, missing);
  return {
    tick: 'ticked',
    reason: found.length === 1 ? saying(found) : `all of ${plural(found.length, 'finding')} pass`,
  };
}

/** Nobody named any of the system's sources, or not the one that is needed. Of an old plan without sources nothing is known. */
function isApart(sources: readonly string[] | null | undefined, needed: string | null): boolean {
  if (sources === null || sources === undefined) return false;
  return sources.length === 0 || (needed !== null && !sources.includes(needed));
}

/** Findings of a system, or of a source of it, that is only looked at where it is named. */
function notMade({ without }: Findings, missing: readonly string[]): Decided {
  if (without !== undefined) return { tick: 'not-connected', reason: without };
  return { tick: 'no-evidence', reason: `not judged: ${missing.join(', ')}` };
}

/** The first says why; the others are counted. */
function saying([first, ...others]: readonly Finding[]): string {
  if (first === undefined) return '';
  return `${first.subject}: ${first.summary}${others.length === 0 ? '' : `, and ${plural(others.length, 'finding')} more`}`;
}
