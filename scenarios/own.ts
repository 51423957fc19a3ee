/** Every journey that a profile describes: one request, made of its templates and a row of its data. It runs under the harness alone. */
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import { checkProblem } from '../lib/core/own-check.ts';
import {
  DEBATE,
  dataFileOf,
  filledJson,
  filledPath,
  filledText,
  type OwnValue,
  rowAt,
} from '../lib/core/own-request.ts';
import { arrival, call, jsonAt, record } from './kit.ts';
import { type Prepared, plan } from './settings.ts';

type Row = readonly OwnValue[];

const folder = (__ENV['PLAN'] ?? '').replace(/[^/\\]*$/, '');
/** Of all journeys: k6 opens files only before the load. All virtual users share them. */
const rowsOf = new Map(
  Object.entries(plan.own ?? {}).flatMap(([journey, { data }]) =>
    data === undefined ? [] : [[journey, rowsIn(dataFileOf(journey))] as const],
  ),
);

function rowsIn(file: string): readonly Row[] {
  return new SharedArray(file, () => JSON.parse(open(folder + file)) as Row[]);
}

/** Kept by each virtual user, as in the kit. */
let scenario: typeof exec.scenario | undefined;

export default function own({ debateId }: Prepared): void {
  const due = arrival();
  scenario ??= exec.scenario;
  const { name, iterationInTest: index } = scenario;
  const journey = plan.scenarios[name]?.journey ?? '';
  const asking = plan.own?.[journey];
  if (asking === undefined) throw new Error(`no profile describes the journey of ${name}`);
  const { endpoint, needsDebate, method, path, goodStatus, headers = {}, body, checks, data } = asking;
  if (needsDebate && debateId === null) {
    record({ name: endpoint }, due.latenessMs, 'no-debate');
    return;
  }
  const row = data === undefined ? [] : (rowsOf.get(journey)?.[rowAt(data, due.random, index)] ?? []);
  const valueFor = (column: string): OwnValue =>
    column === DEBATE ? (debateId ?? '') : (row[data?.columns.indexOf(column) ?? -1] ?? '');
  call(due, {
    endpoint: { name: endpoint, own: true, goodStatus, http: { method, path: filledPath(path, valueFor) } },
    headers: Object.fromEntries(Object.entries(headers).map(([key, text]) => [key, filledText(text, valueFor)])),
    ...(body !== undefined && { body: JSON.stringify(filledJson(body, valueFor)) }),
    verify: (response) => checkProblem(checks, (at) => jsonAt(response, at)),
  });
}
