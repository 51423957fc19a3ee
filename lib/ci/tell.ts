/**
 * Owns how a step tells that it came to nothing: an annotation, and a few words in the step's summary, where a verdict's report would be.
 * Refuses to know why.
 */
import { appendFileSync } from 'node:fs';
import { annotation } from '../../reports/github.ts';
import type { SloError } from '../core/error.ts';

/** `text` may repeat a server's words. */
export function tellError({ GITHUB_STEP_SUMMARY }: NodeJS.ProcessEnv, text: string): void {
  console.log(annotation('error', 'aragora-slo', text));
  if (GITHUB_STEP_SUMMARY) appendFileSync(GITHUB_STEP_SUMMARY, `## Error\n\n${inCode(text)}`);
}

/** @returns what it told. */
export function tellMistake(env: NodeJS.ProcessEnv, { message, hint }: SloError): string {
  const text = hint === undefined ? message : `${message} (${hint})`;
  tellError(env, text);
  return text;
}

/** As Markdown that it can't leave. */
export function inCode(text: string): string {
  return `\`\`\`\n${text.replaceAll('`', "'")}\n\`\`\`\n`;
}
