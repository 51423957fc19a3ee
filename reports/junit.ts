/**
 * The verdict as JUnit XML: one test case for each finding, so that any CI shows it. Nothing without evidence looks like a pass. The only
 * importer of junit-report-builder.
 */
import junitModule, { type Builder, type TestCase, type TestSuite } from 'junit-report-builder';
import { unreachable } from '../lib/core/error.ts';
import type { Finding } from '../lib/core/finding.ts';
import { countText } from '../lib/core/numbers.ts';
import type { RunFacts } from '../lib/core/run.ts';
import { plain } from '../lib/core/text.ts';
import { followsText, nested } from './causes.ts';
import {
  acceptanceText,
  actualText,
  badWord,
  boundsText,
  deviationText,
  furtherText,
  promiseText,
  sourceText,
  ungatedText,
} from './describe.ts';
import { namingPhases, OUTCOME_WORD, ordered } from './summary.ts';
import { groupOf } from './telemetry.ts';

// Its types promise a `default` that the CommonJS module does not have: the module itself is the builder.
const junit = junitModule as unknown as Builder;

/**
 * A suite `run` with the outcome, and one suite for each family of findings. A gating `fail` is a failure; any other gating status except
 * `pass` is an error. What does not gate is skipped unless it passed, with the reason in system-out.
 */
export function renderJunit(run: RunFacts): string {
  const facts = namingPhases(run);
  const builder = junit.newBuilder().name('aragora-slo');
  const started = new Date(facts.load.startedAtMs).toISOString().slice(0, 19);
  const suites = new Map<string, TestSuite>();
  const suite = (name: string): TestSuite => {
    const known = suites.get(name) ?? builder.testSuite().name(name).timestamp(started);
    suites.set(name, known);
    return known;
  };
  outcomeCase(facts, suite('run').time((facts.load.endedAtMs - facts.load.startedAtMs) / 1000));
  const { findings } = facts.verdict;
  for (const finding of nested(ordered(findings))) {
    const family = groupOf(finding);
    report(
      finding,
      followsText(finding, findings),
      suite(family)
        .testCase()
        .className(`aragora-slo.${family}`)
        .name(`${plain(finding.subject)} (${plain(finding.id)})`),
    );
  }
  return builder.build();
}

function outcomeCase({ verdict }: RunFacts, suite: TestSuite): void {
  const testCase = suite.testCase().className('aragora-slo.run').name('outcome');
  const message = `${OUTCOME_WORD[verdict.outcome]}: ${plain(verdict.headline)}`;
  if (verdict.outcome === 'breaches') testCase.failure(message, verdict.outcome);
  else if (verdict.outcome !== 'conforms') testCase.error(message, verdict.outcome);
}

function report(finding: Finding, follows: string | null, testCase: TestCase): void {
  const lines = cdata(detail(finding));
  const said = `${promiseText(finding)}, measured ${actualText(finding)}: ${plain(finding.summary)}`;
  const message = follows === null ? said : `${said} (${follows})`;
  if (finding.status === 'pass') {
    testCase.standardOutput(lines);
    return;
  }
  if (!finding.gating) {
    testCase.skipped().standardOutput(cdata(`${finding.status}, ${ungatedText(finding)}: ${message}\n${lines}`));
    return;
  }
  switch (finding.status) {
    case 'fail':
      testCase.failure(message, finding.status).stacktrace(lines);
      return;
    case 'inconclusive':
    case 'no-data':
    case 'unavailable':
      testCase.error(message, finding.status, lines);
      return;
    default:
      unreachable(finding.status);
  }
}

function detail(finding: Finding): string {
  const deviation = deviationText(finding);
  const interval = boundsText(finding);
  const further = furtherText(finding);
  const acceptance = acceptanceText(finding);
  return [
    promiseText(finding),
    `measured ${actualText(finding)}${deviation === null ? '' : ` (${deviation})`}`,
    `samples ${countText(finding.samples)}`,
    ...(interval === null ? [] : [`${badWord(finding)} ${interval}`]),
    ...(further === null ? [] : [further]),
    ...(acceptance === null ? [] : [acceptance]),
    `source ${sourceText(finding)}`,
    ...finding.evidence.map(({ label, value }) => `${plain(label)}: ${plain(value)}`),
  ].join('\n');
}

/** Content of a CDATA section. The builder escapes only the first end marker. */
const cdata = (text: string): string => text.replaceAll(']]>', ']] >');
