/** The pages and types that are written from the code say what the code says, and the schema accepts what the program accepts. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { allOptions } from '../lib/config/options.ts';
import { commands } from '../lib/main.ts';
import { configSchema } from '../lib/options/describe.ts';
import { checkedFile } from '../lib/options/resolve.ts';
import { writtenPages } from './docs/pages.ts';

test.each(writtenPages().map((page) => [basename(page.path), page] as const))(
  '%s is what npm run docs writes',
  (_, page) => {
    const before = readFileSync(page.path, 'utf8');
    const after = page.write(before);
    if (page.path.endsWith('.json')) expect(JSON.parse(before)).toEqual(JSON.parse(after));
    else expect(before).toBe(after);
  },
);

describe('docs/schema/config.schema.json', () => {
  const accepts = new Ajv({ allowUnionTypes: true, formats: { uri: true, date: true } }).compile(
    configSchema(allOptions()),
  );
  const isRead = (content: unknown): boolean => {
    try {
      checkedFile(allOptions(), content, { path: 'x.json', pathFrom: (said) => said });
      return true;
    } catch {
      return false;
    }
  };
  const health = { journeys: { health: { ratePerSec: 5, durationSec: 3 } } };
  const cases: Record<string, [content: unknown, isLegal: boolean]> = {
    'an empty object': [{}, true],
    'a name of its schema': [{ $schema: './config.schema.json' }, true],
    'an unknown key': [{ tarket: 'http://h' }, false],
    'an address': [{ target: 'http://h', ws: 'ws://h/ws' }, true],
    'an address with a query': [{ target: 'http://h/?a=b' }, false],
    'an address of another scheme': [{ loki: 'ftp://h' }, false],
    'a port': [{ otlpPort: 4318 }, true],
    'a port in words': [{ otlpPort: '4318' }, false],
    'a switch in words': [{ telemetry: 'no' }, false],
    'a contract': [{ contract: 'aragora-2.11' }, true],
    'an unknown contract': [{ contract: 'documentd' }, false],
    'a profile by name': [{ profile: 'smoke' }, true],
    'a profile by an unknown name': [{ profile: 'smoek' }, false],
    'a profile by file': [{ profile: './mine.yaml' }, true],
    'a profile': [{ profile: { name: 'mine', ...health } }, true],
    'a profile with a misspelt key': [{ profile: { nam: 'mine', ...health } }, false],
    'an SLO of another version': [{ slo: [{ apiVersion: 'openslo/v2' }] }, false],
    'a list': [[], false],
  };
  test.each(Object.entries(cases))('accepts what the program accepts: %s', (_, [content, isLegal]) => {
    expect([accepts(content), isRead(content)]).toEqual([isLegal, isLegal]);
  });
});

describe('the documentation', () => {
  const root = resolve(import.meta.dirname, '..');
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const pages = [
    'README.md',
    'CHANGELOG.md',
    // extending.md is about options that its examples add.
    ...docs.filter((name) => name.endsWith('.md') && name !== 'extending.md').map((name) => `docs/${name}`),
  ];
  const program = commands({ signal: new AbortController().signal, exit: () => {} });
  const flagsOf = (command: Command): string[] => [
    ...command.options.flatMap(({ long }) => long ?? []),
    ...command.commands.flatMap(flagsOf),
  ];
  const flags = [...flagsOf(program), '--help'];
  /** Lines about other programs name flags of those. */
  const ELSEWHERE = /\b(npm|curl|k6's|aragora\/bin)\b/;

  test.each(pages)('%s names no flag that there is not', (page) => {
    const lines = readFileSync(join(root, page), 'utf8').split('\n');
    const named = lines
      .filter((line) => !ELSEWHERE.test(line))
      .flatMap((line) => line.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? []);
    expect([...new Set(named)].filter((flag) => !flags.includes(flag))).toEqual([]);
  });
});
