/** The options of `npm run mutate`, and what it says to one that it does not know. */
import { parseArgs } from 'node:util';
import { MUTATED_SYSTEMS, type MutatedSystem } from './mutant.ts';

export interface MutateOptions {
  readonly seed: number;
  readonly sample: number | undefined;
  readonly system: MutatedSystem | undefined;
  readonly signal: string | undefined;
  readonly operator: string | undefined;
  readonly tape: string | undefined;
  readonly json: string | undefined;
  readonly survivors: string | undefined;
  readonly writeDocs: boolean;
  /** Lies about answers and events instead of telemetry. */
  readonly answers: boolean;
  /** So many in real runs as well; absent: none. */
  readonly live: number | undefined;
  readonly abreast: number;
  readonly minutes: number;
}

export const USAGE = `npm run mutate -- [options]

Tapes one run of the unbroken reference target, changes it by every lie that the operators make, and prints how many of them the checks notice.

  --system NAME      only mutants of ${MUTATED_SYSTEMS.join(', ')}
  --signal TEXT      only mutants of signals with this text in their name
  --operator TEXT    only mutants of operators with this text in their name
  --sample N         so many of them, drawn by the seed
  --seed N           draws others; 1 if it is not given
  --tape DIR         plays the tape that is there, or keeps it there
  --json FILE        writes all that was found
  --survivors FILE   writes what nobody noticed
  --write-docs       writes docs/verdict.md
  --answers          lies about what clients get, answers and events, without a tape of telemetry
  --live N           plays N of those that somebody should notice in real runs of the harness as well, with --answers too, one after
                     the other; with --json FILE, what the file has of telemetry is not played again
  --abreast N        so many real runs side by side; 2 if it is not given
  --minutes N        begins no real run after so many minutes; 600 if it is not given
  --help             prints this

Exit code 1: the score is below the floor, or all were played and none supports a claim of the table of evidence. Exit code 2: wrong usage.`;

/** Wrong usage; its message is for the person who typed it. */
export class WrongUsage extends Error {}

/** 'help' when that is asked for. @throws WrongUsage */
export function mutateOptions(args: readonly string[]): MutateOptions | 'help' {
  const {
    help,
    answers,
    'write-docs': writeDocs,
    seed,
    sample,
    system,
    live,
    abreast,
    minutes,
    ...texts
  } = parsed(args);
  if (help) return 'help';
  return {
    ...{ signal: texts.signal, operator: texts.operator, tape: texts.tape },
    ...{ json: texts.json, survivors: texts.survivors, writeDocs, answers },
    seed: whole('seed', seed),
    sample: sample === undefined ? undefined : whole('sample', sample),
    live: live === undefined ? undefined : whole('live', live),
    abreast: whole('abreast', abreast),
    minutes: whole('minutes', minutes),
    system: system === undefined ? undefined : systemNamed(system),
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const options = {
      ...{
        system: text,
        signal: text,
        operator: text,
        sample: text,
        tape: text,
        json: text,
        survivors: text,
        live: text,
      },
      seed: { type: 'string', default: '1' },
      abreast: { type: 'string', default: '2' },
      minutes: { type: 'string', default: '600' },
      'write-docs': flag,
      answers: flag,
      help: flag,
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new WrongUsage(`--${name} must be a whole number, is "${text}"`);
  return Number(text);
}

function systemNamed(text: string): MutatedSystem {
  const found = MUTATED_SYSTEMS.find((system) => system === text);
  if (found === undefined) throw new WrongUsage(`--system must be ${MUTATED_SYSTEMS.join(', ')}, is "${text}"`);
  return found;
}
