/** Names of log fields: learned from lines that a renamed server wrote, and lines read by the names of a team. */
import { expect, test } from 'vitest';
import { TraceIds } from '../../core/trace-ids.ts';
import { secretFinder } from '../../observe/secrets.ts';
import type { LogsObserved } from '../../systems/logs/observation.ts';
import { LineTally } from '../../systems/logs/observe/tally.ts';
import { DOCUMENTED_LOGS } from '../../systems/logs/promises.ts';
import { documentedLogs } from '../../systems/logs/system.ts';
import { withLogNames } from '../../systems/own-names.ts';
import { learnLogs } from './logs.ts';

const ids = new TraceIds(7, ['health_0']);
const LINES = 20;

/** As the documents ask, except for the names of three fields. */
const line = (arrival: number, more: object = {}): string =>
  JSON.stringify({
    ts: `2026-11-28T18:00:${String(arrival).padStart(2, '0')}.000Z`,
    severity: arrival % 5 === 0 ? 'WARNING' : 'INFO',
    logger: 'aragora.http',
    message: `answered ${arrival}`,
    module: 'http',
    function: 'handle',
    line: 12,
    traceId: ids.idOf('health_0', arrival),
    ...more,
  });

function read(logs: Readonly<Record<string, string>> | undefined, more: (arrival: number) => object = () => ({})) {
  const { signals } = logs === undefined ? documentedLogs : withLogNames(documentedLogs, { file: 'own.yaml', logs });
  const tally = new LineTally({ signals, traceIds: ids, finder: secretFinder([]) });
  for (let arrival = 0; arrival < LINES; arrival += 1)
    tally.add({ text: line(arrival, more(arrival)), cut: false, validUtf8: true });
  const facts = tally.facts({ sent: [{ scenarios: ['health_0'], arrivals: LINES }], lookup: [] });
  // The fields that only a reader knows are not looked at here.
  return { kind: 'logs', status: 'collected', ...facts } as LogsObserved;
}

const OWN = { timestamp: 'ts', level: 'severity', trace_id: 'traceId' };

test('a field is learned by what stands in it', () => {
  const { learned, nowhere } = learnLogs(read(undefined));
  expect(learned).toEqual([
    {
      documented: 'timestamp',
      own: 'ts',
      isSure: true,
      evidence: ['it has a time (ISO 8601) in 20 of 20 lines with it'],
    },
    {
      documented: 'level',
      own: 'severity',
      isSure: true,
      evidence: ['it has a documented level in 20 of 20 lines with it'],
    },
    {
      documented: 'trace_id',
      own: 'traceId',
      isSure: true,
      evidence: ['it has a trace id that the load sent, in 20 lines'],
    },
  ]);
  expect(nowhere).toEqual([]);
});

test('two fields that could be one make none sure', () => {
  const { learned } = learnLogs(read(undefined, () => ({ received: '2026-11-28T18:00:00Z' })));
  const times = learned.filter(({ documented }) => documented === 'timestamp');
  expect(times.map(({ own, isSure }) => [own, isSure])).toEqual([
    ['ts', false],
    ['received', false],
  ]);
});

test('a field that no line has, and nothing shows, is said to be nowhere', () => {
  expect(learnLogs(read(undefined, () => ({ message: undefined }))).nowhere).toEqual(['message']);
});

test('lines are read by the names of the team', () => {
  const { fields, levels, traceIds, times } = read(OWN);
  for (const { name, required } of DOCUMENTED_LOGS.fields) {
    if (required) expect(fields[name]).toMatchObject({ present: LINES, missing: 0, wrong: 0 });
  }
  expect(levels).toEqual({ INFO: 16, WARNING: 4 });
  expect(traceIds).toMatchObject({ sent: LINES, found: LINES, linesOfOwn: LINES });
  expect(times?.earliest.atMs).toBe(Date.parse('2026-11-28T18:00:00Z'));
});

test('a lie under such a name is found', () => {
  const { fields, levels } = read(OWN, () => ({ ts: 'yesterday', severity: 'LOUD', level: 'INFO' }));
  expect(fields['timestamp']).toMatchObject({ wrong: LINES });
  expect(levels).toEqual({ LOUD: LINES });
  const absent = read(OWN, () => ({ ts: undefined, timestamp: '2026-11-28T18:00:00Z' }));
  expect(absent.fields['timestamp']).toMatchObject({ present: 0, missing: LINES });
});
