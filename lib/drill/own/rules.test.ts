/** What a user reads of a file of rules that promtool refuses: its own words about this file, and none of its log. */
import { expect, test } from 'vitest';
import { complaintOf } from './rules.ts';

const checking = (...lines: readonly string[]): string => ['Checking team.yml', ...lines, ''].join('\n');

test.each<[string, string, string]>([
  [
    'a query',
    checking('  FAILED:', 'team.yml: 5:15: group "a", rule 1, "X": could not parse expression: 1:18: parse error'),
    'team.yml: 5:15: group "a", rule 1, "X": could not parse expression: 1:18: parse error',
  ],
  [
    'a log before it',
    checking(
      'time=2026-01-18T12:00:00.000Z level=WARN source=rulefmt.go:369 msg="Multiple document yaml rules files"',
      '  FAILED:',
      "team.yml: yaml: line 1: did not find expected '-' indicator",
      "team.yml: yaml: line 1: did not find expected '-' indicator",
    ),
    "team.yml: yaml: line 1: did not find expected '-' indicator",
  ],
  [
    'details below it',
    checking('  FAILED:', 'team.yml: yaml: unmarshal errors:', '  line 1: field hello not found in type X', 'more'),
    'team.yml: yaml: unmarshal errors: line 1: field hello not found in type X',
  ],
  ['words without the file', 'promtool: error: no such flag', 'team.yml: promtool: error: no such flag'],
])('%s', (_, said, words) => {
  expect(complaintOf(said, 'team.yml')).toBe(words);
});
