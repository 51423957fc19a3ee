/** One proof: the whole harness against the reference target with one break, and what the verdict says. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../lib/core/finding.ts';
import { type EmbeddedTarget, startEmbeddedTarget } from '../../lib/embedded/process.ts';
import { run } from '../../lib/run/run.ts';
import type { Profile } from '../../thresholds/profiles.ts';
import { abreast, durationSec, loadFor, type Subject } from './loads.ts';
import { isCaught, trippedOf } from './verdict.ts';

export interface Proof {
  /** Of the break, or `control`. */
  readonly name: string;
  /** Id of the finding that must fail; null for the control. */
  readonly expected: string | null;
  /** Gating findings that did not pass: those that fail, or have no evidence at all. */
  readonly tripped: readonly Finding[];
  /** Gating findings that a run this short on a restless machine could not decide. They blame nobody. */
  readonly undecided: readonly Finding[];
  /** Whether exactly the expected finding tripped: it fails, and for the reason in the catalogue. */
  readonly caught: boolean;
}

const SEED = 1;

export interface ProofStage {
  /** Where run folders are made. */
  readonly dir: string;
  readonly gates: Profile['gates'];
  readonly signal: AbortSignal;
}

/**
 * Proves them in groups that start together, so that the start of one run does not disturb the measurement of another. Returns at once,
 * with a promise for each; it rejects when the run itself is impossible (no engine, interrupted).
 */
export function proveAll(subjects: readonly Subject[], stage: ProofStage): Map<string, Promise<Proof>> {
  const proofs = new Map<string, Promise<Proof>>();
  let before: Promise<unknown> = Promise.resolve();
  for (const group of groupsOf(subjects)) {
    const targets = before.then(() => startAll(group, stage.signal));
    const pending = group.map((subject, index) => targets.then((started) => prove(subject, started[index], stage)));
    for (const [index, subject] of group.entries()) {
      const proof = pending[index];
      if (proof !== undefined) proofs.set(nameOf(subject), proof);
    }
    before = Promise.allSettled(pending);
  }
  return proofs;
}

/** The control, which must prove everything, runs alone; the others run with those that take as long, the longest first. */
function groupsOf(subjects: readonly Subject[]): Subject[][] {
  const controls = subjects.filter((subject) => subject === 'control');
  const broken = subjects.filter((subject) => subject !== 'control').sort((a, b) => durationSec(b) - durationSec(a));
  const groups: Subject[][] = controls.map((control) => [control]);
  for (let [first] = broken; first !== undefined; [first] = broken) groups.push(broken.splice(0, abreast(first)));
  return groups;
}

function nameOf(subject: Subject): string {
  return subject === 'control' ? subject : subject.name;
}

function startAll(group: readonly Subject[], signal: AbortSignal): Promise<EmbeddedTarget[]> {
  return Promise.all(
    group.map((subject) => startEmbeddedTarget(subject === 'control' ? [] : ['--break', subject.name], signal)),
  );
}

/** Runs in a separate folder under `dir`, and stops the target. */
async function prove(
  subject: Subject,
  target: EmbeddedTarget | undefined,
  { dir, gates, signal }: ProofStage,
): Promise<Proof> {
  if (target === undefined) throw new Error(`no target for ${nameOf(subject)}`);
  const name = nameOf(subject);
  const profile = join(dir, `${name}.profile.json`);
  writeFileSync(profile, JSON.stringify(loadFor(subject, gates)));
  const { httpUrl, wsUrl } = target;
  const request = {
    target: httpUrl,
    ws: wsUrl,
    targetArgs: [],
    profile,
    contract: 'documented' as const,
    out: join(dir, name),
    seed: SEED,
    token: undefined,
  };
  const { facts } = await run(request, SILENT, signal).finally(() => target.stop());
  const open = facts.verdict.findings.filter(({ gating, status }) => gating && status !== 'pass');
  const tripped = trippedOf(facts.verdict);
  const expected = subject === 'control' ? null : subject.finding;
  // The control has to conform: all that gates is proven.
  const caught = subject === 'control' ? open.length === 0 : isCaught(subject, tripped);
  return { name, expected, tripped, undecided: open.filter(isUndecided), caught };
}

const SILENT = { note: () => {}, warn: () => {}, update: () => {} };

function isUndecided({ status }: Finding): boolean {
  return status === 'inconclusive';
}
