// What the system refuses before the harness is there to say so itself. Plain JavaScript that imports nothing: it must work when nothing else does.
const OPEN_FILES = /\bE[MN]FILE\b/;
const MEMORY = /\bENOMEM\b|\bEAGAIN\b|out of memory/i;

const ENOUGH_FILES = 256;

/** A program that could not even open its pipes fails in words of its own. */
function hasFewFiles() {
  return Number(process.report?.getReport().userLimits?.open_files.soft) < ENOUGH_FILES;
}

/** Ends the process with one line and exit code 2. What is no shortage is thrown again. */
export function endFor(error) {
  const said = `${error?.code} ${error?.message}`;
  const [what, way] =
    OPEN_FILES.test(said) || hasFewFiles()
      ? ['too many open files', '`ulimit -n` says how many a process may have: 1,024 are enough']
      : MEMORY.test(said)
        ? ['the system gives too little memory, or no more threads', '`ulimit -a` shows what this process may have']
        : [];
  if (what === undefined) throw error;
  console.error(`error: ${what}\n  ${way}`);
  process.exit(2);
}
