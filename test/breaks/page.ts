/** Owns docs/breaks.md, generated from the catalogue. Refuses to know whether any of it is true; the proofs do. */
import { fileURLToPath } from 'node:url';
import type { Break } from '../../lib/target/breaks.ts';
import type { TelemetryBreak } from '../../lib/target/telemetry-break.ts';

export const BREAKS_PAGE = fileURLToPath(new URL('../../docs/breaks.md', import.meta.url));

export function breaksPage(breaks: readonly Break[], telemetry: readonly TelemetryBreak[]): string {
  return `# Breaks of the reference target

\`aragora-slo run --break NAME\` breaks one promise of the embedded reference Aragora. Each of the ${breaks.length + telemetry.length} breaks is caught by
the finding named beside it and by no other; \`npm run selftest\` proves it and prints what it saw, \`npm test\` requires it.
This page is generated from \`lib/target/breaks*.ts\`: \`npm run selftest -- --write-docs\`.

## Of what clients feel

${table(breaks)}

## Of the server's own telemetry

What can't be told because of a break is not told: those findings lack their evidence, and say so.

${table(telemetry)}
`;
}

function table(breaks: readonly Pick<Break, 'name' | 'description' | 'finding'>[]): string {
  const rows = breaks.map(
    ({ name, description, finding }) => `| \`${name}\` | ${cell(description)} | \`${finding}\` |`,
  );
  return ['| Break | What the server does | Finding that fails |', '|---|---|---|', ...rows].join('\n');
}

/** A pipe would end the cell, and text in angle brackets would be taken for HTML. */
function cell(text: string): string {
  return text.replace(/[|<>\\]/g, (char) => `\\${char}`);
}
