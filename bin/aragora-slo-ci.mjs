#!/usr/bin/env node
// What the GitHub workflows run: `engine`, `build`, `gate`, `packages` and `publish`.
import './sources.mjs';

const { main } = await import('../lib/ci/main.ts');
process.exitCode = await main(process.argv.slice(2), process.env);
