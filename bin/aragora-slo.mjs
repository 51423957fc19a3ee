#!/usr/bin/env node
// Runs the TypeScript sources as they are: the scripts k6 executes and the harness share files, so nothing is compiled ahead.
// Whatever is loaded asks for the current folder, and without one ends in a stack trace.
try {
  process.cwd();
} catch {
  console.error('error: the current folder is gone\n  change to one that exists');
  process.exit(2);
}
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('../lib/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
