/** The section on mistakes in the documents. No server can mend them, so they are no failure of this one. */
import type { Finding } from '../../../lib/core/finding.ts';
import { plural } from '../../../lib/core/numbers.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import { html } from '../html.ts';
import { folded } from '../parts.ts';
import type { Section } from '../section.ts';
import { checkTable } from './check-rows.ts';

/** null for none. */
export function documents(mistakes: readonly Finding[], facts: RunFacts): Section | null {
  if (mistakes.length === 0) return null;
  return {
    id: 'documents',
    title: 'Mistakes in the documents',
    isMinor: true,
    body: html`<p class="lead">What the guides have wrong, so that no server can keep it. It counts neither for this server nor against it.</p>
${folded(plural(mistakes.length, 'mistake'), checkTable('Mistakes in the documents', mistakes, { facts, traceUrl: undefined }))}`,
  };
}
