/** The Markdown of the calibrated comparison. */
import { clopperPearson } from '../../lib/stats/binomial.ts';
import type { PairRow, PairSetting } from './differences.ts';

/** One-sided, for the share of false calls. */
const CONFIDENCE = 0.95;

export interface PairSection {
  readonly setting: PairSetting;
  readonly rows: readonly PairRow[];
}

export function renderPairs(sections: readonly PairSection[]): string {
  return sections
    .map(({ setting, rows }) =>
      [
        `### ${setting.title}`,
        '',
        `| latencies | pairs | A/A: a difference is called | surely at most | A/A: "not slower" | everything +10 %: "slower" | an oracle | an oracle, all together | ${setting.alone} alone +10 %: "slower" there | an oracle | everything +5 %: "not slower" |`,
        '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
        ...rows.map(renderRow),
      ].join('\n'),
    )
    .join('\n\n');
}

function renderRow(row: PairRow): string {
  const { pairs } = row;
  const surely = clopperPearson({ bad: row.falseCall, samples: pairs, confidence: CONFIDENCE }).upper;
  const cells = [
    row.law,
    String(pairs),
    `**${percent(row.falseCall / pairs)}**`,
    percent(surely),
    percent(row.cleared / pairs),
    `**${percent(row.foundAll / pairs)}**`,
    percent(row.oracleAll / pairs),
    percent(row.oracleTogether / pairs),
    `**${percent(row.foundAlone / pairs)}**`,
    percent(row.oracleAlone / pairs),
    percent(row.falseClear / pairs),
  ];
  return `| ${cells.join(' | ')} |`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1).replace(/\.0$/, '')} %`;
}
