/** Files of a team's own names: what they may say, and what is wrong with others. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SloError } from '../core/error.ts';
import { contractKind, loadContract, ownNamesOf } from './contract.ts';

const root = mkdtempSync(join(tmpdir(), 'aragora-slo-contract-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a built-in contract has its name alone', () => {
  expect(loadContract('aragora-2.11')).toEqual({ contract: 'aragora-2.11' });
});

test('a file is laid over the contract that it names, the documented one without', () => {
  const file = join(root, 'own.yaml');
  writeFileSync(
    file,
    `contract: aragora-2.11
subprotocol: chat.v2
metrics:
  aragora_requests_total: { name: http_requests_total, where: { path: /.* }, labels: { endpoint: path } }
spans:
  http.request: { name: GET /, pattern: '(GET|POST) /.*', attributes: { method: verb } }
traceIdAttribute: trace
logs:
  level: severity
`,
  );
  expect(loadContract(file)).toEqual({
    contract: 'aragora-2.11',
    ownNames: {
      file,
      subprotocol: 'chat.v2',
      metrics: {
        aragora_requests_total: { name: 'http_requests_total', where: { path: '/.*' }, labels: { endpoint: 'path' } },
      },
      spans: { 'http.request': { name: 'GET /', pattern: '(GET|POST) /.*', attributes: { method: 'verb' } } },
      traceIdAttribute: 'trace',
      logs: { level: 'severity' },
    },
  });
  expect(ownNamesOf('f', {})).toEqual({ contract: 'documented', ownNames: { file: 'f' } });
});

test('a key below which each line is still a comment has no value', () => {
  expect(ownNamesOf('f', { metrics: null, spans: null, logs: null })).toEqual({
    contract: 'documented',
    ownNames: { file: 'f' },
  });
});

function refused(content: unknown): { readonly message: string; readonly hint: string | undefined } {
  try {
    ownNamesOf('own.yaml', content);
  } catch (error) {
    if (error instanceof SloError) return { message: error.message, hint: error.hint };
  }
  throw new Error('it was taken');
}

test.each([
  [{ metric: {} }, /^own\.yaml: the document has no key "metric"$/, /did you mean "metrics"\? legal keys: contract, /],
  [
    { metrics: { aragora_request_total: { name: 'a' } } },
    /"metrics" has no key "aragora_request_total"/,
    /did you mean "aragora_requests_total"\? legal keys: aragora_requests_total, .*aragora_debates_completed_total/,
  ],
  [
    { spans: { 'http.requests': { name: 'a' } } },
    /"spans" has no key "http\.requests"/,
    /did you mean "http\.request"\? legal keys: http\.request, debate\.run, .*memory\.access/,
  ],
  [
    { spans: { 'http.request': { name: 'a', attributes: { stat: 'b' } } } },
    /"spans\.http\.request\.attributes" has no key "stat"/,
    /did you mean "status"\? legal keys: method, path, status/,
  ],
  [
    { metrics: { aragora_requests_total: { name: 'a', labels: { endpiont: 'b' } } } },
    /"metrics\.aragora_requests_total\.labels" has no key "endpiont"/,
    /did you mean "endpoint"\? legal keys: method, endpoint, status/,
  ],
  [{ logs: { levle: 'a' } }, /"logs" has no key "levle"/, /did you mean "level"\? legal keys: timestamp, level, /],
  [
    { metrics: { aragora_requests_total: { nam: 'a' } } },
    /"metrics\.aragora_requests_total" has no key "nam"/,
    /did you mean "name"\? legal keys: name, where/,
  ],
  [{ contract: 'documentd' }, /"contract" must be one of documented, aragora-2\.11, got "documentd"/, /^$/],
  [{ metrics: { aragora_requests_total: 'a' } }, /"metrics\.aragora_requests_total" must be an object with name/, /^$/],
  [
    { metrics: { aragora_requests_total: { name: 'a b' } } },
    /"metrics\.aragora_requests_total\.name" must be the name of a metric .*, got "a b"/,
    /^$/,
  ],
  [
    { metrics: { aragora_requests_total: { name: 'a', where: { path: '(' } } } },
    /"metrics\.aragora_requests_total\.where\.path" must be a regular expression, got "\("/,
    /^$/,
  ],
  [{ subprotocol: 'a b' }, /"subprotocol" must be a subprotocol/, /^$/],
  [{ logs: { level: '' } }, /"logs\.level" must be a name, got ""/, /^$/],
  ['text', /^own\.yaml: the document must be an object with contract, metrics, spans and logs/, /^$/],
])('%j is refused', (content, message, hint) => {
  const said = refused(content);
  expect(said.message).toMatch(message);
  expect(said.hint ?? '').toMatch(hint);
});

test('the option takes a name or a path, and a path stays one from whatever folder it is seen', () => {
  const place = { name: '--contract', path: (text: string) => text };
  expect(contractKind.accept('documented', place)).toBe('documented');
  expect(contractKind.accept('own.yaml', place)).toBe('own.yaml');
  expect(contractKind.accept('../own.json', { ...place, path: () => 'documented' })).toBe('./documented');
  expect(contractKind.accept('documentd', place)).toBeUndefined();
  expect(contractKind.accept(7, place)).toBeUndefined();
  expect(contractKind.hint?.('documentd')).toMatch(
    /did you mean "documented"\? legal values: documented, aragora-2\.11, or the path of a YAML or JSON file/,
  );
});
