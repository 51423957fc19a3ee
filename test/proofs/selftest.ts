/**
 * `npm run selftest`: proves every break of both catalogues, and those of runs with faults, or those named, and prints what caught it. The
 * beginning of a name up to a dot stands for all names that begin so (`metrics`, `fault`, `logs` …); `control` and `telemetry-control` are the runs without a break.
 * Exit code 1 when a break is not caught by exactly its finding.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breakNamed, TELEMETRY_BREAKS } from '../../lib/systems/breaks.ts';
import { BREAKS } from '../../lib/target/breaks.ts';
import { FAULT_BREAKS } from '../../lib/target/breaks-fault.ts';
import { foundInLoad } from './fault-loads.ts';
import { levelOf } from './levels.ts';
import { type Proof, proveAll } from './prove.ts';
import { proveTelemetry } from './telemetry.ts';
import { failureKinds } from './verdict.ts';

process.exitCode = (await selftest(process.argv.slice(2))) ? 0 : 1;

async function selftest(names: readonly string[]): Promise<boolean> {
  for (const name of names) checkName(name);
  const isAsked = (name: string) => names.length === 0 || names.some((asked) => `${name}.`.startsWith(`${asked}.`));
  const control = isAsked('control') ? (['control'] as const) : [];
  const telemetryControl = isAsked('telemetry-control') ? (['control'] as const) : [];
  const subjects = [...control, ...BREAKS.filter(({ name }) => isAsked(name))];
  const telemetry = [
    ...telemetryControl,
    ...TELEMETRY_BREAKS.filter((one) => isAsked(one.name) && levelOf(one) !== 'real'),
  ];
  const ofFaults = FAULT_BREAKS.filter(({ name }) => isAsked(name));
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => abort.abort(signal));
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-breaks-'));
  const startedMs = performance.now();
  let missed = 0;
  try {
    console.log(row('break', 'expected', 'caught', 'seen'));
    for (const prove of [
      () => proveAll(subjects, { dir, gates: 'all', signal: abort.signal }),
      () => proveTelemetry(telemetry, dir, abort.signal),
    ]) {
      for (const pending of prove().values()) {
        const proof = await pending;
        if (!proof.caught) missed += 1;
        console.log(row(proof.name, proof.expected ?? 'nothing', proof.caught ? 'yes' : 'NO', seen(proof)));
      }
    }
    for (const broken of ofFaults) {
      const { name, finding, status } = broken;
      const its = await foundInLoad([broken], dir, abort.signal);
      const caught = its.length === 1 && its[0] === `${finding} ${status}`;
      if (!caught) missed += 1;
      console.log(row(name, finding, caught ? 'yes' : 'NO', its.join('; ') || 'nothing'));
    }
    if (missed === 0) rmSync(dir, { recursive: true });
    else console.log(`\nthe run folders are kept in ${dir}`);
  } finally {
    abort.abort('done');
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const count = subjects.length + telemetry.length + ofFaults.length;
  console.log(`\n${count - missed} of ${count} as expected, in ${seconds} s`);
  return missed === 0;
}

/** Throws SloError("usage") when there is no such name. */
function checkName(name: string): void {
  const known = [
    'control',
    'telemetry-control',
    ...[...BREAKS, ...TELEMETRY_BREAKS, ...FAULT_BREAKS].map((one) => one.name),
  ];
  if (!known.some((one) => `${one}.`.startsWith(`${name}.`))) breakNamed(name);
}

function row(name: string, expected: string, caught: string, findings: string): string {
  return `${name.padEnd(42)} ${expected.padEnd(28)} ${caught.padEnd(6)} ${findings}`;
}

function seen({ tripped, undecided }: Proof): string {
  const texts = tripped.map((finding) => {
    const failures = failureKinds(finding);
    return `${finding.id} ${finding.status}${failures === '' ? '' : ` (${failures})`}`;
  });
  const found = texts.length === 0 ? 'nothing' : texts.join('; ');
  return undecided.length === 0 ? found : `${found}; undecided: ${shortened(undecided.map(({ id }) => id))}`;
}

/** All findings of a family may be undecided at once. */
function shortened(ids: readonly string[]): string {
  return ids.length <= 4 ? ids.join(', ') : `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more`;
}
