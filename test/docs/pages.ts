/**
 * The files, or parts of them, that are written from the code: options, journeys, breaks, and the examples of docs/extending.md.
 * `npm run docs` writes them, docs.test.ts compares them.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { documentedCoverage } from '../../lib/commands/coverage.ts';
import { allOptions } from '../../lib/config/options.ts';
import type { JourneyDescriptor } from '../../lib/core/journey.ts';
import { JOURNEYS } from '../../lib/journeys/index.ts';
import { configMembers, configSchema, optionTables } from '../../lib/options/describe.ts';
import { readDocuments } from '../../lib/stack/documented/document.ts';
import { TELEMETRY_BREAKS } from '../../lib/systems/breaks.ts';
import { BREAKS } from '../../lib/target/breaks.ts';
import { aspectsMarkdown, coverageMarkdown } from '../../reports/coverage-table.ts';
import { breaksPage } from './breaks.ts';
import { documentedStackPage } from './documented-stack.ts';
import { journeyTables } from './journeys.ts';

export interface Page {
  readonly path: string;
  /** The whole file, of which `before` is the text now. */
  write(before: string): string;
}

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Everything between the two marks, which stay. */
function between(start: string, end: string, text: string): Page['write'] {
  return (before) => {
    const [from, to] = [before.indexOf(start), before.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`"${start}" and "${end}" are not there, in this order`);
    return `${before.slice(0, from + start.length)}${text}${before.slice(to)}`;
  };
}

/** Each block of code below a line that names a file of test/extend is that file. */
function withExamples(before: string): string {
  return before.replace(/(`(test\/extend\/[\w.-]+)`:\n\n```ts\n)[\s\S]*?```/g, (_, start: string, name: string) => {
    return `${start}${readFileSync(at(name), 'utf8')}\`\`\``;
  });
}

/** The built-in journeys, as members of an interface. */
function journeyMember({ name, title, kind }: JourneyDescriptor): string {
  const key = /^\w+$/.test(name) ? name : `'${name}'`;
  return `    /** ${title[0]?.toUpperCase()}${title.slice(1)}. */\n    ${key}?: ${kind === 'sockets' ? 'ConfigSockets' : 'ConfigJourney'} | undefined;\n`;
}

export function writtenPages(): readonly Page[] {
  const specs = allOptions();
  return [
    {
      path: at('docs/config.md'),
      write: between(
        '<!-- options: written by npm run docs -->\n',
        '<!-- end of options -->',
        `\n${optionTables(specs)}\n\n`,
      ),
    },
    {
      path: at('lib/config/define.ts'),
      write: between(
        '  // The table of options writes what follows: npm run docs.\n',
        '}\n\n/** Returns `config`',
        configMembers(specs),
      ),
    },
    {
      path: at('lib/config/define.ts'),
      write: between(
        '    // The registry of journeys writes what follows: npm run docs.\n',
        '    // End of the built-in journeys.\n',
        JOURNEYS.map(journeyMember).join(''),
      ),
    },
    { path: at('docs/schema/config.schema.json'), write: () => `${JSON.stringify(configSchema(specs), null, 2)}\n` },
    {
      path: at('docs/journeys.md'),
      write: between('<!-- journeys: written by npm run docs -->\n', '<!-- end of journeys -->', journeyTables()),
    },
    {
      path: at('docs/breaks.md'),
      write: () => breaksPage(BREAKS, TELEMETRY_BREAKS),
    },
    { path: at('docs/documented-stack.md'), write: () => documentedStackPage(readDocuments()) },
    { path: at('docs/extending.md'), write: withExamples },
    {
      path: at('docs/coverage.md'),
      write: between(
        '<!-- aspects: written by npm run docs -->\n',
        '<!-- end of aspects -->',
        `\n${aspectsMarkdown()}\n\n`,
      ),
    },
    {
      path: at('docs/coverage.md'),
      write: between(
        '<!-- coverage: written by npm run docs -->\n',
        '<!-- end of coverage -->',
        `\n${coverageMarkdown(documentedCoverage())}\n\n`,
      ),
    },
  ];
}
