#!/usr/bin/env node
// What the release workflow runs: `plan` and `publish`. It needs no installation.
import './plain-sources.mjs';

const { main } = await import('../lib/ci/release-main.ts');
process.exitCode = await main(process.argv.slice(2), process.env);
