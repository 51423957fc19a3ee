/** The pages in docs/ and the list of checks say the same: each check has its place on its page, and no page names one that does not exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { everyCheck } from '../lib/commands/checks.ts';

const root = join(import.meta.dirname, '..');
const checks = everyCheck();
const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
/** These names are breaks; another test checks what each of them breaks. */
const BREAKS = 'docs/breaks.md';
/** It names checks that its examples add; test/extend runs them. */
const EXAMPLES = 'docs/extending.md';

/** A page without its code blocks. */
function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8').replace(/^```.*?^```/gms, '');
}

const spansOf = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);

/**
 * The ids in the first cells of tables of findings, for example `metrics.NAME.present`: a word in capitals stands for any words. `.level`
 * after `logs.fields.timestamp` is `logs.fields.level`.
 */
function documentedIn(page: string): string[] {
  const rows = textOf(page).split('\n');
  let inTable = false;
  return rows.flatMap((row) => {
    if (!row.startsWith('|')) inTable = false;
    else if (/^\| *finding *\|/.test(row)) inTable = true;
    else if (inTable) {
      const spans = spansOf(row.split(/(?<!\\)\|/)[1] ?? '').filter((span) => !span.startsWith('--'));
      const first = spans[0] ?? '';
      return spans.map((span) => (span.startsWith('.') ? first.replace(/\.[^.]+$/, span) : span));
    }
    return [];
  });
}

function matcher(documented: string): RegExp {
  const parts = documented.split('.').map((part) => (/^[A-Z]+$/.test(part) ? '.+' : part.replaceAll('-', '\\-')));
  return new RegExp(`^${parts.join('\\.')}$`);
}

/** Anchors of the heads of a page, as GitHub makes them. */
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, head = '']) =>
    head
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe('every check', () => {
  test('is documented on its page', () => {
    const documented = new Map(pages.map((page) => [page, documentedIn(page).map(matcher)]));
    const missing = checks.filter(
      ({ id, page }) => !documented.get(page.split('#')[0] ?? '')?.some((pattern) => pattern.test(id)),
    );
    expect(missing.map(({ id, page }) => `${id}: ${page}`)).toEqual([]);
  });

  test('has an anchor that its page has', () => {
    const astray = checks.filter(({ page }) => {
      const [path = '', anchor] = page.split('#');
      return anchor !== undefined && !anchorsOf(path).includes(anchor);
    });
    expect(astray.map(({ id, page }) => `${id}: ${page}`)).toEqual([]);
  });

  test('says in one sentence what a pass proves', () => {
    const ids = checks.filter(({ proves }) => !/^[^a-z]?.{15,}\.$/s.test(proves) || proves.includes('\n'));
    expect(ids.map(({ id, proves }) => `${id}: ${proves}`)).toEqual([]);
  });

  test('has an id of its own, which begins with its system where it has one', () => {
    const ids = checks.map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    const strange = checks.filter(({ id, system }) => system !== 'objectives' && id.split('.')[0] !== system);
    expect(strange).toEqual([]);
  });
});

describe.each(pages.filter((page) => page !== BREAKS && page !== EXAMPLES))('%s', (page) => {
  test('has no row for a check that does not exist', () => {
    const rows = documentedIn(page).filter((row) => !checks.some(({ id }) => matcher(row).test(id)));
    expect(rows).toEqual([]);
  });

  test('names no check that does not exist', () => {
    const words = new Set(checks.map(({ id }) => id.split('.')[0]));
    const isFile = /\.(json|md|ts|mjs|xml|html|txt|yaml)$/;
    const named = spansOf(textOf(page)).filter(
      (span) => /^[a-z][\w-]*(\.[\w-]+)+$/.test(span) && words.has(span.split('.')[0]) && !isFile.test(span),
    );
    expect(named.filter((name) => !checks.some(({ id }) => matcher(name).test(id)))).toEqual([]);
  });
});
