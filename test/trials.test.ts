/**
 * What failed in trials with real and hostile servers, each with the test that keeps it mended. A row names the file, and words of the test in
 * it, so a test can't go without its trial being noticed.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TRIALS } from './support/hostile-answers.ts';

const root = new URL('..', import.meta.url);

type Row = readonly [file: string, ...words: string[]];

const LOOK: Row = ['lib/preflight/trials.test.ts', 'the look at an API with the fault', 'test.each(TRIALS)'];
const LOOK_AT_METRICS: Row = ['lib/preflight/trials.test.ts', 'the look at metrics with the fault'];
const LOAD: Row = ['test/cli/hostile-answers.test.ts', 'each way of not answering has its name'];
const METRICS: Row = ['lib/systems/metrics/observe/trials.test.ts', 'test.each(TRIALS)'];
const SOCKETS: Row = ['test/cli/bounds.test.ts', 'a socket is read up to its bounds', 'sockets: 5'];

/** Hostile servers: from the beginning, or only under the load; at every path of the API, or only at /metrics. */
const SERVERS = Object.fromEntries(
  TRIALS.flatMap((mode): [string, Row][] => [
    [`before/${mode}`, LOOK],
    [`before/metrics-${mode}`, LOOK_AT_METRICS],
    [`during/${mode}`, LOAD],
    [`during/metrics-${mode}`, METRICS],
  ]),
);

const EXPOSITIONS = 'lib/systems/metrics/observe/exposition.test.ts';
const CASES = 'test/support/expositions.ts';
const CONFIG = 'lib/config/config.test.ts';

const OTHERS: Readonly<Record<string, Row>> = {
  'ws-big': [...SOCKETS, '6, 0x40, 0, 0'],
  'ws-huge': [...SOCKETS, '[0x40, 0, 0, 0, 0, 0, 0, 0]'],
  'ws-flood': [...SOCKETS, "'flood'"],
  'ws-silent': [...SOCKETS, "'no-connection-info'"],
  'an unasked 100 or 103, in our client': ['lib/http/interim.test.ts', 'a client gets each answer'],
  'an unasked 100 or 103, under load': [...LOAD, 'writeContinue', 'writeEarlyHints'],
  'a look before the load that has no end': ['lib/preflight/parts.test.ts', 'at the deadline names the part'],
  'a debate before the load that has no end': ['lib/preflight/trials.test.ts', 'where it waits for a debate'],
  'a server that is accused of having gone': ['lib/causes/causes.test.ts', 'is said to be gone', 'NOT_SAID'],

  om_exemplar_gauge: [CASES, 'an exemplar on a gauge'],
  om_exemplar_hist_count: [CASES, 'an exemplar on the count of a histogram'],
  om_exemplar_summary_count: [CASES, 'an exemplar on the count of a summary'],
  om_quoted_type: [EXPOSITIONS, 'a family is declared by a quoted name'],
  om_nan_counter: [CASES, 'a counter that is NaN'],
  om_eof_no_nl: [CASES, 'a last line that does not end'],
  text_no_nl: [CASES, 'a last line without line feed'],
  'OpenSLO valid-threshold': [CONFIG, 'that is complete is taken where that changes nothing'],
  'OpenSLO valid-ratio': [CONFIG, 'counter: true, total:'],
  'OpenSLO two-docs': [CONFIG, 'of several documents has their objectives'],
  'OpenSLO trailing-dashes': [CONFIG, 'and an empty one is none'],
  'OTLP enum names': ['lib/systems/traces/observe/otlp.test.ts', 'SPAN_KIND_SERVER', 'STATUS_CODE_ERROR'],
  'OTLP content codings': ['lib/systems/traces/observe/receiver.test.ts', "['gzip', 'GZIP', 'x-gzip']"],

  'a redirecting slash': ['lib/preflight/preflight.test.ts', 'that adds a slash by a redirect with %i'],
  HTTP_PROXY: ['test/cli/proxy.test.ts', 'is used neither before the load nor by it, and the run says so'],
  '--ca': ['test/cli/bad-target.test.ts', 'that signed the certificate is named with --ca, for the load too'],
  'a name that resolves differently': ['lib/preflight/addresses.test.ts', 'several addresses'],
  'a config file of others': ['lib/config/find.test.ts', 'is not run when everybody can write to it'],
  'marks of direction in an argument': ['test/cli/words.test.ts', 'harmless is what an argument says'],
  'few open files': ['test/cli/shortage.test.ts', 'too few open files', 'for a run: %i'],
  'little memory': ['test/cli/shortage.test.ts', 'too little memory to begin with'],
  'a full standard output': ['test/cli/shortage.test.ts', 'of a run leaves the run judged'],
  'an out folder under /proc': ['lib/record/make-folder.test.ts', 'instead of trying for ever'],
  'an out folder that is removed or full': ['test/cli/storage.test.ts', 'the run stops with one line'],
  'a byte flipped in the engine': ['test/engine/ensure.test.ts', 'is refused when it is not what was built any more'],
  'SIGINT while telemetry is awaited': ['test/cli/ending.test.ts', 'while the last of the telemetry is waited for'],
  'FORCE_COLOR=0': ['test/cli/usage.test.ts', 'FORCE_COLOR=0 asks for no colours'],
  'compare --out c.csv': ['test/cli/compare.test.ts', "'c.csv'"],
  '--dashboard 99999': ['test/cli/dashboard.test.ts', '--dashboard must be a port'],
  'experiment --slo': ['test/cli/experiment.test.ts', "'--slo', '/nowhere/slo.yaml'", "toEqual(['lenient.1'])"],
  'a config that exports a function': ['test/cli/config.test.ts', 'got a function'],
  '(and 1 more)': [CONFIG, 'with several mistakes'],
  '160,403,223 more samples': ['reports/describe.test.ts', 'over 10,000,000 more samples'],
  'widths of a terminal': ['test/tapes/terminal.test.ts', 'test.each([40, 60, 80, 200])'],
  'widths of the live display': ['lib/cli/progress-lines.test.ts', 'says what it waits for past the end'],
  'heights of the report': ['test/browser/heights.test.ts', '{ 1400: 6000, 390: 12_000 }'],
  'judge in another install': ['test/cli/installed.test.ts', 'the same run gives the same bytes', 'file://'],
  'passwords for the engine': ['lib/load/environment.test.ts', 'no secret, option or proxy'],
  'unknown Host headers': ['lib/systems/traces/observe/known-host.test.ts', '%j is not'],
  'native histograms': ['lib/systems/metrics/observe/prometheus.test.ts', 'is set aside by name'],
  'a copy with HTML escapes': ['lib/systems/traces/observe/same-value.test.ts', 'HTML escapes'],
  'a scrape that counts itself': ['lib/systems/metrics/observe/scrape.test.ts', 'a server that counts each scrape'],
  'totals beyond a filter': ['lib/systems/metrics/checks/beyond-filter.test.ts', 'it is named with its total'],
  'errors in the log of good requests': ['lib/systems/logs/checks/errors.test.ts', 'are noticed about good requests'],
  '+00:00Z': ['lib/systems/logs/checks/logs.test.ts', '+00:00Z'],
  'only refused answers': ['lib/judge/refusals.test.ts', 'of which every answer was refused has no data'],
  'a slow first message, long debates': ['test/innocent/of-proxies.ts', 'a first message after 1.8 s'],
  'a balancer that retries': ['test/innocent/of-proxies.ts', 'a balancer in front that sends refused requests again'],
  'an ingress span': ['test/innocent/of-traces.ts', 'a span of an ingress between client and server'],

  '2.11.1 by its page': ['test/aragora/set-up.test.ts', 'doctor finds it ready for a load'],
  '2.11.1, bare serve': ['test/aragora/set-up.test.ts', 'started without its settings'],
  '2.11.1, wrong WebSocket port': ['test/aragora/set-up.test.ts', 'another WebSocket of the server is not taken'],
  '2.11.1, token needed': ['test/aragora/set-up.test.ts', 'started with its token'],
  '2.10.0': ['lib/doctor/server.test.ts', '2.10.0'],
  '2.7.4': ['lib/doctor/server.test.ts', '2.7.4'],
};

test('every hostile server is tried before and under the load', () => {
  expect(Object.keys(SERVERS)).toHaveLength(4 * TRIALS.length);
});

test.each(Object.entries({ ...SERVERS, ...OTHERS }))('the trial "%s" has its test', (_, [file, ...words]) => {
  const text = readFileSync(new URL(file, root), 'utf8');
  expect(words.filter((one) => !text.includes(one))).toEqual([]);
});
