/** Makes a journey of the request that a profile describes: its descriptor, and its objectives. */
import { dirname, resolve } from 'node:path';
import type { OwnJourney } from '../../thresholds/profiles.ts';
import { SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import { DEBATE, filledPath, type Json, namesIn, type OwnData, type OwnRequest } from '../core/own-request.ts';
import { checkConfig } from './check.ts';
import { type Rows, readRows, rowsText, sha256Of } from './own-data.ts';
import { endpointOf, type OwnPlace, objectiveOf, patienceOf, refuseName } from './own-parts.ts';
import { type OwnFile, ownFileFor } from './own-schema.ts';

/** The script of all of them. */
const SCRIPT = { path: 'scenarios/own.ts', function: 'default' } as const;

/** @throws SloError `config-invalid`. */
export function ownJourney(name: string, written: unknown, place: OwnPlace): OwnJourney {
  const said = checkConfig(place.document, written, ownFileFor(written), place.at);
  refuseName(name, place);
  const rows = said.data === undefined ? undefined : readRows(resolve(dirname(place.document), said.data));
  checkNames(said, rows, place);
  const [route = '', query] = said.path.split('?');
  if (rows !== undefined) checkValues(said, rows, route);
  const isAsked = said.method === 'GET' && said.status === 200 && said.headers === undefined;
  const usesDebate = namesIn(textsOf(said)).includes(DEBATE);
  return {
    descriptor: {
      name,
      title: `asks ${said.method} ${route}${query === undefined ? '' : '?…'}`,
      kind: 'arrivals',
      script: SCRIPT,
      endpoints: [endpointOf(name, said)],
      needsDebate: usesDebate,
      preflightPaths: isAsked ? [firstPath(said.path, rows)] : [],
      ...patienceOf(said.objectives),
      isOneRequest: true,
      request: requestOf(said, rows, place),
    },
    objectives: said.objectives.map((one) => objectiveOf(name, one, place)),
  };
}

function textsOf({ path, headers = {}, body = null }: OwnFile): Json {
  return [path, headers, body];
}

/** @throws SloError for a name in braces that stands for nothing, and for data that nothing asks for. */
function checkNames(said: OwnFile, rows: Rows | undefined, { document, at }: OwnPlace): void {
  const asked = namesIn(textsOf(said)).filter((name) => name !== DEBATE);
  const where = `${document}: "${at.join('.')}"`;
  const strange = asked.find((name) => rows?.columns.includes(name) !== true);
  if (strange !== undefined) {
    if (rows === undefined)
      throw new SloError('config-invalid', `${where} names {${strange}}, and has no data`, {
        hint: `name a file with a column "${strange}" in "data"; {${DEBATE}} alone needs none`,
      });
    const message = `${where} names {${strange}}; ${said.data} has the columns ${rows.columns.join(', ')}`;
    throw new SloError('config-invalid', message, { hint: legalValues(strange, rows.columns, 'columns') });
  }
  if (rows?.columns.includes(DEBATE))
    throw new SloError(
      'config-invalid',
      `${said.data} has a column "${DEBATE}", and {${DEBATE}} is the prepared debate`,
      {
        hint: 'give the column another name',
      },
    );
  if (rows === undefined || asked.length > 0) return;
  throw new SloError('config-invalid', `${where} has data, and names none of its columns`, {
    hint: `write {${rows.columns[0]}} where the value belongs, in path, headers or body`,
  });
}

/** @throws SloError for a value that would ask another path, or break a header. */
function checkValues({ data = '', headers = {} }: OwnFile, { columns, rows }: Rows, route: string): void {
  const refuse = (names: readonly string[], isBad: (text: string) => boolean, why: string): void => {
    for (const name of names.filter((name) => columns.includes(name))) {
      const at = rows.findIndex((row) => isBad(String(row[columns.indexOf(name)])));
      if (at === -1) continue;
      throw new SloError('config-invalid', `${data}: row ${at + 1} has a "${name}" ${why}`);
    }
  };
  refuse(namesIn(route), (text) => /^\.{0,2}$/.test(text), 'with which the path would be another one');
  refuse(namesIn(headers), (text) => /[^\x20-\x7e]/.test(text), 'that no header can have');
}

/** As the first row makes it; `{id}` stands for the prepared debate. */
function firstPath(path: string, rows: Rows | undefined): string {
  const filled = path.replaceAll(`{${DEBATE}}`, '\0');
  const [row = []] = rows?.rows ?? [];
  const value = (name: string) => row[rows?.columns.indexOf(name) ?? -1] ?? '';
  return filledPath(filled, value).replaceAll('\0', '{id}');
}

function requestOf(said: OwnFile, rows: Rows | undefined, { document }: OwnPlace): OwnRequest {
  const { method, path, headers, body, check } = said;
  return {
    method,
    path,
    ...(headers !== undefined && { headers }),
    ...(body !== undefined && { body }),
    checks: (Array.isArray(check) ? check : [check]).map(withoutUndefined),
    ...(rows !== undefined && { data: dataOf(said, rows, document) }),
  };
}

function withoutUndefined(check: object): OwnRequest['checks'][number] {
  const said = Object.entries(check).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as unknown as OwnRequest['checks'][number];
}

function dataOf({ data = '', order }: OwnFile, rows: Rows, document: string): OwnData {
  const file = resolve(dirname(document), data);
  return { file, columns: rows.columns, rows: rows.rows.length, sha256: sha256Of(rowsText(rows)), order };
}
