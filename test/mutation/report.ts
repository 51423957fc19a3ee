/** The mutation score as text, as tables of docs/verdict.md and as JSON. Pure. */
import { type Claim, unclaimed, unsupported } from './claims.ts';
import { ALL } from './mutant.ts';
import type { Played } from './play.ts';
import { survivorKinds, type Tally, tallies, tallyOf } from './score.ts';

export interface Measured {
  readonly seed: number;
  /** How many mutants there are, played or not. */
  readonly generated: number;
  readonly played: readonly Played[];
}

type Grouping = readonly [name: string, by: (one: Played) => string];

/** Telemetry by its systems; answers by what is answered. */
function groupingsOf(played: readonly Played[]): readonly Grouping[] {
  const isOfAnswers = played.some(({ system }) => system === 'answers');
  return [
    isOfAnswers ? ['answer', ({ family }) => family] : ['system', ({ system }) => system],
    ['aspect', ({ aspect }) => aspect],
    ['operator', ({ operator }) => operator],
  ];
}

export function percent(score: number | null): string {
  return score === null ? '–' : `${(100 * score).toFixed(1)} %`;
}

/** @param claims what the table of evidence claims. */
export function textReport({ seed, generated, played }: Measured, claims: readonly Claim[]): string {
  const total = tallyOf(played);
  const sections = groupingsOf(played).map(([name, by]) =>
    [header(name), ...tallies(played, by).map(([group, tally]) => row(group, tally))].join('\n'),
  );
  const skipped = played.filter(({ fate }) => fate === 'unchanged' || fate === 'repeated').length;
  const noticed = played.filter(({ equivalent, fate }) => equivalent !== null && fate === 'killed');
  return [
    ...sections,
    `${header('together')}\n${row('all', total)}`,
    `${played.length} of ${generated} mutants played (seed ${seed}); ${skipped} of them left the tape as it was, or as another did.`,
    ...(noticed.length === 0
      ? []
      : [`Equivalent, and yet noticed:\n${noticed.map(({ id, by }) => `  ${id}: ${by.join(', ')}`).join('\n')}`]),
    `Not noticed, by kind:\n${survivorLines(played).join('\n')}`,
    `Equivalent, by reason:\n${reasons(played)
      .map(([reason, count]) => `  ${String(count).padStart(4)}  ${reason}`)
      .join('\n')}`,
    ...claimLines(claims, played, claims.length > 0 && played.length === generated),
    `Mutation score: ${percent(total.score)}`,
  ].join('\n\n');
}

/** What all mutants say of the table of evidence, in both directions. */
function claimLines(claims: readonly Claim[], played: readonly Played[], isAll: boolean): string[] {
  if (!isAll) return [];
  const line = ({ check, signal, aspect, side }: Claim) => `  ${check}: ${signal} ${aspect}, from ${side}`;
  const [wrong, more] = [unsupported(claims, played), unclaimed(claims, played)];
  return [
    `Claimed by the table of evidence, and no mutant supports it: ${wrong.length}\n${wrong.map(line).join('\n')}`,
    `Noticed, and not claimed there: ${more.length}\n${more.map(line).join('\n')}`,
  ];
}

function header(name: string): string {
  return `${name.padEnd(28)} ${COLUMNS.map((column) => column.padStart(10)).join(' ')}`;
}

const COLUMNS = ['score', 'mutants', 'equivalent', 'killed', 'elsewhere', 'undecided', 'survived'] as const;

function row(name: string, { score, all, ...counts }: Tally): string {
  const { equivalent, killed, elsewhere, undecided, survived } = counts;
  const cells = [percent(score), all, equivalent, killed, elsewhere, undecided, survived];
  return `${name.padEnd(28)} ${cells.map((cell) => String(cell).padStart(10)).join(' ')}`;
}

function survivorLines(played: readonly Played[]): string[] {
  return survivorKinds(played).map(({ system, signal, aspect, count, operators }) => {
    const each = Object.entries(operators).map(([operator, scopes]) => `${operator} ×${scopes.length}`);
    return `  ${String(count).padStart(4)}  ${system} ${signal}, ${aspect}: ${each.join(', ')}`;
  });
}

/** For people who write checks: each kind with its operators and scopes. */
export function survivorsPage(played: readonly Played[]): string {
  const kinds = survivorKinds(played).map(({ system, signal, aspect, count, operators }) => {
    const each = Object.entries(operators).map(([operator, scopes]) => `- ${operator}: ${placesText(scopes)}`);
    return `## ${system}: ${signal}, ${aspect} (${count})\n\n${each.join('\n')}`;
  });
  return `# Mutants that nobody noticed\n\n${kinds.join('\n\n')}\n`;
}

function placesText(scopes: readonly string[]): string {
  const isEverywhere = scopes.includes(ALL) && scopes.length > 3;
  return isEverywhere ? `everywhere, and in ${scopes.length - 1} parts alone` : scopes.join('; ');
}

export type Scores = Readonly<Record<string, number | null>>;

/** The scores of all groups, by `grouping name`, for a comparison with a later state. */
export function scoresOf(played: readonly Played[]): Scores {
  const groups = groupingsOf(played).flatMap(([grouping, by]) =>
    tallies(played, by).map(([name, { score }]) => [`${grouping} ${name}`, score] as const),
  );
  return Object.fromEntries([...groups, ['all', tallyOf(played).score]]);
}

/** The tables between the marks of docs/verdict.md. `before`: as it was before the checks compared witnesses. */
export function markdownReport({ seed, generated, played }: Measured, before: Scores): string {
  const tables = groupingsOf(played).map(([grouping, by]) => {
    const rows = tallies(played, by).map(([name, tally]) => markdownRow(name, tally, before[`${grouping} ${name}`]));
    return [`| ${grouping} | ${HEADS} |`, `|---|${'---:|'.repeat(7)}`, ...rows].join('\n');
  });
  const total = markdownRow('**together**', tallyOf(played), before['all']);
  const [first = '', ...others] = tables;
  const kinds = survivorKinds(played)
    .slice(0, SHOWN_KINDS)
    .map(({ system, signal, aspect, count }) => `| ${system} | \`${signal}\` | ${aspect} | ${count} |`);
  const survivors = ['| system | signal | aspect | not noticed |', '|---|---|---|---:|', ...kinds].join('\n');
  const most = 'The kinds with most mutants that nobody noticed:';
  const some =
    played.length < generated
      ? `${played.length} of the ${generated} mutants, drawn with seed ${seed}`
      : `All ${generated} mutants`;
  const how = `${some}. Those that leave the tape as it is, or as another does, are not counted.`;
  const why = reasons(played).map(([reason, count]) => `| ${reason} | ${count} |`);
  const equivalents = ['| why nobody could notice them | mutants |', '|---|---:|', ...why].join('\n');
  return [how, `${first}\n${total}`, ...others, most, survivors, 'The equivalents:', equivalents].join('\n\n');
}

/** Of the equivalents that are counted, each with how many there are: the most first. */
function reasons(played: readonly Played[]): readonly (readonly [reason: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { equivalent, fate } of played) {
    if (equivalent !== null && fate !== 'unchanged' && fate !== 'repeated')
      counts.set(equivalent, (counts.get(equivalent) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

const HEADS = 'before | score | mutants | equivalent | killed | noticed elsewhere or undecided | survived';
const SHOWN_KINDS = 20;

function markdownRow(name: string, tally: Tally, before: number | null | undefined): string {
  const { score, all, equivalent, killed, elsewhere, undecided, survived } = tally;
  const cells = [
    name,
    percent(before ?? null),
    percent(score),
    all,
    equivalent,
    killed,
    elsewhere + undecided,
    survived,
  ];
  return `| ${cells.join(' | ')} |`;
}
