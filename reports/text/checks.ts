/**
 * The lines for checks, whose promise is not a number: one for each that fails, with what was seen, and one for all findings of a system
 * whose evidence is missing for the same reason.
 */
import type { Finding } from '../../lib/core/finding.ts';
import { countText } from '../../lib/core/numbers.ts';
import { clip, plain } from '../../lib/core/text.ts';
import { followersOf } from '../causes.ts';
import { acceptanceText, furtherText, sourceText, ungatedText } from '../describe.ts';
import { STATUS_WORD } from '../summary.ts';
import { groupOf, systemOf } from '../telemetry.ts';
import { explainedLine, type ListStyle, namesText, type Painter, STATUS_TONE } from './findings.ts';
import { block, fill } from './layout.ts';

const MOST_EVIDENCE = 2;

/** `FAIL aragora_requests_total equals what clients counted  source: Enabling Metrics`, what was seen, the first evidence. */
export function checkLines(findings: readonly Finding[], { all, paint, width }: ListStyle): string[] {
  const indent = ' '.repeat(Math.max(0, ...findings.map(({ status }) => STATUS_WORD[status].length)) + 1);
  return findings.flatMap((finding) => {
    const word = STATUS_WORD[finding.status].toUpperCase();
    const ungated = ungatedText(finding);
    const source = `source: ${clip(sourceText(finding), 48)}${ungated === null ? '' : ` (${ungated})`}`;
    const [first = '', ...rest] = fill([clip(plain(finding.subject), 70), source], width - indent.length);
    const seen = [
      plain(finding.summary),
      furtherText(finding) ?? '',
      acceptanceText(finding) ?? '',
      ...finding.evidence.slice(0, MOST_EVIDENCE).map(({ label, value }) => clip(plain(`${label}: ${value}`), 160)),
    ];
    return [
      `${paint(STATUS_TONE[finding.status], word)}${indent.slice(word.length)}${first}`,
      ...rest.map((line) => indent + line),
      ...seen.flatMap((sentence) => block(sentence, width, indent, indent)).map((line) => paint('faint', line)),
      ...explainedLine(followersOf(finding, all), width - indent.length).map((line) => indent + paint('faint', line)),
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
  const indent = ' '.repeat(word.length + 1);
  const what =
    group.length === 1
      ? clip(plain(first.subject), 60)
      : `${clip(groupOf(first), 40)}, ${countText(group.length)} findings`;
  const gates = first.gating ? '' : group.length === 1 ? ' (does not gate)' : ' (do not gate)';
  const [head = '', ...rest] = block(`${what}${gates}: ${reason}`, width, indent, indent);
  const names = group.length === 1 ? [] : [namesText(group, width - indent.length)];
  return [
    paint(STATUS_TONE[first.status], word) + head.slice(word.length),
    ...rest,
    ...names.map((line) => paint('faint', indent + line)),
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
