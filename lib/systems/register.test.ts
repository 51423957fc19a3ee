/** What one call registers, and that each call can be undone. */
import { describe, expect, test } from 'vitest';
import { text, url } from '../options/kinds.ts';
import { breakNamed } from './breaks.ts';
import { SYSTEMS } from './index.ts';
import { addLogBackend } from './logs/observe/backends.ts';
import { OBSERVED_SYSTEMS } from './observed.ts';
import { systemOptions } from './options.ts';
import { addWholeSystem, type WholeSystem } from './register.ts';
import { addTraceBackend } from './traces/observe/backends.ts';

const TOY: WholeSystem = {
  id: 'toys',
  title: 'Toys',
  page: 'docs/checks/toys.md',
  options: [{ name: 'toyBox', kind: url, value: '<url>', text: 'where its toys are', group: 'Toys' }],
  sources: [{ id: 'box', title: 'Toy box', options: ['toyBox'] }],
  unobserved: { status: 'no-data', summary: 'no toys' },
  promises: () => null,
  checks: () => [],
  checklist: {},
  observe: async () => ({ collect: async () => [] }),
  breaks: [{ name: 'toys.broken', description: 'the toy is broken', finding: 'toys.whole' }],
};

const ids = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id);
const optionNames = () => systemOptions().map(({ name }) => name);

test('a system is known by one call to whoever judges, observes, breaks, and lists options', () => {
  const remove = addWholeSystem(TOY);
  expect(ids(SYSTEMS)).toEqual(['metrics', 'traces', 'logs', 'toys']);
  expect(ids(OBSERVED_SYSTEMS)).toEqual(['metrics', 'traces', 'logs', 'toys']);
  expect(breakNamed('toys.broken')).toMatchObject({ finding: 'toys.whole' });
  expect(() => breakNamed('toys.brokn')).toThrow(
    expect.objectContaining({ hint: 'did you mean "toys.broken"? legal: toys.broken' }),
  );
  expect(optionNames()).toContain('toyBox');
  expect(() => addWholeSystem(TOY)).toThrow('there are two systems "toys": an id is given once');
  remove();
  expect([...ids(SYSTEMS), ...ids(OBSERVED_SYSTEMS), ...optionNames()]).not.toContain('toys');
  expect(() => breakNamed('toys.broken')).toThrow('there is no break "toys.broken"');
});

describe('a backend', () => {
  const shelf = { title: 'Shelf', usage: '--shelf NAME', options: ['shelf'] };
  const ownOptions = ['shelf', 'shelfRow'].map((name) => ({
    name,
    kind: text,
    value: '<name>',
    text: 'where it is',
    group: 'Shelves',
  }));
  const never = () => {
    throw new Error('nobody asks it');
  };

  test.each([
    ['of traces', 'traces', () => addTraceBackend({ ...shelf, id: 'shelf', ownOptions, open: never })],
    ['of logs', 'logs', () => addLogBackend({ ...shelf, id: 'shelf', ownOptions, open: never })],
  ])('%s is known by one call as a source of its system, with its options', (_, system, add) => {
    const sources = () => ids(SYSTEMS.find(({ id }) => id === system)?.sources ?? []);
    const before = { sources: sources(), options: optionNames() };
    const remove = add();
    expect(sources()).toEqual([...before.sources, 'shelf']);
    expect(optionNames()).toEqual(expect.arrayContaining(['shelf', 'shelfRow']));
    expect(add).toThrow('backends "shelf": an id is given once');
    remove();
    expect({ sources: sources(), options: optionNames() }).toEqual(before);
  });
});
