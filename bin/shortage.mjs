// What the system refuses before the harness is there to say so itself. Plain JavaScript that imports only what is in Node itself: it must work when nothing else does.
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

const OPEN_FILES = /\bE[MN]FILE\b/;
const MEMORY = /\bENOMEM\b|\bEAGAIN\b|out of memory/i;

/** Three pipes of a program that is started, both ends of each, and the file that is read meanwhile. */
const NEEDED_FILES = 7;

/** A program that could not even open its pipes fails in words of its own. So this process tries whether it could open as many files. */
function lacksFiles() {
  const opened = [];
  try {
    while (opened.length < NEEDED_FILES) opened.push(openSync(devNull, 'r'));
    return false;
  } catch (error) {
    return OPEN_FILES.test(error?.code);
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

const FILES = ['too many open files', '`ulimit -n` says how many a process may have: 1,024 are enough'];
const LITTLE_MEMORY = [
  'the system gives too little memory, or no more threads',
  '`ulimit -a` shows what this process may have',
];

let hasEnded = false;

/** Ends the process with one line and exit code 2. What is no shortage is thrown again. */
export function endFor(error) {
  hasEnded = true;
  const said = `${error?.code} ${error?.message}`;
  const what = OPEN_FILES.test(said) || lacksFiles() ? FILES : MEMORY.test(said) ? LITTLE_MEMORY : undefined;
  if (what === undefined) throw error;
  console.error(`error: ${what.join('\n  ')}`);
  process.exit(2);
}

const UNSAID = [
  'Node ended before it had read the program, and did not say why: perhaps too many open files, too little memory, or no more threads',
  LITTLE_MEMORY[1],
];

/**
 * For the event `exit`: a thread of Node's own that reads modules can end the process with 1, and without a word.
 * That thread can have closed its files by now, so that nothing shows any more what it lacked.
 */
export function sayWhy(code) {
  if (code !== 1 || hasEnded) return;
  console.error(`error: ${(lacksFiles() ? FILES : UNSAID).join('\n  ')}`);
  process.exitCode = 2;
}
