/** Loads in which something is broken on purpose, and goes wrong: each named break of such a run, alone or with others that leave it alone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../lib/run/run.ts';
import { FAULT_BREAKS, type FaultBreak } from '../../lib/target/breaks-fault.ts';
import { healthSlo } from '../support/health-slo.ts';
import { SEED, SILENT } from './telemetry.ts';

/** A break that lasts for some time is over before the load is. */
const LASTING_SEC = 30;
const SHORT_SEC = 8;
const RECOVERS_WITHIN_SEC = 3;

/** What a busy machine keeps: some seconds of it may be lost. */
const KEPT = [{ availability: 0.8 }];

function profileOf(breaks: readonly FaultBreak[], under: FaultBreak['under']) {
  const recoverySec = breaks.some(({ pressed }) => pressed?.afterForMs !== undefined) ? LASTING_SEC : SHORT_SEC;
  const journeys = Object.fromEntries(
    ['health', 'debates-list'].map((name) => [name, { ratePerSec: 20, durationSec: SHORT_SEC }]),
  );
  return {
    name: 'broken',
    journeys,
    gates: ['lenient.1', 'metrics.requests_total.reconciles'],
    phases: [
      { name: 'baseline', durationSec: 3, expects: KEPT },
      { name: 'fault', faults: under, expects: [], ...(under === 'memory' && { failFastMs: 4000 }) },
      { name: 'recovery', durationSec: recoverySec, recoverWithinSec: RECOVERS_WITHIN_SEC, expects: KEPT },
    ],
  };
}

/** The gating findings that do not pass and that no other explains, each with its status. */
export async function foundInLoad(breaks: readonly FaultBreak[], dir: string, signal: AbortSignal): Promise<string[]> {
  const [first] = breaks;
  if (first === undefined) throw new Error('a load of a break needs one');
  const { name, under } = first;
  const [profile, slo] = [join(dir, `${name}.profile.json`), join(dir, `${name}.slo.json`)];
  writeFileSync(profile, JSON.stringify(profileOf(breaks, under)));
  writeFileSync(slo, JSON.stringify(healthSlo('lenient', 5000, 0.5)));
  const targetArgs = breaks.flatMap((one) => ['--break', one.name]);
  const request = { targetArgs, profile, slo, contract: 'documented', out: join(dir, name), seed: SEED } as const;
  const { facts } = await run({ ...request, telemetry: true, token: undefined }, SILENT, signal);
  return facts.verdict.findings
    .filter(({ gating, status, because }) => gating && status !== 'pass' && because === undefined)
    .map(({ id, status }) => `${id} ${status}`);
}

/** Breaks that one load shows together: none of them has the finding of another. */
export const TOGETHER: readonly (readonly FaultBreak[])[] = (['errors', 'memory'] as const).map((under) =>
  FAULT_BREAKS.filter((one) => one.under === under && one.pressed?.afterForMs === undefined),
);
