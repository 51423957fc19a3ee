/**
 * A program that starts with what V8 compiled of it the first time, which halves the time that a start takes a core. Node itself can do that
 * only from version 22.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Makes a script of a function, which is what its starter calls. What is bundled was written as modules, which are strict. */
export const FUNCTION = {
  banner: { js: '(function (exports, require, module) { "use strict";' },
  footer: { js: '})' },
};

/** Writes the program `starter`. It calls the CommonJS `script`, waits for the promise `done` that this exports, and needs `HELP` to be harmless. */
export function writeStarter(starter: string, script: string): void {
  writeFileSync(starter, textOf(script, `${script}.compiled`));
  execFileSync(process.execPath, [starter, HELP], { stdio: 'ignore' });
}

const HELP = '--help';

function textOf(script: string, compiled: string): string {
  return `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, Script } from 'node:vm';

const [path, compiled] = ${JSON.stringify([script, compiled])};
const isFirst = !existsSync(compiled);
const script = new Script(readFileSync(path, 'utf8'), {
  filename: path,
  cachedData: isFirst ? undefined : readFileSync(compiled),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
// At the end, because functions are compiled when they are called.
if (isFirst) process.once('exit', () => writeFileSync(compiled, script.createCachedData()));
const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(path), module);
await module.exports.done;
`;
}
