import { describe, expect, it } from 'vitest';
import { mutateOptions, WrongUsage } from './options.ts';

describe('options of npm run mutate', () => {
  it('are all mutants with seed 1 where none is given', () => {
    expect(mutateOptions([])).toMatchObject({ seed: 1, sample: undefined, system: undefined, writeDocs: false });
  });

  it('filter by system, and draw a sample', () => {
    expect(mutateOptions(['--system', 'logs', '--sample', '20'])).toMatchObject({ system: 'logs', sample: 20 });
  });

  it('print a help', () => {
    expect(mutateOptions(['--help'])).toBe('help');
  });

  it.each([
    [['--what'], /--what/],
    [['--system', 'log'], /must be metrics, traces, logs, is "log"/],
    [['--sample', 'some'], /whole number/],
    [['--seed', '-1'], /seed/],
  ])('%j is wrong usage, in words', (args, words) => {
    expect(() => mutateOptions(args)).toThrow(WrongUsage);
    expect(() => mutateOptions(args)).toThrow(words);
  });
});
