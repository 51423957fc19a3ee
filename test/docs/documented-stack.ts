/** docs/documented-stack.md: what has to change in the documented configuration so that an alert reaches somebody. */
import { CHANGES, type Change, DOCUMENTED_PLACES, filled, mended } from '../../lib/stack/documented/changes.ts';
import { DASHBOARD_CHANGES, DASHBOARD_GUIDE, DASHBOARD_REMARKS } from '../../lib/stack/documented/dashboard-changes.ts';
import { DASHBOARD_FILES } from '../../lib/stack/documented/dashboards.ts';
import { type DocumentedText, type DocumentName, guideLine } from '../../lib/stack/documented/document.ts';
import { REMARKS } from '../../lib/stack/documented/remarks.ts';

const HEAD = `# The documented stack

The guides have the configuration of Prometheus and Alertmanager, and alert rules. As documented, no alert reaches anybody. This page lists
each change that they need, with what the files' own tools say: most of it they do not notice. The complete files stand at the end.

\`npm run docs\` writes this page from [lib/stack/documented](../lib/stack/documented), and \`npm run test:real\` compares what is quoted with
what promtool and amtool print.
`;

export function documentedStackPage(documents: readonly DocumentedText[]): string {
  const texts = mended(documents);
  const named = new Map(documents.map((document) => [document.name, document]));
  const documentOf = (name: DocumentName): DocumentedText => {
    const found = named.get(name);
    if (found === undefined) throw new Error(`no document is called ${name}`);
    return found;
  };
  const changes = CHANGES.map((change) => changePart(change, documentOf(change.document)));
  const remarks = REMARKS.map((remark) => {
    const document = documentOf(remark.document);
    const line = guideLine(document, { from: [remark.line], to: [] });
    return `- ${place(document, line)}: \`${remark.line.trim()}\`\n  ${remark.says}`;
  });
  return [
    HEAD,
    `## Changes\n\n${summary(documentOf)}\n`,
    ...changes,
    `## What works, and is not as promised\n\n${remarks.join('\n')}\n`,
    dashboardPart(),
    '## The files, mended\n',
    'What each team has of its own stands as the guides name it, and `YOUR_32_CHARACTER_INTEGRATION_KEY` for the key.\n',
    ...documents.map(({ name, title, guide }) => `\`${name}\` (${title} of ${guide}):\n\n${code('yaml', texts[name])}`),
  ].join('\n');
}

function dashboardPart(): string {
  const { guide, section } = DASHBOARD_GUIDE;
  const rows = DASHBOARD_CHANGES.map(({ id, line, subject, why, says }) => {
    const said = says === null ? 'does not notice' : `says: \`${says}\``;
    return `| line ${line} | \`${id}\`: ${subject} | ${why} | ${said} |`;
  });
  const files = DASHBOARD_FILES.map((name) => `[${name}](../lib/stack/documented/dashboards/${name})`);
  return [
    '## Dashboards\n',
    `What the dashboard of ${guide} ("${section}") needs, and what the schema that Grafana publishes says of it (grafana-foundation-sdk, read`,
    'strictly). `npm run test:real` compares what is quoted.\n',
    '| where | what | why | the schema |',
    '|---|---|---|---|',
    ...rows,
    `\n${DASHBOARD_REMARKS.map((remark) => `- ${remark}`).join('\n')}\n`,
    `The five dashboards as files that Grafana imports: ${files.join(', ')}. A run judges those of a team's Grafana ([Grafana](checks/grafana.md)).\n`,
  ].join('\n');
}

function summary(documentOf: (name: DocumentName) => DocumentedText): string {
  const rows = CHANGES.map((change) => {
    const document = documentOf(change.document);
    const noticed = change.says.refuses ? `refuses the file` : 'does not notice';
    return `| ${place(document, guideLine(document, change.edit))} | ${change.subject} | ${change.says.tool} ${noticed} |`;
  });
  return ['| where | what | its tool |', '|---|---|---|', ...rows].join('\n');
}

function changePart({ id, subject, why, says, edit }: Change, document: DocumentedText): string {
  const { from, to } = filled(edit, DOCUMENTED_PLACES);
  const kept = (line: string, others: readonly string[]): string => (others.includes(line) ? ' ' : '');
  const gone = from.filter((line) => !to.includes(line)).map((line) => `-${line}`);
  const come = to.map((line) => (kept(line, from) === ' ' ? ` ${line}` : `+${line}`));
  return [
    `### ${document.name}: ${subject}\n`,
    `${place(document, guideLine(document, edit))}; \`${id}\`.\n`,
    `${why}\n`,
    `With the changes above, \`${says.tool} ${document.name}\` says: \`${says.line}\`\n`,
    code('diff', `${[...gone, ...come].join('\n')}\n`),
  ].join('\n');
}

function place({ guide, section }: DocumentedText, line: number): string {
  return `${guide}, line ${line} ("${section}")`;
}

function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\`\`\`\n`;
}
