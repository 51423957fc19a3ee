// Lets Node read the TypeScript sources without any package, which Node 22.18 and newer can do. An older Node uses tsx, where that is installed.
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
