/** Drafts a file of own names from what was learned: each line with the evidence on which it rests. What is not sure is a comment. */
import type { OwnMetric, OwnSpan } from '../../core/own-names.ts';
import { plain } from '../../core/text.ts';
import type { LearnedContract } from '../learn.ts';
import type { Learned } from '../model/learned.ts';

export interface ContractDraft {
  /** YAML, ending in a line break. */
  readonly text: string;
  readonly sure: number;
  readonly unsure: number;
}

export interface DraftedFrom {
  /** For a person, for example `the run X against URL`. */
  readonly from: string;
  /** The subprotocol with which its WebSockets opened; null: none did. */
  readonly subprotocol: string | null;
}

export function draftOf(learned: LearnedContract, { from, subprotocol }: DraftedFrom): ContractDraft {
  const { contract, metrics, spans, logs, unknown, unseen } = learned;
  const all = [...metrics, ...spans, ...logs];
  const sure = all.filter(({ isSure }) => isSure).length;
  const lines = [
    comment('', `Names of a release, drafted from ${from}.`),
    ...HOW_TO.map((line) => comment('', line)),
    '',
    `contract: ${contract}`,
    ...(subprotocol === null
      ? []
      : [comment('', 'WebSockets opened with this one, or without any:'), `# subprotocol: ${scalar(subprotocol)}`]),
    ...section('metrics', metrics, metricText),
    ...section('spans', spans, spanText),
    ...section('logs', logs, scalar),
    ...(unknown.length === 0
      ? []
      : [
          '',
          comment('', 'Documented, and under no name that could be shown:'),
          ...unknown.map(({ documented, why }) => comment('  ', `${documented}: ${why}`)),
        ]),
    ...unseen.map((id) => comment('', `Nothing was learned of ${id}: there is no evidence of them.`)),
  ];
  return { text: `${lines.join('\n')}\n`, sure, unsure: all.length - sure };
}

const HOW_TO = [
  'Under the names in this file the release is judged as if they were documented. Check each against its evidence, and remove what is not so.',
  'What the evidence does not show is a comment: remove its "# " only if you know that it is right.',
  '"judge RUN --contract FILE" shows what the run would say with it, and "run --contract FILE" judges the next one.',
];

function section<Own>(key: string, learned: readonly Learned<Own>[], text: (own: Own) => string): string[] {
  if (learned.length === 0) return [];
  const entries = learned.flatMap(({ documented, own, isSure, evidence }) => [
    ...evidence.map((line) => comment('  ', line)),
    `  ${isSure ? '' : '# '}${scalar(documented)}: ${text(own)}`,
  ]);
  return ['', `${key}:`, ...entries];
}

function metricText({ name, where, labels }: OwnMetric): string {
  const parts = [
    `name: ${scalar(name)}`,
    ...(where === undefined ? [] : [`where: ${flow(where)}`]),
    ...(labels === undefined ? [] : [`labels: ${flow(labels)}`]),
  ];
  return `{ ${parts.join(', ')} }`;
}

function spanText({ name, pattern, attributes }: OwnSpan): string {
  const parts = [
    `name: ${scalar(name)}`,
    ...(pattern === undefined ? [] : [`pattern: ${scalar(pattern)}`]),
    ...(attributes === undefined ? [] : [`attributes: ${flow(attributes)}`]),
  ];
  return `{ ${parts.join(', ')} }`;
}

function flow(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([key, value]) => `${scalar(key)}: ${scalar(value)}`);
  return `{ ${pairs.join(', ')} }`;
}

function comment(indent: string, text: string): string {
  return `${indent}# ${plain(text)}`;
}

/** YAML reads a plain word as a text; anything else is quoted. */
function scalar(text: string): string {
  const isWord = /^[a-z][\w.-]*$/i.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isWord ? text : quoted(text);
}

/** As JSON, which YAML reads, and without any character that could end the line for one of them. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
