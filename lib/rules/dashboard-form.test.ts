import { expect, test } from 'vitest';
import { problemTexts } from '../../test/support/rules.ts';
import { unplaced } from '../core/placed.ts';
import { formProblems } from './dashboard-form.ts';

const PANEL = { type: 'stat', title: 'P', targets: [{ expr: 'up' }] };
const RIGHT = {
  ...{ title: 'D', uid: 'a-b_1', schemaVersion: 41, tags: [], time: { from: 'now-1h' }, annotations: { list: [] } },
  templating: { list: [{ name: 'job', type: 'query' }] },
  panels: [PANEL, { type: 'row', panels: [PANEL] }],
};

const said = (changes: object): string[] => problemTexts(formProblems(unplaced({ ...RIGHT, ...changes })));

test('a dashboard in the form of the schema has no problem', () => {
  expect(said({})).toEqual([]);
  expect(said({ uid: null, tags: null, templating: {}, annotations: null })).toEqual([]);
});

test.each([
  [{ title: 5 }, '"title" of it must be text'],
  [{ uid: 5 }, '"uid" of it must be text'],
  [{ uid: 'a'.repeat(41) }, 'its uid is longer than 40 characters'],
  [{ uid: 'a b' }, 'its uid has more than letters, digits, - and _'],
  [{ schemaVersion: '41' }, '"schemaVersion" of it must be a number'],
  [{ tags: 'a' }, '"tags" of it must be a list'],
  [{ time: 'now' }, '"time" of it must be an object'],
  [{ templating: [] }, '"templating" of it must be an object'],
  [{ annotations: { list: {} } }, '"list" of "annotations" must be a list'],
  [{ templating: { list: [{ type: 'query' }] } }, 'variable 1 has no "name"'],
  [{ templating: { list: [{ name: 'job' }] } }, 'variable job has no "type"'],
  [{ panels: [5] }, 'panel 1 must be an object'],
  [{ panels: [{ title: 'P' }] }, 'panel P has no "type"'],
  [{ panels: [{ ...PANEL, type: 5 }] }, '"type" of panel P must be text'],
  [{ panels: [{ ...PANEL, targets: {} }] }, '"targets" of panel P must be a list'],
  [{ panels: [{ ...PANEL, targets: [{ expr: 5 }] }] }, '"expr" of a query of panel P must be text'],
  [{ panels: [{ type: 'row', panels: [{ title: 'Q' }] }] }, 'panel Q has no "type"'],
  [{ panels: [], rows: [{ panels: [{ title: 'Q' }] }] }, 'panel Q has no "type"'],
])('%o', (changes, problem) => {
  expect(said(changes)).toEqual([`wrong: Grafana's schema does not allow it: ${problem}`]);
});
