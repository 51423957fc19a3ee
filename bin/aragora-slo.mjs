#!/usr/bin/env node
// The command line, from its sources.
import { endFor, sayWhy } from './shortage.mjs';

// A thread of Node's own that can't start is reported so, and not by the import that needs it.
process.once('uncaughtException', endFor);
process.once('exit', sayWhy);
const { main } = await import('./sources.mjs').then(() => import('../lib/main.ts')).catch(endFor);
process.off('uncaughtException', endFor);
process.off('exit', sayWhy);
process.exitCode = await main(process.argv.slice(2));
