/** The settings for calibrating early answers (docs/early.md). */
import { simulateEarly } from './early.ts';
import { type EarlySection, renderEarly } from './early-table.ts';
import { type Load, smoothLaws, stalls } from './processes.ts';

interface Setting extends Load {
  readonly title: string;
  readonly repetitions: number;
  readonly firstSec: number;
}

const SETTINGS: readonly Setting[] = [
  { title: 'nightly, one endpoint', seconds: 900, ratePerSec: 20, firstSec: 300, repetitions: 300 },
  { title: 'release, one endpoint', seconds: 600, ratePerSec: 40, firstSec: 300, repetitions: 300 },
  { title: 'looked at too early', seconds: 300, ratePerSec: 40, firstSec: 20, repetitions: 300 },
];

/** Seconds between stalls. At the limit, each lasts so long that they break a P95 or a P99. */
const STALLS_EVERY_SEC = [10, 20, 30, 40, 100];

export function* calibrateEarly(quick: boolean): Generator<string> {
  const smooth = smoothLaws().map((law) => ({ law, shares: [0.05, 0.01] }));
  const stalled = STALLS_EVERY_SEC.flatMap((everySec) =>
    [0.05, 0.01].map((share) => ({
      law: stalls(`stalls of ${(share * everySec).toFixed(1)} s, once in ${everySec} s`, share * everySec),
      shares: [share],
    })),
  );
  const sections: EarlySection[] = SETTINGS.map((setting, at) => {
    const repetitions = quick ? setting.repetitions / 10 : setting.repetitions;
    const rows = [...smooth, ...stalled].flatMap(({ law, shares }, index) =>
      simulateEarly(law, setting, shares, { repetitions, seed: 10_000 * (at + 1) + index }),
    );
    process.stderr.write(`calibrated ${setting.title}: ${process.uptime().toFixed(0)} s so far\n`);
    return { ...setting, repetitions, rows };
  });
  yield renderEarly(sections);
}
