/** Learns from a run and from what a server exposes which names its release has. */
import { CONTRACTS } from '../../thresholds/contracts.ts';
import type { RunFacts } from '../core/run.ts';
import { likelyFit } from '../preflight/contract.ts';
import { evidenceOf } from '../systems/evidence.ts';
import { SYSTEMS } from '../systems/index.ts';
import type { LogsObservation } from '../systems/logs/observation.ts';
import { familyOf, locationOf } from '../systems/metrics/checks/series.ts';
import type { MetricFamily, MetricsObservation } from '../systems/metrics/observation.ts';
import { metricPromises } from '../systems/metrics/promises.ts';
import type { TracesObservation } from '../systems/traces/observation.ts';
import type { Trial } from './model/judged.ts';
import type { LearnedNames } from './model/learned.ts';
import { learnLogs } from './model/logs.ts';
import { learnMetrics } from './model/metrics.ts';
import { learnSpans } from './model/spans.ts';

export interface LearnedContract extends LearnedNames {
  /** The built-in contract over which the names are laid: the one of which the server has most names. */
  readonly contract: string;
  /** Systems of which there is no evidence, so that nothing was learned. */
  readonly unseen: readonly string[];
}

/** From a run's own observations: metrics, spans and log lines. */
export function learnFromRun(run: RunFacts): LearnedContract {
  const { observations, plan } = run;
  const metrics = evidenceOf<MetricsObservation>(observations, 'metrics');
  const traces = evidenceOf<TracesObservation>(observations, 'traces');
  const logs = evidenceOf<LogsObservation>(observations, 'logs');
  const families = metrics?.status === 'collected' ? metrics.families : [];
  const contract = contractFor(families, plan.contract);
  const trial: Trial = { input: run, systems: SYSTEMS, contract, exclusive: plan.telemetry?.exclusive === true };
  const ofMetrics = metrics?.status === 'collected' ? learnMetrics(trial, metrics) : null;
  const ofSpans = traces?.status === 'collected' && traces.spanCount > 0 ? learnSpans(trial, traces) : null;
  const ofLogs = logs?.status === 'collected' && logs.lines > 0 ? learnLogs(logs) : null;
  const nowhere = [ofMetrics, ofSpans, ofLogs].flatMap((one) => one?.nowhere ?? []);
  return {
    contract,
    metrics: ofMetrics?.learned ?? [],
    spans: ofSpans?.learned ?? [],
    logs: ofLogs?.learned ?? [],
    unknown: nowhere.map((documented) => ({ documented, why: 'nothing in this run shows its name' })),
    unseen: Object.entries({ metrics: ofMetrics, traces: ofSpans, logs: ofLogs }).flatMap(([id, one]) =>
      one === null ? [id] : [],
    ),
  };
}

/** From an exposition alone: which contract fits, and which documented metrics have no name. Values that nobody knows show no name. */
export function learnFromExposition(exposition: string): LearnedContract {
  const contract = likelyFit(exposition)?.contract ?? 'documented';
  const families = [...exposition.matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name = '', type = '']) => {
    return { name, type: type === 'counter' ? ('counter' as const) : null };
  });
  const { signals, contract: mapping } = metricPromises(contract);
  const lacking = signals.metrics.filter(
    ({ name }) => familyOf({ families }, locationOf(mapping, name).name) === undefined,
  );
  const why = 'its values show which metric it is, so a run is needed';
  const unknown = lacking.map(({ name }) => ({ documented: name, why }));
  return { contract, metrics: [], spans: [], logs: [], unknown, unseen: ['traces', 'logs'] };
}

/** What the run was judged by, unless the server has more names of another. */
function contractFor(families: readonly Pick<MetricFamily, 'name' | 'type'>[], planned: string): string {
  const text = families.map(({ name, type }) => `# TYPE ${name} ${type ?? 'untyped'}\n`).join('');
  const known = Object.keys(CONTRACTS).includes(planned) ? planned : 'documented';
  return likelyFit(text)?.contract ?? known;
}
