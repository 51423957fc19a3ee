/**
 * Owns the checks of the server's log: what each line is, and that the load's requests can be followed through it.
 * Refuses to know how lines are read, and the checks of backends and secrets (logs-backend.ts, secrets.ts).
 */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { lacking, property } from '../../finding.ts';
import { judgeLogSecrets } from '../../secrets.ts';
import type { TracesObservation } from '../../traces/observation.ts';
import type { LogsObservation } from '../observation.ts';
import type { LogField, LogSignals } from '../signals.ts';
import { judgeLogBackend } from './backend.ts';
import { from, judgeAllLines, type Logs } from './frame.ts';
import { judgeTimestamps } from './times.ts';
import { judgeTraceIds, judgeTracesExist } from './traces.ts';

export interface LogsInput {
  /** One for each place that the log was read from; [] when none was asked for. */
  readonly logs: readonly LogsObservation[];
  readonly traces: TracesObservation | undefined;
  /** Requests that may never have reached the server (refused, reset, timed out …): their trace ids may be missing. */
  readonly unreached: number;
  /** From the first answered request to the last, at least, ms; 0 where that is not known. */
  readonly answeringMs: number;
}

/** A log read straight from the server tells most: a backend may have dropped or changed lines. */
const PREFERENCE: readonly string[] = ['direct', 'loki', 'elasticsearch', 'cloudwatch'];

/** Every check of the log, whatever evidence there is. */
export function judgeLogs(signals: LogSignals, input: LogsInput): Finding[] {
  const logs = preferred(input.logs);
  return [
    judgeJson(signals, logs),
    ...signals.fields.map((field) => judgeField(field, logs)),
    judgeLevels(signals, logs),
    judgeProductionLevels(signals, logs),
    judgeTimestamps(signals, logs, input.answeringMs),
    judgeTraceIds(signals, logs, input.unreached),
    judgeTracesExist(signals, logs, input.traces),
    judgeLogSecrets(logs),
    ...input.logs.flatMap((observation) => judgeLogBackend(signals, observation)),
  ];
}

function preferred(logs: readonly LogsObservation[]): Logs {
  const ranked = [...logs].sort((a, b) => rank(a) - rank(b));
  return ranked[0];
}

function rank({ status, source }: LogsObservation): number {
  return (status === 'collected' ? 0 : PREFERENCE.length) + PREFERENCE.indexOf(source);
}

function judgeJson(signals: LogSignals, logs: Logs): Finding {
  const source = signals.fields[0]?.source ?? signals.traceIdSource;
  const check = { id: 'logs.json', subject: 'log lines are JSON', gating: true, source };
  return judgeAllLines(check, logs, (observed) => {
    const { lines, notJson, cut } = observed;
    const evidence = from(observed, [...notJson.examples, ...cut.examples]);
    if (notJson.count === 0 && cut.count > 0) {
      const summary = `${plural(cut.count, 'line')} of ${countText(lines)} too long to be checked; the others are JSON objects`;
      return lacking(check, 'inconclusive', summary, evidence);
    }
    const bad = notJson.count;
    const summary =
      bad === 0
        ? `all of ${plural(lines, 'line')} are JSON objects`
        : `${plural(bad, 'line')} of ${countText(lines)} ${bad === 1 ? 'is' : 'are'} no JSON object`;
    return property(check, { samples: lines, bad, summary, evidence });
  });
}

function judgeField(field: LogField, logs: Logs): Finding {
  const { name, required, source } = field;
  const frame = { id: `logs.fields.${name}`, subject: `log field ${name}`, gating: required, source };
  return judgeAllLines(frame, logs, (observed) => {
    const counts = observed.fields[name];
    if (counts === undefined) return lacking(frame, 'no-data', `${name} was not looked for`);
    const { present, missing, wrong, examples } = counts;
    const samples = present + missing;
    // Nobody need write it; who does has to write it right.
    const check = { ...frame, gating: required || present > 0 };
    const evidence = from(observed, examples);
    if (samples === 0) {
      const summary = required
        ? 'no line is a JSON object'
        : `no line has it, and only lines with something to put there need it`;
      return lacking(check, 'no-data', summary, evidence);
    }
    const parts = [
      ...(missing > 0 ? [`${countText(missing)} lack it`] : []),
      ...(wrong > 0 ? [`${countText(wrong)} have it of the wrong type`] : []),
    ];
    const of = required ? `of ${plural(samples, 'line')}` : `of ${plural(samples, 'line')} with it`;
    const summary = parts.length === 0 ? `right in all ${of}` : `${parts.join(', ')} ${of}`;
    return property(check, { samples, bad: missing + wrong, summary, evidence });
  });
}

function judgeLevels(signals: LogSignals, logs: Logs): Finding {
  const { documented, source } = signals.levels;
  const check = { id: 'logs.levels', subject: 'log levels', gating: true, source };
  return judgeAllLines(check, logs, (observed) => {
    const levels = Object.entries(observed.levels);
    const samples = levels.reduce((sum, [, count]) => sum + count, 0);
    const evidence = [...from(observed), { label: 'lines by level', value: levelsText(levels) }];
    if (samples === 0) return lacking(check, 'no-data', 'no line has a level', evidence);
    const strange = levels.filter(([level]) => !documented.includes(level));
    const summary =
      strange.length === 0
        ? `only documented ones: ${levelsText(levels)}`
        : `${levelsText(strange)}; documented are ${documented.join(', ')}`;
    return property(check, { samples, bad: strange.reduce((sum, [, count]) => sum + count, 0), summary, evidence });
  });
}

function levelsText(levels: readonly (readonly [string, number])[]): string {
  return levels.map(([level, count]) => `${level} ×${countText(count)}`).join(', ');
}

function judgeProductionLevels(signals: LogSignals, logs: Logs): Finding {
  const { notInProduction, source } = signals.levels;
  const check = { id: 'logs.levels.production', subject: 'no debug lines', gating: false, source };
  return judgeAllLines(check, logs, (observed) => {
    const count = notInProduction.reduce((sum, level) => sum + (observed.levels[level] ?? 0), 0);
    const name = notInProduction.join(', ');
    const summary =
      count === 0 ? `no ${name} line` : `${plural(count, `${name} line`)}, which production should not have`;
    return property(check, { samples: observed.lines, bad: count, summary, evidence: from(observed) });
  });
}
