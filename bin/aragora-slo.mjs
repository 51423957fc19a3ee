#!/usr/bin/env node
// The command line, from its sources.
import './sources.mjs';

const { main } = await import('../lib/main.ts');
process.exitCode = await main(process.argv.slice(2));
