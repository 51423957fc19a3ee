#!/usr/bin/env node
// What the nightly workflow runs for its issue. Node reads the sources by itself where it can: that nothing could be installed is among what it tells.
if (!process.features.typescript) {
  try {
    await import('./sources.mjs');
  } catch {
    console.error(
      `error: where aragora-slo is not installed this needs Node 22.18 or newer, this is ${process.version}`,
    );
    process.exit(2);
  }
}
const { main } = await import('../lib/ci/nightly.ts');
process.exitCode = await main(process.argv.slice(2), process.env);
