/**
 * The lines for checks, whose promise is not a number: one for each that fails, with what was seen, and one for all findings of a system
 * whose evidence is missing for the same reason.
 */
import type { Finding } from '../../lib/core/finding.ts';
import { countText } from '../../lib/core/numbers.ts';
import { plain } from '../../lib/core/text.ts';
import { followersOf } from '../causes.ts';
import { acceptanceText, furtherText, sourceText, ungatedText } from '../describe.ts';
import { STATUS_WORD } from '../summary.ts';
import { groupOf, systemOf } from '../telemetry.ts';
import {
  explainedLines,
  type ListStyle,
  labelLength,
  labelled,
  namesLines,
  type Painter,
  STATUS_TONE,
  subjectsOf,
} from './findings.ts';
import { block, clipWords, hanging } from './layout.ts';

const MOST_EVIDENCE = 2;

/** `FAIL aragora_requests_total equals what clients counted  source: Enabling Metrics`, what was seen, the first evidence. */
export function checkLines(findings: readonly Finding[], { all, paint, width }: ListStyle): string[] {
  const label = labelLength(findings);
  const indent = hanging(label, width);
  return findings.flatMap((finding) => {
    const word = STATUS_WORD[finding.status].toUpperCase();
    const ungated = ungatedText(finding);
    const source = `source: ${clipWords(sourceText(finding), 48)}${ungated === null ? '' : ` (${ungated})`}`;
    const [first = '', ...rest] = labelled(word, label, [plain(finding.subject), source], width);
    const seen = [
      plain(finding.summary),
      furtherText(finding) ?? '',
      acceptanceText(finding) ?? '',
      ...finding.evidence
        .slice(0, MOST_EVIDENCE)
        .map(({ label, value }) => clipWords(plain(`${label}: ${value}`), 160)),
    ];
    return [
      paint(STATUS_TONE[finding.status], word) + first.slice(word.length),
      ...rest,
      ...seen.flatMap((sentence) => block(sentence, width, indent, indent)).map((line) => paint('faint', line)),
      ...explainedLines(followersOf(finding, all), width, indent).map((line) => paint('faint', line)),
    ];
  });
}

/** Without any sample: what does not gate, and the telemetry's checks, whose promise is no number. */
export function isGrouped(finding: Finding): boolean {
  if (finding.acceptance !== undefined) return false;
  if (finding.status !== 'no-data' && finding.status !== 'unavailable') return false;
  return !finding.gating || systemOf(finding) !== null;
}

/** At most this many reasons of one group have their own lines; the rarer ones share one. */
const MOST_REASONS = 3;

/** `NO DATA metrics, 9 findings (do not gate): no Prometheus was asked`, and as many of their names as fit into a line. */
export function groupLines(findings: readonly Finding[], paint: Painter, width: number): string[] {
  const groups = grouped(findings, (finding) => JSON.stringify([finding.status, finding.gating, groupOf(finding)]));
  return [...groups.values()].flatMap((group) => {
    const reasons = [...grouped(group, ({ summary }) => summary)].sort(([, a], [, b]) => b.length - a.length);
    const own = reasons.length > MOST_REASONS ? reasons.slice(0, MOST_REASONS - 1) : reasons;
    const rest = reasons.slice(own.length);
    return [
      ...own.flatMap(([reason, same]) => linesOf(same, plain(reason), paint, width)),
      ...linesOf(
        rest.flatMap(([, same]) => same),
        `${countText(rest.length)} more reasons, which the report lists`,
        paint,
        width,
      ),
    ];
  });
}

function linesOf(group: readonly Finding[], reason: string, paint: Painter, width: number): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const word = STATUS_WORD[first.status].toUpperCase();
  const indent = hanging(word.length + 1, width);
  const what =
    group.length === 1 ? plain(first.subject) : `${clipWords(groupOf(first), 40)}, ${countText(group.length)} findings`;
  const gates = first.gating ? '' : group.length === 1 ? ' (does not gate)' : ' (do not gate)';
  const [head = '', ...rest] = block(`${what}${gates}: ${reason}`, width, `${word} `, indent);
  const names = group.length === 1 ? [] : namesLines(subjectsOf(group), { width, indent });
  return [
    paint(STATUS_TONE[first.status], word) + head.slice(word.length),
    ...rest,
    ...names.map((line) => paint('faint', line)),
  ];
}

/** In the order in which each key came first. */
function grouped(findings: readonly Finding[], keyOf: (finding: Finding) => string): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return groups;
}
