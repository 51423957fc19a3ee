/** docs/breaks.md, made of the catalogues of breaks. The proofs show that it is true. */
import { DRILL_BREAKS } from '../../lib/drill/breaks.ts';
import { STACK_BREAKS } from '../../lib/stack/breaks.ts';
import { GRAFANA_BREAKS } from '../../lib/systems/grafana/faults/breaks.ts';
import { STATUS_BREAKS } from '../../lib/systems/status/faults/breaks.ts';
import type { NamedBreak } from '../../lib/target/break.ts';
import { FAULT_BREAKS } from '../../lib/target/breaks-fault.ts';
import { levelOf } from '../proofs/levels.ts';

export function breaksPage(breaks: readonly NamedBreak[], telemetry: readonly NamedBreak[]): string {
  return `# Breaks of the reference target

\`aragora-slo run --break NAME\` breaks one promise of the embedded reference Aragora. Each of the ${breaks.length + telemetry.length} breaks fails
the finding named beside it and no other. \`npm run selftest\` gives each a run of its own, and the nightly workflow does so every night.
\`npm test\` proves each once, at the cheapest level that can:

- *classification*: one response, socket or frame of many is wrong. One load has all of these breaks, and each hits once: clients have to
  record exactly these failures. A test without load shows that as many of them as the break makes fail its finding.
- *replay*: what the server says of itself is changed on its way out. The change is applied to a tape of one unbroken run, which goes to
  the same readers and the same judge.
- *batch*: the server takes too long, counts wrongly, or records the wrong traces. Several such breaks share a load from end to end, with some of
  the other kinds, and exactly their findings have to fail.
- *itself*: a run notices it only if it is asked to look there, for example with \`--sentry-listen\` or \`--oauth google,github\`. The test of its system has it, without
  any load.
- *real*: a run notices it only if it is asked to look at a server, for example with \`--redis URL\`. \`npm run test:real\` has it, with a real
  one.
- *alone*: only clients that nothing kept from their work can prove it, so it has a run of its own.

This page is generated from the catalogues: \`npm run docs\`.

## Of what clients feel

${table(breaks)}

## Of the server's own telemetry

A break can take away the evidence of other findings. Those say so, and do not fail.

${table(telemetry)}

## Of external monitors

Monitors stand outside of the server, so \`--break\` does not know these. Each changes what a monitor recorded. \`npm test\` judges that record, and
exactly the named finding fails ([status page](checks/status.md)).

${monitorTable()}

## Of a run with faults

These show only in a run in which [something is broken on purpose](faults.md#in-a-run), as with \`run --break fault.ignored --fault errors\`: they are of the layer of
faults, and of a server that feels pressure on its process. \`npm run selftest\` gives each a load; \`npm test\` has four of them in two loads, and all five as
records. Exactly the named finding does not pass; what the harness itself did wrong accuses nobody, so that finding is inconclusive.

${faultRunTable()}

## Of Grafana

These are breaks of the stand-in for Grafana and of its dashboards, so \`--break\` does not know them. \`npm run test:real\` proves each on a real
Prometheus ([Grafana](checks/grafana.md)).

${grafanaTable()}

## Of the alerts

\`aragora-slo drill --break NAME\` breaks the documented configuration of Prometheus or Alertmanager before it is run. A test for every night
(\`npm run test:drills\`) [drills](drill.md) each.

${drillTable()}

## Of the stack

\`aragora-slo run --stack --break NAME\` breaks the [stack](stack.md) around the server. A test with the real parts (\`npm run test:real\`) has it.

${stackTable()}
`;
}

function stackTable(): string {
  const rows = STACK_BREAKS.map(
    ({ name, description, finding }) => `| \`${name}\` | ${cell(description)} | \`${finding}\` |`,
  );
  return ['| Break | What is wrong with the stack | Finding that fails |', '|---|---|---|', ...rows].join('\n');
}

function drillTable(): string {
  const rows = DRILL_BREAKS.map(
    ({ name, description, finding }) => `| \`${name}\` | ${cell(description)} | \`${finding}\` |`,
  );
  return ['| Break | What is wrong with the configuration | Finding that fails |', '|---|---|---|', ...rows].join('\n');
}

function table(breaks: readonly NamedBreak[]): string {
  const rows = breaks.map(
    (broken) => `| \`${broken.name}\` | ${cell(broken.description)} | \`${broken.finding}\` | ${levelOf(broken)} |`,
  );
  return ['| Break | What the server does | Finding that fails | Level |', '|---|---|---|---|', ...rows].join('\n');
}

function faultRunTable(): string {
  const rows = FAULT_BREAKS.map(
    ({ name, description, under, finding, status }) =>
      `| \`${name}\` | \`${under}\` | ${cell(description)} | \`${finding}\` | ${status} |`,
  );
  const head = '| Break | Shown by `--fault` | What is wrong | Finding that does not pass | Status |';
  return [head, '|---|---|---|---|---|', ...rows].join('\n');
}

/** A pipe would end the cell, and text in angle brackets would be taken for HTML. */
function cell(text: string): string {
  return text.replace(/[|<>\\]/g, (char) => `\\${char}`);
}

function grafanaTable(): string {
  const rows = GRAFANA_BREAKS.map(
    ({ name, description, finding }) => `| \`${name}\` | ${cell(description)} | \`${finding}\` |`,
  );
  return ['| Break | What is wrong | Finding that fails |', '|---|---|---|', ...rows].join('\n');
}

function monitorTable(): string {
  const rows = STATUS_BREAKS.map(
    ({ name, description, finding }) => `| \`${name}\` | ${cell(description)} | \`${finding}\` |`,
  );
  return ['| Break | What is wrong with a monitor | Finding that fails |', '|---|---|---|', ...rows].join('\n');
}
