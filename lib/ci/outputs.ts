/** What a step reports to its workflow: its outputs, and an error as an annotation and in the step's summary. */
import { appendFileSync } from 'node:fs';
import { annotation } from '../../reports/github.ts';
import type { SloError } from '../core/error.ts';
import { plain } from '../core/text.ts';

/** `text` may contain words of a server. */
export function reportError({ GITHUB_STEP_SUMMARY }: NodeJS.ProcessEnv, text: string): void {
  console.log(annotation('error', 'aragora-slo', text));
  if (GITHUB_STEP_SUMMARY) appendFileSync(GITHUB_STEP_SUMMARY, `## Error\n\n${inCode(text)}`);
}

/** @returns the text that it reported. */
export function reportMistake(env: NodeJS.ProcessEnv, { message, hint }: SloError): string {
  const text = hint === undefined ? message : `${message} (${hint})`;
  reportError(env, text);
  return text;
}

/** As a Markdown code block that the text can't end. */
export function inCode(text: string): string {
  return `\`\`\`\n${text.replaceAll('`', "'")}\n\`\`\`\n`;
}

/** Outputs of the step, one on each line. `plain` takes out line breaks: one in a foreign word would begin another output. */
export function answer({ GITHUB_OUTPUT }: NodeJS.ProcessEnv, outputs: Readonly<Record<string, string>>): void {
  if (!GITHUB_OUTPUT) return;
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${plain(value)}\n`);
  appendFileSync(GITHUB_OUTPUT, lines.join(''));
}
