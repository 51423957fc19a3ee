/**
 * One run of the harness against the unbroken reference target, taped raw on its way out: every exposition, every export of spans, every log
 * line. The target runs in this process, so that spans are taped as the exporter has them.
 */
import { join } from 'node:path';
import { loadProfile } from '../../lib/config/profile.ts';
import { loadObjectives } from '../../lib/config/slo.ts';
import type { Observation } from '../../lib/core/observation.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { parseTargetArgs } from '../../lib/embedded/args.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { Collector, type CollectorRequest } from '../../lib/observe/collector.ts';
import type { Asked, Measured } from '../../lib/observe/observer.ts';
import { intendedScenarios } from '../../lib/run/engine-plan.ts';
import { createRunFolder } from '../../lib/run/folder.ts';
import { offerLoad } from '../../lib/run/offer.ts';
import { makePlan } from '../../lib/run/plan.ts';
import { sealRun } from '../../lib/run/seal.ts';
import { judgeRun } from '../../lib/run/stages.ts';
import { telemetryPlanOf } from '../../lib/run/telemetry-plan.ts';
import { lookedAt } from '../../lib/systems/index.ts';
import type { NamedBreak } from '../../lib/target/break.ts';
import type { Distortion } from '../../lib/target/distortion.ts';
import type { Exposition } from '../../lib/target/metrics.ts';
import { startTarget } from '../../lib/target/target.ts';
import { otlpExporter, type ReadableSpan, type SpanExporter } from '../../lib/target/tracing.ts';
import { CONTROL, LONG_DEBATES, profileFile, type Rates, SEED, SILENT, SLOW_ANSWERS } from './telemetry.ts';

export interface Tape {
  readonly dir: string;
  readonly facts: RunFacts;
  readonly measured: Measured;
  /** What observers were told of the server before the load. */
  readonly asked: Asked;
  readonly expositions: readonly (Exposition & { readonly atMs: number })[];
  /** How many of them were asked for before the load had ended. */
  readonly duringLoad: number;
  /** As they were exported together. */
  readonly exports: readonly (readonly ReadableSpan[])[];
  readonly lines: readonly string[];
  /** For observing it again. */
  readonly wanted: Omit<CollectorRequest, 'signal'>;
}

/** What changes the evidence between the target and the harness. The tape has it as it was before. */
export interface Rewriting {
  readonly distortion?: Distortion;
  readonly exporter?: (real: SpanExporter) => SpanExporter;
}

interface Recording extends Rewriting {
  readonly rates?: Rates;
}

/** Records it in a folder of its own under `dir`. */
export async function recordTape(
  dir: string,
  signal: AbortSignal,
  { rates = CONTROL, distortion, exporter: through }: Recording = {},
): Promise<Tape> {
  const engine = await ensureEngine({ onProgress: () => {}, signal });
  const profile = loadProfile(profileFile('tape', rates, dir));
  const telemetry = telemetryPlanOf(profile, 'documented', undefined);
  const scenarios = intendedScenarios(profile, telemetry.untracedEvery);
  const wanted = { seed: SEED, scenarios, telemetry, options: {}, access: {}, embedded: true, token: undefined };
  const taps = new Taps();
  const collector = await Collector.open({ ...wanted, signal }, [taps.system, ...lookedAt(telemetry)]);
  const out = join(dir, 'tape');
  createRunFolder(out);
  const { tracing, ...args } = parseTargetArgs([...collector.targetArgs, ...LONG_DEBATES, ...SLOW_ANSWERS], {});
  const real = otlpExporter(tracing?.otlpUrl ?? '');
  const exporter = taps.exporter(through?.(real) ?? real);
  const rewriting = { ...taps.tap, name: 'rewriting', distortion: () => distortion ?? {} };
  const target = await startTarget({ ...args, breaks: [taps.tap, rewriting], tracing: { ...tracing, exporter } });
  try {
    const { httpUrl, wsUrl } = target;
    const plan = makePlan({
      runId: 'tape',
      profile,
      contract: 'documented',
      objectives: loadObjectives(undefined),
      seed: SEED,
      target: { httpUrl, wsUrl, embedded: true },
      command: 'a test',
      telemetry,
    });
    await offerLoad({ dir: out, plan, place: engine, collector, token: undefined }, SILENT, signal);
    sealRun(out);
  } finally {
    await target.stop();
    await collector.close();
  }
  return { dir: out, facts: judgeRun(out), wanted, ...taps.taped() };
}

/** What listens along. */
class Taps {
  readonly #expositions: (Exposition & { readonly atMs: number })[] = [];
  readonly #exports: (readonly ReadableSpan[])[] = [];
  readonly #lines: string[] = [];
  #measured: Measured | undefined;
  #asked: Asked | undefined;
  #duringLoad = 0;
  /** Whoever looks at the target before the load asks for its metrics, too, and no system that is played again has seen that. */
  #isScraped = false;
  /** What probes cause after the load, no system that is played again has seen. */
  #isOver = false;

  /** A break that changes nothing. */
  readonly tap: NamedBreak = {
    name: 'tape',
    description: 'listens along',
    finding: 'none',
    distortion: () => ({
      exposition: (right) => {
        if (this.#isScraped && !this.#isOver) this.#expositions.push({ ...right, atMs: Date.now() });
        return right;
      },
      line: (line) => {
        if (!this.#isOver) this.#lines.push(line);
        return [line];
      },
    }),
  };

  /** A system without evidence, which is called when the load has ended. */
  readonly system = {
    observe: async () => ({
      before: async (asked: Asked): Promise<void> => {
        this.#asked = asked;
      },
      begin: async (): Promise<void> => {
        this.#isScraped = true;
      },
      collect: async (measured: Measured): Promise<readonly Observation[]> => {
        this.#measured = measured;
        this.#duringLoad = this.#expositions.length;
        return [];
      },
      after: async (): Promise<readonly Observation[]> => {
        this.#isOver = true;
        return [];
      },
    }),
  };

  exporter(real: SpanExporter): SpanExporter {
    return {
      export: (spans, done) => {
        if (!this.#isOver) this.#exports.push(spans);
        real.export(spans, done);
      },
      shutdown: () => real.shutdown(),
    };
  }

  taped(): Omit<Tape, 'dir' | 'facts' | 'wanted'> {
    if (this.#measured === undefined || this.#asked === undefined)
      throw new Error('the taped run was not observed to its end');
    const taped = { expositions: this.#expositions, exports: this.#exports, lines: this.#lines };
    return { ...taped, measured: this.#measured, asked: this.#asked, duringLoad: this.#duringLoad };
  }
}
