/** Writes docs/breaks.md from the catalogues of breaks. The proofs show that it is true. */
import { fileURLToPath } from 'node:url';
import type { NamedBreak } from '../../lib/target/break.ts';

export const BREAKS_PAGE = fileURLToPath(new URL('../../docs/breaks.md', import.meta.url));

export function breaksPage(breaks: readonly NamedBreak[], telemetry: readonly NamedBreak[]): string {
  return `# Breaks of the reference target

\`aragora-slo run --break NAME\` breaks one promise of the embedded reference Aragora. Each of the ${breaks.length + telemetry.length} breaks is caught by
the finding named beside it and by no other; \`npm run selftest\` proves it and prints what it saw, \`npm test\` requires it.
This page is generated from \`lib/target/breaks*.ts\` and \`lib/systems/*/faults\`: \`npm run selftest -- --write-docs\`.

## Of what clients feel

${table(breaks)}

## Of the server's own telemetry

What can't be told because of a break is not told: those findings lack their evidence, and say so.

${table(telemetry)}
`;
}

function table(breaks: readonly NamedBreak[]): string {
  const rows = breaks.map(
    ({ name, description, finding }) => `| \`${name}\` | ${cell(description)} | \`${finding}\` |`,
  );
  return ['| Break | What the server does | Finding that fails |', '|---|---|---|', ...rows].join('\n');
}

/** A pipe would end the cell, and text in angle brackets would be taken for HTML. */
function cell(text: string): string {
  return text.replace(/[|<>\\]/g, (char) => `\\${char}`);
}
