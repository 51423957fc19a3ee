/** The checks of each line of the log: JSON, its fields, its level, and that it has no secret. */
import type { Bound } from '../../../core/coverage.ts';
import type { Finding } from '../../../core/finding.ts';
import type { TimeForm } from '../../../core/iso-time.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { above, below, both, boundsOf } from '../../bounds.ts';
import { lacking, property } from '../../finding.ts';
import { judgeSearch, secretInfo } from '../../secrets.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import { levelNamed } from '../levels.ts';
import type { LogProblems, LogsObserved, LogVariety } from '../observation.ts';
import type { LogField, LogSignals } from '../signals.ts';
import { everyLineCheck, from, infoOf, type LogCheck, type LogFacts } from './frame.ts';

export function formChecks(signals: LogSignals): LogCheck[] {
  const { documented, notInProduction, source } = signals.levels;
  const json = infoOf({
    id: 'json',
    subject: 'log lines are JSON',
    proves: 'Every line of the log is a JSON object.',
    source: signals.fields[0]?.source ?? signals.traceIdSource,
    bounds: boundsOf('lines', both('documents', 'content')),
  });
  const levels = infoOf({
    id: 'levels',
    subject: 'log levels',
    proves: `Every level in the log is one of ${documented.join(', ')}, in any case, or a usual word for one.`,
    source,
    bounds: boundsOf(signals.levelField, both('documents', 'content')),
  });
  const production = infoOf({
    id: 'levels.production',
    subject: 'no debug lines',
    proves: `No line of the log has the level ${notInProduction.join(' or ')}.`,
    source,
    gating: false,
  });
  return [
    everyLineCheck(json, judgeJson),
    ...signals.fields.map(fieldCheck),
    everyLineCheck(levels, (check, observed) => judgeLevels(check, observed, documented)),
    everyLineCheck(production, (check, observed) => judgeProductionLevels(check, observed, notInProduction)),
  ];
}

/** For a log, the reader itself counts the lines with a secret. */
export function logSecretCheck(): LogCheck {
  return checkOf(secretInfo('logs', 'log lines'), judgeSecrets);
}

function judgeSecrets(check: CheckInfo, { observed }: LogFacts): Finding {
  const { leaks, lines, cut, complete } = observed;
  const evidence = from(observed, leaks.examples);
  if (leaks.count === 0 && cut.count > 0) {
    const summary = `none in the part of the lines that was kept, but ${plural(cut.count, 'line')} ${cut.count === 1 ? 'was' : 'were'} cut`;
    return lacking(check, 'inconclusive', summary, evidence);
  }
  if (leaks.count === 0 && !complete)
    return lacking(check, 'inconclusive', 'none in what was read, but not all lines were read', evidence);
  return judgeSearch(check, { ...leaks, leaks: leaks.count, texts: lines, what: 'line', evidence });
}

function judgeJson(check: CheckInfo, observed: LogsObserved): Finding {
  const { lines, notJson, cut, namedTwice = NONE } = observed;
  const evidence = from(observed, [...notJson.examples, ...namedTwice.examples, ...cut.examples]);
  const bad = notJson.count + namedTwice.count;
  if (bad === 0 && cut.count > 0) {
    const summary = `${plural(cut.count, 'line')} of ${countText(lines)} too long to be checked; the others are JSON objects`;
    return lacking(check, 'inconclusive', summary, evidence);
  }
  const problems = [
    ...(notJson.count > 0
      ? [
          `${plural(notJson.count, 'line')} of ${countText(lines)} ${notJson.count === 1 ? 'is not a JSON object' : 'are not JSON objects'}`,
        ]
      : []),
    ...(namedTwice.count > 0
      ? [`${plural(namedTwice.count, 'object')} of ${countText(lines)} with a name that stands twice`]
      : []),
  ];
  const summary = bad === 0 ? `all of ${plural(lines, 'line')} are JSON objects` : problems.join('; ');
  return property(check, { samples: lines, bad, summary, evidence });
}

const NONE: LogProblems = { count: 0, examples: [] };

/** Short random names meet by chance. */
const SHARED_SHARE = 0.01;
const CONFIDENCE = 0.95;

/** A source has so many places at most that answer the same few requests; fewer lines than this may all come from different ones. */
const MOST_NEW = 0.5;
const LEAST_LINES = 200;

/** Whether a field that names the request surely names several of them with one name. */
function isShared({ shared = 0, traces }: LogVariety): boolean {
  return isOften(shared, traces);
}

/** Two files of one name may happen to have the same message at the same line. */
function isOften(bad: number, samples: number): boolean {
  return bad > 0 && clopperPearson({ bad, samples, confidence: CONFIDENCE }).lower > SHARED_SHARE;
}

/** An empty text is a text. A line needs a user only where there is one. */
function fieldBounds({ name, type, required, ofRequest = false }: LogField): Bound[] {
  if (!required && !ofRequest && type === 'string') return [];
  const isNumber = type === 'integer' || type === 'from-one';
  const canLack = !isNumber && (type !== 'string' || ofRequest);
  return boundsOf(
    name,
    below('documents', 'exists'),
    above('documents', 'content'),
    type === 'from-one' ? below('documents', 'value') : [],
    canLack ? below('documents', 'content') : [],
  );
}

function fieldCheck(field: LogField): LogCheck {
  const { name, type, required, source } = field;
  const info = infoOf({
    id: `fields.${name}`,
    subject: `log field ${name}`,
    proves: `${required ? 'Every line has' : 'Every line that has'} the field ${name}${required ? ', which is' : ' has'} ${KIND[type]}.`,
    source,
    gating: required,
    bounds: fieldBounds(field),
  });
  return everyLineCheck(info, (check, observed) => judgeField(check, observed, field));
}

function judgeField(frame: CheckInfo, observed: LogsObserved, field: LogField): Finding {
  const { name, required } = field;
  const counts = observed.fields[name];
  if (counts === undefined) return lacking(frame, 'no-data', `${name} was not looked for`);
  const { present, missing, wrong, forms = {}, examples } = counts;
  const samples = present + missing;
  // Nobody must write it, but whoever does must write it correctly.
  const check = { ...frame, gating: required || present > 0 };
  const evidence = from(observed, examples);
  if (samples === 0) {
    const summary = required
      ? 'no line is a JSON object'
      : `no line has it, and only lines with something to put there need it`;
    return lacking(check, 'no-data', summary, evidence);
  }
  const bad = missing + wrong;
  const unlikely = bad === 0 ? unlikelyIn(observed, field) : null;
  if (unlikely !== null) return property(check, { ...unlikely, evidence });
  const parts = [
    ...(missing > 0 ? [`missing in ${countText(missing)}`] : []),
    ...(wrong > 0 ? [`of the wrong type in ${countText(wrong)}`] : []),
  ];
  const of = required ? `of ${plural(samples, 'line')}` : `of ${plural(samples, 'line')} with it`;
  const summary = parts.length === 0 ? `right in all ${of}` : `${parts.join(', ')} ${of}${formsText(forms)}`;
  return property(check, { samples, bad, summary, evidence });
}

interface Unlikely {
  readonly samples: number;
  readonly bad: number;
  readonly summary: string;
}

/** What values of the right type give away when they are compared with each other; null: nothing. */
function unlikelyIn(observed: LogsObserved, { name, ofRequest = false }: LogField): Unlikely | null {
  // A secret that is the same for all requests has its own finding.
  const variety = ofRequest && observed.leaks.count === 0 ? observed.varieties?.[name] : undefined;
  if (variety !== undefined && isShared(variety)) {
    const { traces, shared = 0 } = variety;
    const summary = `${countText(shared)} of ${plural(traces, 'request')} have that of another request`;
    return { samples: traces, bad: shared, summary };
  }
  const { lines = 0, values = {}, elsewhere = 0 } = observed.places ?? {};
  const ofSource = values[name] ?? 0;
  if (lines >= LEAST_LINES && ofSource > MOST_NEW * lines) {
    const summary = `${plural(ofSource, 'value')} in ${plural(lines, 'line')}, although the load asks the same again and again`;
    return { samples: lines, bad: ofSource, summary };
  }
  if (name !== 'function' || !isOften(elsewhere, lines)) return null;
  const summary = `another function at the same line of the same module, with the same message, in ${countText(elsewhere)} of ${plural(lines, 'line')}`;
  return { samples: lines, bad: elsewhere, summary };
}

/** Times of another form, and whether they can be read: what is compared by its time is compared all the same. */
function formsText(forms: NonNullable<LogsObserved['fields'][string]['forms']>): string {
  const parts = Object.entries(forms).map(([form, count]) => `${countText(count)} ${FORM_WORDS[form as TimeForm]}`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

const FORM_WORDS: Readonly<Record<TimeForm, string>> = {
  z: 'with another form',
  offset: 'with an offset in place of the Z, read as such',
  'offset-and-z': 'with an offset and a Z (`+00:00Z`), read as UTC',
  contradictory: 'with an offset and a Z that contradict each other, not read',
  'no-zone': 'without a zone, not read',
};

const KIND: Readonly<Record<LogField['type'], string>> = {
  timestamp: 'a time in UTC (ISO 8601, ending in Z)',
  name: 'a text that is not empty',
  string: 'a text',
  integer: 'a whole number',
  'from-one': 'a whole number from 1 on',
  'trace-id': 'a trace id (32 lower-case hexadecimal digits, not all zero)',
};

function judgeLevels(check: CheckInfo, observed: LogsObserved, documented: readonly string[]): Finding {
  const levels = Object.entries(observed.levels);
  const samples = levels.reduce((sum, [, count]) => sum + count, 0);
  const evidence = [...from(observed), { label: 'lines by level', value: levelsText(levels) }];
  if (samples === 0) return lacking(check, 'no-data', 'no line has a level', evidence);
  const strange = levels.filter(([level]) => !documented.includes(levelNamed(level)));
  const summary =
    strange.length === 0
      ? `only documented ones: ${levelsText(levels)}`
      : `${levelsText(strange)}; documented are ${documented.join(', ')}`;
  return property(check, { samples, bad: strange.reduce((sum, [, count]) => sum + count, 0), summary, evidence });
}

function levelsText(levels: readonly (readonly [string, number])[]): string {
  return levels.map(([level, count]) => `${level} ×${countText(count)}`).join(', ');
}

function judgeProductionLevels(check: CheckInfo, observed: LogsObserved, levels: readonly string[]): Finding {
  const own = Object.entries(observed.levels).filter(([level]) => levels.includes(levelNamed(level)));
  const count = own.reduce((sum, [, lines]) => sum + lines, 0);
  const name = levels.join(', ');
  const summary =
    count === 0 ? `no ${name} line` : `${plural(count, `${name} line`)}, which production should not have`;
  return property(check, { samples: observed.lines, bad: count, summary, evidence: from(observed) });
}
