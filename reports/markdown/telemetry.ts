/** The telemetry's part of the Markdown report: findings by family, clients against server, the documents' checklists. */
import type { CheckedItem, Tick } from '../../lib/core/checklist.ts';
import type { Comparison } from '../../lib/core/comparison.ts';
import type { Finding, Status } from '../../lib/core/finding.ts';
import { countText, msText } from '../../lib/core/numbers.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { causeOf, explainsText, followsText, nested } from '../causes.ts';
import { acceptanceText, sourceText, ungatedText } from '../describe.ts';
import { STATUS_WORD } from '../summary.ts';
import {
  bucketText,
  checklistsByDocument,
  differenceText,
  findingsBySystem,
  itemText,
  type SystemFindings,
  TICK_WORD,
  ticksText,
} from '../telemetry.ts';
import { table, text } from './markup.ts';

export const STATUS_SIGN: Readonly<Record<Status, string>> = {
  pass: '✅',
  fail: '❌',
  inconclusive: '❔',
  'no-data': '⬜',
  unavailable: '🚫',
};

const TICK_SIGN: Readonly<Record<Tick, string>> = {
  ticked: '✅',
  crossed: '❌',
  'not-connected': '🔌',
  'no-evidence': '⬜',
};
const MOST_EVIDENCE = 3;
const MOST_FINDINGS = 4;
const HEAD = ['Status', 'Check', 'Seen', 'Samples', 'Source'];

/** '' for what the run does not have. */
export function telemetrySections(facts: RunFacts): string[] {
  const { comparison, checklist } = facts.verdict;
  return [
    ...findingsBySystem(facts).map((system) => systemSection(system, facts.verdict.findings)),
    ...(comparison === null ? [] : [comparisonSection(comparison)]),
    ...checklistsByDocument(checklist).map(([document, items]) => checklistSection(document, items)),
  ];
}

function systemSection({ system, troubled, idle, passed }: SystemFindings, all: readonly Finding[]): string {
  return [
    `### ${text(system.title)}`,
    table(HEAD, rowsOf(troubled, all)),
    folded(`${countText(idle.length)} without evidence, which do not gate`, rowsOf(idle, all)),
    folded(`${countText(passed.length)} pass`, rowsOf(passed, all)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Each cause before what follows from it. */
function rowsOf(findings: readonly Finding[], all: readonly Finding[]): string[][] {
  return nested(findings).map((finding) => findingCells(finding, all));
}

function folded(title: string, rows: readonly string[][]): string {
  if (rows.length === 0) return '';
  return `<details><summary>${title}</summary>\n\n${table(HEAD, rows)}\n\n</details>`;
}

function findingCells(finding: Finding, all: readonly Finding[]): string[] {
  const evidence = finding.status === 'pass' ? [] : finding.evidence.slice(0, MOST_EVIDENCE);
  const accepted = acceptanceText(finding);
  const ungated = ungatedText(finding);
  const seen = [
    finding.summary,
    ...[accepted, followsText(finding, all), explainsText(finding, all)].flatMap((words) => words ?? []),
    ...evidence.map(({ label, value }) => `${label}: ${value}`),
  ];
  return [
    `${STATUS_SIGN[finding.status]} ${STATUS_WORD[finding.status]}${ungated === null ? '' : ` (${ungated})`}`,
    `${causeOf(finding, all) === undefined ? '' : '↳ '}${text(finding.subject)}`,
    seen.map(text).join('<br>'),
    countText(finding.samples),
    text(sourceText(finding)),
  ];
}

function comparisonSection({ requests, latencies }: Comparison): string {
  const request = (method: string, path: string): string => text(`${method} ${path}`);
  return [
    '### Clients against server',
    table(
      ['Request', 'Status', 'Clients', 'Server', 'Difference'],
      requests.map((row) => [
        request(row.method, row.path),
        text(row.status),
        countText(row.clients),
        countText(row.server),
        [differenceText(row.clients, row.server), text(row.explanation)].filter((words) => words !== '').join(': '),
      ]),
    ),
    table(
      ['Request', 'Latency', 'Clients', 'Server', 'Difference'],
      latencies.flatMap((one) => [
        [request(one.method, one.path), 'mean', msText(one.clientMeanMs), msText(one.serverMeanMs), ''],
        ...one.percentiles.map((row) => [
          '',
          `p${row.percentile}`,
          row.clientMs === null ? 'none' : msText(row.clientMs),
          bucketText(row),
          text(row.explanation),
        ]),
      ]),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function checklistSection(document: string, items: readonly CheckedItem[]): string {
  const rows = items.map((item) => [
    `${TICK_SIGN[item.tick]} ${TICK_WORD[item.tick]}`,
    text(itemText(item)),
    text(item.reason),
    findingsText(item),
    `${text(item.source.section)}, line ${item.source.line}`,
  ]);
  return `### Checklist of ${text(document)}\n\n${ticksText(items)}\n\n${table(['', 'Item', 'Why', 'Findings', 'Source'], rows)}`;
}

/** Ids; the findings that prevent a tick come first. */
function findingsText({ findings }: CheckedItem): string {
  if (findings.length === 0) return '–';
  const ids = [...findings]
    .sort((a, b) => Number(a.status === 'pass') - Number(b.status === 'pass'))
    .map(({ id }) => text(id));
  const left = ids.length - MOST_FINDINGS;
  return [...ids.slice(0, MOST_FINDINGS), ...(left > 0 ? [`and ${countText(left)} more`] : [])].join('<br>');
}
