/** The comment above the rules: what they were made from, by which formula, when each alert fires, and what no alert watches. */
import { durationText, percentText } from '../../core/numbers.ts';
import { plain } from '../../core/text.ts';
import { detectionSec, productText, USUAL_PERIOD } from '../model/burn.ts';
import { type Alert, deadTexts, leftOutTexts, type SloRules, type Watched } from '../model/rules.ts';

export interface Origin {
  /** The file of objectives; null: the documented ones. */
  readonly file: string | null;
  /** `contract documented`. */
  readonly names: string;
  readonly version: string;
}

/** The beginning of every such file: one that begins so may be written anew. */
export const WRITTEN_BY = '# Written by aragora-slo';

export function headerText(rules: SloRules, { file, names, version }: Origin): string {
  const lines = [
    ` ${version}, slo rules. Change the objectives, not this file.`,
    `# Objectives: ${file ?? 'the documented ones'}. Metrics and labels: ${names}.`,
    '# Windows and burn rates: https://sre.google/workbook/alerting-on-slos/, approach 6.',
    '# burn rate = share of the budget that goes in the long window × period / long window, for example 2 % × 30d / 1h = 14.4',
    `# The period is the timeWindow of the SLO, or ${USUAL_PERIOD.text}.`,
    '# An alert fires where more than burn rate × budget of the requests are bad, in the long window and in the short one.',
    '# From a time without bad requests on, that takes: long window × burn rate × budget / share of bad requests.',
    ...rules.watched.flatMap(watchedLines),
    ...listed('Alerts that can never fire, left out', deadTexts(rules)),
    ...listed('Objectives that no alert here watches', leftOutTexts(rules)),
  ];
  // A name with a line break would end the comment.
  return `${WRITTEN_BY}${lines.map(plain).join('\n')}\n`;
}

function listed(title: string, texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : ['#', `# ${title}:`, ...texts.map((text) => `#   ${text}`)];
}

function watchedLines(watched: Watched): string[] {
  const { objective, indicator, period, alerts } = watched;
  const budget = percentText(indicator.budget, 6);
  return [
    '#',
    `# ${objective.id} (${objective.subject}): bad are ${indicator.bad}; ${budget} may be, in ${period.text}`,
    ...notesOf(watched).map((note) => `#   note: ${note}`),
    ...alerts.map((alert) => `#   ${alertLine(alert, indicator.budget)}`),
  ];
}

function alertLine({ burn, rate, threshold }: Alert, budget: number): string {
  const allBad = durationText(detectionSec(burn, threshold, 1));
  return `${burn.severity}: ${productText(rate, budget)} in ${burn.long} and ${burn.short}; after ${allBad} if every request is bad`;
}

/** What was assumed or taken instead. */
export function notesOf({ indicator, period }: Watched): readonly string[] {
  return [...indicator.notes, ...(period.note === undefined ? [] : [period.note])];
}
