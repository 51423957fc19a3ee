#!/usr/bin/env node
// Runs the TypeScript sources as they are: the scripts k6 executes and the harness share files, so nothing is compiled ahead.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../lib/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
