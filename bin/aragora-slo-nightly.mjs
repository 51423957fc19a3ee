#!/usr/bin/env node
// What the nightly workflow runs for its issue. It needs no installation, because a failed installation is among the things that it reports.
import './plain-sources.mjs';

const { main } = await import('../lib/ci/nightly.ts');
process.exitCode = await main(process.argv.slice(2), process.env);
