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

/** Ends the process with one line and exit code 2. What is no shortage is thrown again. */
export function endFor(error) {
  const said = `${error?.code} ${error?.message}`;
  const [what, way] =
    OPEN_FILES.test(said) || lacksFiles()
      ? ['too many open files', '`ulimit -n` says how many a process may have: 1,024 are enough']
      : MEMORY.test(said)
        ? ['the system gives too little memory, or no more threads', '`ulimit -a` shows what this process may have']
        : [];
  if (what === undefined) throw error;
  console.error(`error: ${what}\n  ${way}`);
  process.exit(2);
}
