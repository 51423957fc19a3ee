/** Judged rules and dashboards for a terminal: each file with its items, what is wrong with each, and the counts. */
import { plain } from '../lib/core/text.ts';
import type { ItemKind, Judged } from '../lib/rules/judged.ts';
import type { Effect, Problem, Verdict } from '../lib/rules/problem.ts';
import type { Painter, Tone } from './text/findings.ts';
import { block, widthOf } from './text/layout.ts';

export interface JudgedAgainst {
  /** `http://127.0.0.1:8080/metrics`. */
  readonly source: string;
  readonly metrics: number;
}

const TONE = { ok: 'good', never: 'bad', wrong: 'bad', unsure: 'doubt' } as const satisfies Record<Verdict, Tone>;
const SIGN = { ok: '✓', never: '✗', wrong: '✗', unsure: '?' } as const satisfies Record<Verdict, string>;
const WORD = { never: 'never', wrong: 'wrong', unsure: 'unsure', note: 'note' } as const satisfies Record<
  Effect,
  string
>;
const INDENT = '      ';

export function rulesText(items: readonly Judged[], against: JudgedAgainst, paint: Painter, columns?: number): string {
  const width = widthOf(columns);
  const files = [...new Set(items.map(({ file }) => file))];
  const blocks = files.map((file) =>
    [
      paint('strong', plain(file)),
      ...items.filter((item) => item.file === file).flatMap((item) => itemLines(item, paint, width)),
    ].join('\n'),
  );
  const counted = `${countsText(items)}; judged against ${plain(against.source)} (${against.metrics} names of metrics)`;
  return [...blocks, counted].join('\n\n');
}

function itemLines({ verdict, kind, name, line, within, problems }: Judged, paint: Painter, width: number): string[] {
  const place = line === 0 ? kind : `${kind}, line ${line}`;
  const where = [place, ...(within === '' ? [] : [plain(within)])].join(', ');
  const head = `  ${paint(TONE[verdict], `${SIGN[verdict]} ${verdict.padEnd(6)}`)} ${plain(name)} ${paint('faint', `(${where})`)}`;
  return [head, ...problems.flatMap((problem) => problemLines(problem, line, width))];
}

function problemLines({ effect, reason, nearest, line }: Problem, itemLine: number, width: number): string[] {
  const near = nearest === undefined ? '' : `; nearest: ${plain(nearest)}`;
  const at = line === undefined || line === itemLine ? '' : ` (line ${line})`;
  return block(`${WORD[effect]}: ${plain(reason)}${near}${at}`, width, INDENT, `${INDENT}  `);
}

const PLURAL: Readonly<Record<ItemKind, string>> = {
  alert: 'alerts',
  record: 'records',
  group: 'groups',
  configuration: 'configurations',
  panel: 'queries of panels',
  variable: 'variables',
  annotation: 'annotations',
  dashboard: 'dashboards',
};

/** `5 alerts, 1 record: 4 ok, 2 never`. */
function countsText(items: readonly Judged[]): string {
  const kinds = [...new Set(items.map(({ kind }) => kind))].map((kind) => {
    const count = items.filter((item) => item.kind === kind).length;
    return `${count} ${count === 1 ? PLURAL[kind].replace(/^queries/, 'query').replace(/s$/, '') : PLURAL[kind]}`;
  });
  const verdicts = (['ok', 'never', 'wrong', 'unsure'] as const).flatMap((verdict) => {
    const count = items.filter((item) => item.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return items.length === 0 ? 'there is nothing to judge' : `${kinds.join(', ')}: ${verdicts.join(', ')}`;
}
