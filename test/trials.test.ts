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
  'a front that answers by itself': ['test/tapes/in-front.test.ts', 'that no signal has accuse nobody'],
  'a server that hides its errors from all signals': ['test/tapes/in-front.test.ts', 'are lost by the server'],
  'a server that hangs': ['lib/causes/causes.test.ts', 'the server hangs'],
  'a second connection of our client': ['lib/http/client.test.ts', 'makes none that nobody asked for'],
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

const CAUSES = 'lib/causes/causes.test.ts';
const PREFLIGHT = 'lib/preflight/preflight.test.ts';
const SET_UP = 'test/aragora/set-up.test.ts';
const LEARN = 'lib/contract/learn.test.ts';
const OTLP = 'lib/systems/traces/observe/otlp.test.ts';

/** What the issue on these trials asks, where no trial above stands for it. */
const ASKED: Readonly<Record<string, Row>> = {
  'the WebSocket of a release is found, and the run says so': [
    SET_UP,
    'that names the target alone finds its WebSocket',
  ],
  'and so do its folder and its report': ['test/support/facts.ts', 'notes: ['],
  'init --ws': ['test/cli/init.test.ts', "'--ws', "],
  'no WebSocket, though journeys need one': [SET_UP, 'without a WebSocket a run ends before any load'],
  'what makes every figure meaningless': [PREFLIGHT, 'ends the run, with the cause and the fix'],
  'metrics without types, or none': [PREFLIGHT, "'without types'", 'can not be read are a restriction'],
  'refusals in the headline, with share and first time': ['test/cli/causes.test.ts', 'of 120 requests were refused by'],
  'no figure reads like a status': ['test/tapes/breaching/expected/annotations.txt', '(4.4× the failures allowed)'],
  'the start line of the page is what tests start': ['test/aragora/server.ts', 'startLine()'],

  'at most three causes, each with its evidence': [
    CAUSES,
    'at most three are said',
    'with its evidence, what it explains',
  ],
  'a wedged server says itself what it lacks': [CAUSES, 'what the server says itself is quoted'],
  'names that differ, dead backends, traffic of others': ['test/tapes/causes.test.ts', 'no source is called dead'],
  'annotations say why requests failed': [
    'test/tapes/breaching/expected/annotations.txt',
    'failed: health status_500 ×14',
  ],
  'spans are counted by their names': ['lib/systems/traces/checks/traces.test.ts', "'GET /api/health ×10, GET"],
  'series that move by themselves': [
    'lib/systems/metrics/observe/scrape.test.ts',
    'what moves by itself before the load',
  ],
  'the canary changes nothing of what is measured': ['lib/run/token.test.ts', 'goes to no real server'],
  'nor from end to end': ['test/innocent/front.ts', 'headers.authorization !== undefined'],
  'labels without bound': ['lib/systems/probes/probes.test.ts', 'have no ids in labels'],
  'contract learn: lines with evidence': [LEARN, 'names what values show, with the checks that show it'],
  'contract learn: a person confirms': [LEARN, 'with the draft alone, only what is not confirmed yet fails'],
  'accept draft, judge --accept': ['test/cli/accept.test.ts', "'--accept', 'known.yaml'"],
  'a version without a contract': ['lib/init/probe.test.ts', 'gets the one that fits best, with how well'],
  'init says what it could not reach': ['lib/init/probe.test.ts', 'what could not be reached is said'],

  'an exit code that its file contradicts': [
    'test/cli/ending.test.ts',
    'while the last of the telemetry is waited for',
  ],
  'which config was run': ['test/cli/config.test.ts', 'toContain(`config '],
  'OTLP null values': [OTLP, 'null for an integer', 'null beside what it is'],
  'OTLP unknown fields first': [OTLP, 'passed over, also before all others'],
  'values of Jaeger that look different': [
    'lib/systems/traces/observe/same-value.test.ts',
    'which attribute of which span',
  ],
  'JUnit is green for no run that does not conform': [
    'reports/reports.test.ts',
    'is never all green unless the run conforms',
  ],
  'JUnit of a hostile target': ['test/browser/report.test.ts', 'leaves the JUnit file well-formed'],
  '[0.00000000029 %, 1.9 %]': ['lib/core/numbers.test.ts', 'with a tiny lower bound as nothing'],

  'a bar that shows without colour': [
    'lib/cli/progress-lines.test.ts',
    'has a bar that shows without colour, how long',
  ],
  'a report is filtered and searched': ['test/browser/heights.test.ts', 'the search for findings', 'only a status'],
  'counts that differ say why': [
    'test/tapes/healthy/expected/report.html',
    'are sockets, which all arrive at the start',
  ],
  'a page of compare': ['test/cli/compare.test.ts', '<h1 id="outcome">Slower</h1>'],
  'a page of gate': ['test/cli/compare.test.ts', '<h1 id="outcome">Gate passes</h1>'],
  'a page of experiment': ['test/cli/experiment.test.ts', '<h1 id="outcome">B is slower than A</h1>'],
  'a mistake in a document is no failure': ['test/tapes/healthy/expected/annotations.txt', 'Mistake in a document'],
};

test('every hostile server is tried before and under the load', () => {
  expect(Object.keys(SERVERS)).toHaveLength(4 * TRIALS.length);
});

test('each has a name of its own', () => {
  const all = [SERVERS, OTHERS, ASKED].flatMap((table) => Object.keys(table));
  expect(new Set(all).size).toBe(all.length);
});

test.each(Object.entries({ ...SERVERS, ...OTHERS, ...ASKED }))('the trial "%s" has its test', (_, [file, ...words]) => {
  const text = readFileSync(new URL(file, root), 'utf8');
  expect(words.filter((one) => !text.includes(one))).toEqual([]);
});
