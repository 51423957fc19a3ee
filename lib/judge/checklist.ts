/** Ticks the documents' verification checklists, from findings alone, and never without every one of them. */
import type { CheckedItem, ChecklistItem } from '../core/checklist.ts';
import type { Finding } from '../core/finding.ts';
import { plural } from '../core/numbers.ts';

/** Crossed when a finding that the item rests on fails; ticked when all of them pass; otherwise there is no evidence. */
export function judgeChecklist(items: readonly ChecklistItem[], findings: readonly Finding[]): CheckedItem[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return items.map(({ id, words, source, ground }) => {
    if ('cannotTell' in ground)
      return { id, words, source, tick: 'no-evidence', reason: ground.cannotTell, findings: [] };
    const found = ground.findings.flatMap((findingId) => byId.get(findingId) ?? []);
    const missing = ground.findings.filter((findingId) => !byId.has(findingId));
    return {
      id,
      words,
      source,
      ...tickOf(found, missing, ground.without),
      findings: found.map((finding) => ({ id: finding.id, status: finding.status })),
    };
  });
}

function tickOf(
  found: readonly Finding[],
  missing: readonly string[],
  without: string | undefined,
): Pick<CheckedItem, 'tick' | 'reason'> {
  const failed = found.filter(({ status }) => status === 'fail');
  if (failed.length > 0) return { tick: 'crossed', reason: saying(failed) };
  const open = found.filter(({ status }) => status !== 'pass');
  if (open.length > 0) return { tick: 'no-evidence', reason: saying(open) };
  if (missing.length > 0 || found.length === 0)
    return { tick: 'no-evidence', reason: without ?? `not judged: ${missing.join(', ')}` };
  return {
    tick: 'ticked',
    reason: found.length === 1 ? saying(found) : `all of ${plural(found.length, 'finding')} pass`,
  };
}

/** The first says why; the others are counted. */
function saying([first, ...others]: readonly Finding[]): string {
  if (first === undefined) return '';
  return `${first.subject}: ${first.summary}${others.length === 0 ? '' : `, and ${plural(others.length, 'finding')} more`}`;
}
